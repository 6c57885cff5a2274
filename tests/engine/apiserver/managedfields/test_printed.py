"""A set of fields that another write made is taken as it was printed then."""

from __future__ import annotations

from typing import Any

import pytest

from engine.apiserver.managedfields import entries
from engine.apiserver.managedfields.entries import Writer
from engine.apiserver.managedfields.manager import update

Object = dict[str, Any]
FIRST, SECOND, THIRD = (f"2026-11-21T03:00:0{second}Z" for second in (1, 2, 3))


def _map(name: str, data: dict[str, str]) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def _written_by_two(name: str) -> Object:
    """An object that one wrote and another changed."""
    new = update(None, _map(name, {"a": "1", "b": "1"}), Writer("one", FIRST))
    return update(new, {**new, "data": {"a": "2", "b": "1", "c": "1"}}, Writer("two", SECOND))


def _entries(obj: Object) -> list[Any]:
    found: list[Any] = obj["metadata"]["managedFields"]
    return found


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for cache in ("_known", "_printed", "_texts"):
        monkeypatch.setattr(entries, cache, {})


def test_the_second_object_of_a_kind_has_the_managers_of_the_first() -> None:
    first, second = _written_by_two("x"), _written_by_two("y")
    assert _entries(first) == _entries(second)
    assert [entry["time"] for entry in _entries(second)] == [FIRST, SECOND]


def test_equal_sets_of_two_objects_are_one() -> None:
    first, second = _written_by_two("x"), _written_by_two("y")
    for one, other in zip(_entries(first), _entries(second), strict=True):
        assert one["fieldsV1"] is other["fieldsV1"]


def test_a_set_is_printed_in_its_order_whatever_order_it_was_made_in() -> None:
    first = update(None, _map("x", {"a": "1", "b": "1"}), Writer("one", FIRST))
    second = update(None, _map("y", {"b": "1", "a": "1"}), Writer("one", FIRST))
    for obj in (first, second):
        [only] = _entries(obj)
        assert list(only["fieldsV1"]["f:data"]) == [".", "f:a", "f:b"]


def test_a_repeated_write_has_its_own_time() -> None:
    first = update(None, _map("x", {"a": "1"}), Writer("one", FIRST))
    second = update(None, _map("x", {"a": "1"}), Writer("one", THIRD))
    assert _entries(first)[0]["time"] == FIRST
    assert _entries(second)[0]["time"] == THIRD


def test_who_writes_what_it_owns_keeps_its_set_and_has_another_time() -> None:
    first = update(None, _map("x", {"a": "1"}), Writer("one", FIRST))
    second = update(first, {**first, "data": {"a": "2"}}, Writer("one", THIRD))
    assert _entries(second)[0]["fieldsV1"] is _entries(first)[0]["fieldsV1"]
    assert _entries(second)[0]["time"] == THIRD


def test_who_only_loses_fields_keeps_the_time() -> None:
    for name in ("x", "y"):
        obj = _written_by_two(name)
        less = update(obj, {**obj, "data": {"a": "2", "c": "1"}}, Writer("one", THIRD))
        times = {e["manager"]: e["time"] for e in _entries(less)}
        assert times == {"one": FIRST, "two": SECOND}


def test_another_manager_is_another_write() -> None:
    first = update(None, _map("x", {"a": "1"}), Writer("one", FIRST))
    second = update(None, _map("x", {"a": "1"}), Writer("two", FIRST))
    assert _entries(first)[0]["manager"] == "one"
    assert _entries(second)[0]["manager"] == "two"


def test_a_name_that_is_no_text_is_owned_like_any_other() -> None:
    new = update(None, _map("x", {"b": "1", "\ud800": "1"}), Writer("one", FIRST))
    [only] = _entries(new)
    assert list(only["fieldsV1"]["f:data"]) == [".", "f:b", "f:\ud800"]
    after = update(new, {**new, "data": {"b": "1"}}, Writer("two", SECOND))
    assert _entries(after)[0]["fieldsV1"]["f:data"] == {".": {}, "f:b": {}}


def test_a_set_that_was_printed_needs_no_reading_to_be_known_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [only] = _entries(update(None, _map("x", {"a": "1"}), Writer("one", FIRST)))

    def refused(written: Any) -> None:
        raise AssertionError(written)

    monkeypatch.setattr(entries.fieldset, "read", refused)
    # Another dict of the same text, as one that is read from JSON is.
    again = {**only, "fieldsV1": {name: dict(below) for name, below in only["fieldsV1"].items()}}
    [owned] = entries.read([again]).values()
    assert owned.fields == only["fieldsV1"]
