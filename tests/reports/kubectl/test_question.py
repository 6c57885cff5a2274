"""The arguments of `get`, as kubectl's Builder reads them."""

import pytest

from engine.errors import KubeRewindError
from engine.schema.resources import catalog
from reports.kubectl.question import Question, wanted


def asked(*arguments: str, **options: str | bool) -> list[tuple[str, tuple[str, ...]]]:
    found = wanted(Question(arguments, **options), catalog())
    return [(each.resource.name, each.names) for each in found]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["pods"], [("pods", ())]),
        (["po,pod,svc"], [("pods", ()), ("services", ())]),
        (["po", "b", "a", "b"], [("pods", ("b", "a", "b"))]),
        (["po,po", "a"], [("pods", ("a",))]),
        (["po/a", "svc/b"], [("pods", ("a",)), ("services", ("b",))]),
        (["po,svc", "a"], [("pods", ("a",)), ("services", ("a",))]),
    ],
)
def test_resources_and_names_are_told_apart(
    arguments: list[str], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert asked(*arguments) == expected


def test_a_category_stands_for_its_members() -> None:
    assert [name for name, _ in asked("nodes,all")][:2] == ["nodes", "pods"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], 'the server doesn\'t have a resource type ""'),
        ([","], 'the server doesn\'t have a resource type ""'),
        (["pods,"], 'the server doesn\'t have a resource type ""'),
        (["unicorns", "a"], 'the server doesn\'t have a resource type "unicorns"'),
        (["po/a/b"], "arguments in resource/name form may not have more than one slash"),
        (["po/"], "arguments in resource/name form must have a single resource and name"),
        (["/a"], "arguments in resource/name form must have a single resource and name"),
        (["po,svc/a"], "arguments in resource/name form must have a single resource and name"),
        (["po", "svc/a"], "there is no need to specify a resource type as a separate argument"),
        (["all", "a"], "you must specify only one resource"),
        (["po", ""], "resource name may not be empty"),
    ],
)
def test_what_kubectl_refuses_is_refused_in_its_words(arguments: list[str], message: str) -> None:
    with pytest.raises(KubeRewindError) as raised:
        asked(*arguments)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("arguments", [["po", "a"], ["po/a"], ["no/n", "po/a"], ["po,svc", "a"]])
def test_names_are_of_one_namespace(arguments: list[str]) -> None:
    with pytest.raises(
        KubeRewindError, match=r"^a resource cannot be retrieved by name across all namespaces$"
    ):
        asked(*arguments, all_namespaces=True)


def test_names_without_a_namespace_are_taken_from_everywhere() -> None:
    assert asked("nodes", "n", all_namespaces=True) == [("nodes", ("n",))]


@pytest.mark.parametrize("option", ["selector", "field_selector"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["po", "a"], "^name cannot be provided when a selector is specified$"),
        (["po/a"], "^selectors and the all flag cannot be used when passing resource/name"),
    ],
)
def test_names_and_selectors_exclude_each_other(
    arguments: list[str], message: str, option: str
) -> None:
    with pytest.raises(KubeRewindError, match=message):
        asked(*arguments, **{option: "a=b"})


@pytest.mark.parametrize(
    ("arguments", "single"),
    [
        (["po"], False),
        (["po", "a"], True),
        (["po/a"], True),
        (["po", "a", "b"], False),
        (["po/a", "po/b"], False),
        (["po,svc", "a"], False),
        (["po,svc"], False),
    ],
)
def test_one_object_asked_for_by_name_is_single(arguments: list[str], single: bool) -> None:
    assert Question(arguments).is_single is single
