"""Semantic versions in rules, and the comparisons that they share with quantities.

Source: k8s.io/apiserver pkg/cel/library/semverlib.go, github.com/blang/semver, v1.36.
"""

from __future__ import annotations

import re
from typing import Any

from engine.apiserver.custom.cel.contract import Function, Opaque, member
from engine.apiserver.custom.cel.quantities import QUANTITY
from engine.apiserver.custom.cel.quantities import compare as compare_quantities

SEMVER = Opaque("semver")

_NUMBER = r"(0|[1-9][0-9]*)"
_PART = r"(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_PART}(?:\.{_PART})*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?",
    re.ASCII,
)


def _match(text: str) -> re.Match[str]:
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError(f"semver parse error on value {text}")
    return match


def _normal(text: str) -> str:
    """Without a v, with all three numbers, without zeros before them."""
    core, rest = re.fullmatch(r"([^-+]*)(.*)", text.removeprefix("v"), re.DOTALL).groups()  # type: ignore[union-attr]
    numbers = [number.lstrip("0") or "0" if number else "" for number in core.split(".")]
    return ".".join(numbers + ["0"] * (3 - len(numbers))) + rest


def _semver(text: str, normalize: bool = False) -> dict[str, Any]:
    text = _normal(text) if normalize else text
    _match(text)
    return SEMVER.wrap(text)


def _is_semver(text: str, normalize: bool = False) -> bool:
    return _VERSION.fullmatch(_normal(text) if normalize else text) is not None


def _number(index: int) -> Any:
    return lambda value: int(_match(SEMVER.unwrap(value))[index])


def _key(value: Any) -> tuple[Any, ...]:
    match = _match(SEMVER.unwrap(value))
    numbers = tuple(int(match[i]) for i in (1, 2, 3))
    if match[4] is None:
        return (numbers, 1, ())
    # Numbers sort before names, and below one another by value.
    parts = tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in match[4].split(".")
    )
    return (numbers, 0, parts)


def _compare(value: Any, other: Any) -> int:
    if QUANTITY.holds(value):
        return compare_quantities(value, other)
    one, two = _key(value), _key(other)
    return (one > two) - (one < two)


FUNCTIONS: tuple[Function, ...] = (
    Function("semver", ("STRING",), _semver),
    Function("semver", ("STRING", "BOOL"), _semver),
    Function("isSemver", ("STRING",), _is_semver),
    Function("isSemver", ("STRING", "BOOL"), _is_semver),
    member("major", _number(1), "MAP"),
    member("minor", _number(2), "MAP"),
    member("patch", _number(3), "MAP"),
    member("compareTo", _compare, "MAP", "MAP"),
    member("isLessThan", lambda value, other: _compare(value, other) < 0, "MAP", "MAP"),
    member("isGreaterThan", lambda value, other: _compare(value, other) > 0, "MAP", "MAP"),
)
