"""Objects are parsed once, for as long as their texts are the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from ingest.fold.objects import HELD_MAX, SUPERSEDED_MAX, Objects, known, rewrite
from ingest.requests import ObjectKey, Step
from ingest.version import Version
from tests.ingest.request_rows import request


def _version(body: str) -> Version:
    return cast(Version, SimpleNamespace(body=body, held=None))


def test_an_object_is_parsed_once() -> None:
    objects, version = Objects(), _version('{"metadata":{"name":"a"}}')
    assert objects.of(version) is objects.of(version)


def test_another_text_is_another_object() -> None:
    objects, version = Objects(), _version('{"metadata":{"name":"a"}}')
    objects.of(version)
    version.body = '{"metadata":{"name":"b"}}'
    assert known(version) is None
    assert cast(dict[str, Any], objects.of(version))["metadata"]["name"] == "b"


def test_what_cannot_be_used_is_not_held() -> None:
    version = _version('{"metadata":{"name":1}}')
    assert Objects().of(version) is None
    assert version.held is None


def test_no_more_objects_are_held_than_fit() -> None:
    objects = Objects()
    versions = [_version(f'{{"metadata":{{"name":"{n}"}}}}') for n in range(HELD_MAX + 1)]
    for version in versions:
        objects.of(version)
    assert [version.held is None for version in versions[:2]] == [True, False]


def test_few_objects_are_held_of_versions_that_others_came_after() -> None:
    objects = Objects()
    versions = [_version(f'{{"metadata":{{"name":"{n}"}}}}') for n in range(SUPERSEDED_MAX + 1)]
    for version in versions:
        objects.of(version)
        objects.supersede(version)
    assert [version.held is None for version in versions[:2]] == [True, False]


def _derived(body: str) -> Version:
    step = Step(request("patch", "a", None, 0, 1), ObjectKey("", "configmaps", "shop", "a"))
    return Version(step.key, step, "PUT", "updated", "derived", "v1", "ConfigMap", None, body,
                   None, 0, None)  # fmt: skip


def test_an_object_that_is_held_stays_at_hand_when_it_is_rewritten() -> None:
    objects, version = Objects(), _derived('{"metadata":{"name":"a"}}')
    objects.of(version)
    completed = {"metadata": {"name": "a", "uid": "u"}}
    rewrite(version, completed)
    assert version.body == '{"metadata":{"name":"a","uid":"u"}}'
    assert known(version) is completed


def test_an_object_that_was_let_go_is_not_held_when_it_is_rewritten() -> None:
    version = _derived('{"metadata":{"name":"a"}}')
    rewrite(version, {"metadata": {"name": "a", "uid": "u"}})
    assert known(version) is None


def test_a_revision_goes_into_the_body_as_it_is_now() -> None:
    version = _derived("")
    version.spell({"metadata": {"name": "a"}, "data": {}})
    version.rv = 7
    assert version.shown_body == '{"metadata":{"name":"a","resourceVersion":"7"},"data":{}}'
    version.body = '{"metadata":{"name":"renamed"}}'
    assert version.shown_body == '{"metadata":{"name":"renamed","resourceVersion":"7"}}'
