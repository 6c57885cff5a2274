"""Objects are parsed once, for as long as their texts are the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from ingest.fold.objects import HELD_MAX, SUPERSEDED_MAX, Objects, known
from ingest.version import Version


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
