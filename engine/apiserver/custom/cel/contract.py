"""What a function offers to CEL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SCALARS = ("INT", "DOUBLE", "STRING", "BOOL", "MAP", "LIST")
"""What any value of JSON is to CEL."""

NOT_SUPPORTED = "\x01not supported here"
"""What a function raises ValueError with whose value Kubernetes knows and cannot be had here."""


@dataclass(frozen=True, slots=True)
class Function:
    """One overload. `parameters` are names of CEL's types; a member's first one is its target.

    `run` raises ValueError for what has no value.
    """

    name: str
    parameters: tuple[str, ...]
    run: Callable[..., Any]
    member: bool = False


def member(name: str, run: Callable[..., Any], *parameters: str) -> Function:
    """A function that is called on a value."""
    return Function(name, parameters, run, member=True)


def equal(one: Any, other: Any) -> bool:
    """As CEL's `==`: numbers by value, true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


class Opaque:
    """Values of a type that CEL does not know: maps with one key that no object has."""

    def __init__(self, name: str) -> None:
        self._key = f"\x01{name}"

    def wrap(self, value: Any) -> dict[str, Any]:
        """As CEL sees it; equal values must be equal here."""
        return {self._key: value}

    def unwrap(self, value: Any) -> Any:
        """What is in it; ValueError if it is of another type."""
        if not isinstance(value, dict) or self._key not in value:
            raise ValueError("no such overload")
        return value[self._key]

    def holds(self, value: Any) -> bool:
        """Whether it is of this type."""
        return isinstance(value, dict) and self._key in value
