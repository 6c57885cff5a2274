"""What of a state was asked for, what is not there, and what has no body."""

import json

from reports.kubectl.question import Question
from reports.kubectl.state import Found, find


class Cluster:
    """A state of (resource, namespace, name) triples; those in `unseen` have no body."""

    def __init__(self, *objects: tuple[str, str, str], unseen: frozenset[str] = frozenset()):
        self._objects = objects
        self._unseen = unseen

    def _at(self, resource: str, namespace: str | None, name: str | None) -> list[tuple[str, str]]:
        return [
            (a_namespace, a_name)
            for a_resource, a_namespace, a_name in self._objects
            if a_resource == resource
            and namespace in (None, a_namespace)
            and name in (None, a_name)
        ]

    def bodies(
        self, group: str, resource: str, namespace: str | None, name: str | None
    ) -> list[str]:
        return [
            json.dumps({"metadata": {"name": name, "namespace": place}})
            for place, name in self._at(resource, namespace, name)
            if name not in self._unseen
        ]

    def count_unseen(
        self, group: str, resource: str, namespace: str | None, name: str | None
    ) -> int:
        found = self._at(resource, namespace, name)
        return sum(name in self._unseen for _, name in found)

    def kinds(self) -> list[tuple[str, str, str, str, bool]]:
        return []


CLUSTER = Cluster(
    ("pods", "default", "a"),
    ("pods", "default", "b"),
    ("pods", "shop", "c"),
    ("configmaps", "default", "hidden"),
    ("configmaps", "default", "seen"),
    unseen=frozenset({"hidden"}),
)


def names(found: Found) -> list[list[str]]:
    return [[value["metadata"]["name"] for value in each.objects] for each in found.listings]


def test_objects_asked_for_by_name_come_in_that_order_and_those_not_there_are_errors() -> None:
    found = find(CLUSTER, Question(["pods", "nope", "b", "c", "a"]))
    assert names(found) == [["b", "a"]]
    assert found.errors == [
        'Error from server (NotFound): pods "nope" not found',
        'Error from server (NotFound): pods "c" not found',
    ]


def test_neighbours_of_one_resource_are_one_table_with_what_is_missing_between_them() -> None:
    found = find(CLUSTER, Question(["po/b", "svc/nope", "po/a", "cm/seen"]))
    assert names(found) == [["b", "a"], ["seen"]]


def test_an_object_without_a_body_is_known_to_exist() -> None:
    found = find(CLUSTER, Question(["cm", "hidden"]))
    assert found.listings == []
    assert found.errors == [
        'error: configmaps "hidden" is known to exist then, but its body is not in the log'
    ]


def test_objects_without_a_body_are_counted_where_all_are_asked_for() -> None:
    found = find(CLUSTER, Question(["pods,cm"]))
    assert [(resource.name, count) for resource, count in found.unseen] == [("configmaps", 1)]
    assert names(found) == [["a", "b"], ["seen"]]


def test_objects_without_a_body_elsewhere_are_not_counted() -> None:
    assert find(CLUSTER, Question(["cm"], namespace="shop")).unseen == []


def test_an_empty_namespace_is_the_default_one() -> None:
    assert names(find(CLUSTER, Question(["pods"], namespace=""))) == [["a", "b"]]
