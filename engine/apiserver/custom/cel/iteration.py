"""What macros.py spells macros of two variables, and those that compute a key, with.

Source: cel-go ext/{comprehensions,lists}.go (v0.26), v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.custom.cel.contract import Function


def _entries(entries: list[dict[Any, Any]]) -> dict[Any, Any]:
    """What transformMapEntry makes of the entries: no key may come twice."""
    merged: dict[Any, Any] = {}
    for entry in entries:
        for key, value in entry.items():
            if key in merged:
                raise ValueError(f"insert failed: key {key} already exists")
            merged[key] = value
    return merged


def _sorted(values: list[Any], keys: list[Any]) -> list[Any]:
    order = sorted(range(len(values)), key=lambda index: keys[index])
    return [values[index] for index in order]


FUNCTIONS: tuple[Function, ...] = (
    Function("keys_", ("LIST",), lambda values: list(range(len(values)))),
    Function("keys_", ("MAP",), list),
    Function("map_", ("LIST",), dict),
    Function("entries_", ("LIST",), _entries),
    Function("sorted_", ("LIST", "LIST"), _sorted),
)
