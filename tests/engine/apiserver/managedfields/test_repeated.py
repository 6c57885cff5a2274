"""A write that does what another one did leaves the managers that it would leave by itself."""

from __future__ import annotations

from typing import Any

import pytest

from engine.apiserver.managedfields import repeated
from engine.apiserver.managedfields.manager import Writer, update

Object = dict[str, Any]
FIRST, SECOND, THIRD = (f"2026-11-21T03:00:0{second}Z" for second in (1, 2, 3))


def _map(name: str, data: dict[str, str]) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def _written_by_two(name: str) -> Object:
    """An object that one wrote and another changed."""
    new = update(None, _map(name, {"a": "1", "b": "1"}), Writer("one", FIRST))
    return update(new, {**new, "data": {"a": "2", "b": "1", "c": "1"}}, Writer("two", SECOND))


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "_results", {})


def test_the_second_object_of_a_kind_has_the_managers_of_the_first() -> None:
    first, second = _written_by_two("x"), _written_by_two("y")
    assert first["metadata"]["managedFields"] == second["metadata"]["managedFields"]
    assert [entry["time"] for entry in second["metadata"]["managedFields"]] == [FIRST, SECOND]


def test_a_repeated_write_has_its_own_time() -> None:
    first = update(None, _map("x", {"a": "1"}), Writer("one", FIRST))
    second = update(None, _map("x", {"a": "1"}), Writer("one", THIRD))
    assert first["metadata"]["managedFields"][0]["time"] == FIRST
    assert second["metadata"]["managedFields"][0]["time"] == THIRD


def test_who_only_loses_fields_keeps_the_time() -> None:
    for name in ("x", "y"):
        obj = _written_by_two(name)
        less = update(obj, {**obj, "data": {"a": "2", "c": "1"}}, Writer("one", THIRD))
        times = {e["manager"]: e["time"] for e in less["metadata"]["managedFields"]}
        assert times == {"one": FIRST, "two": SECOND}


def test_another_manager_is_another_write() -> None:
    first = update(None, _map("x", {"a": "1"}), Writer("one", FIRST))
    second = update(None, _map("x", {"a": "1"}), Writer("two", FIRST))
    assert first["metadata"]["managedFields"][0]["manager"] == "one"
    assert second["metadata"]["managedFields"][0]["manager"] == "two"
