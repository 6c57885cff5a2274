"""What tells the items of a list apart: Go's `==` of their values."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from engine.apiserver.patch.errors import uncomparable, unhashable


def identity(value: Any) -> Hashable:
    """Equal where Go's `==` says so; a panic for what Go cannot compare.

    Strings, which nearly all are, stand for themselves.
    """
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]  # it is a string
    if kind is dict or kind is list:
        raise unhashable(value)
    return (kind, value)


def same(one: Any, other: Any) -> bool:
    """Go's `==`, which panics for two maps and for two lists."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict | list):
        raise uncomparable(one)
    return bool(one == other)
