"""Functions of lists, and of lists as sets.

Source: k8s.io/apiserver pkg/cel/library/lists.go, cel-go ext/{lists,sets}.go, v1.36.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from engine.apiserver.custom.cel.contract import Function, equal, member

RANGE_MAX = 1_000_000
"""More are not made: Kubernetes' cost limit is far below."""


def _is_sorted(values: list[Any]) -> bool:
    return all(one <= other for one, other in pairwise(values))


def _sum(values: list[Any]) -> Any:
    return sum(values[1:], values[0]) if values else 0


def _extreme(name: str, choose: Any) -> Any:
    def run(values: list[Any]) -> Any:
        if not values:
            raise ValueError(f"{name} called on empty list")
        return choose(values)

    return run


def _contains(values: list[Any], wanted: list[Any]) -> bool:
    return all(any(equal(value, each) for value in values) for each in wanted)


def _intersects(values: list[Any], others: list[Any]) -> bool:
    return any(equal(value, other) for value in values for other in others)


def _flatten(values: list[Any], depth: int = 1) -> list[Any]:
    if depth < 0:
        raise ValueError("level must be non-negative")
    flat: list[Any] = []
    for value in values:
        nested = isinstance(value, list) and depth > 0
        flat += _flatten(value, depth - 1) if nested else [value]
    return flat


def _distinct(values: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if not any(equal(value, each) for each in kept):
            kept.append(value)
    return kept


def _slice(values: list[Any], start: int, end: int) -> list[Any]:
    if start < 0 or end < 0:
        raise ValueError(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end:
        raise ValueError(f"cannot slice({start}, {end}), start index must be less than or equal to "
                         "end index")  # fmt: skip
    if len(values) < end:
        raise ValueError(f"cannot slice({start}, {end}), list is length {len(values)}")
    return values[start:end]


def _range(count: int) -> list[int]:
    if count > RANGE_MAX:
        raise ValueError("operation cancelled: actual cost limit exceeded")
    return list(range(count))


FUNCTIONS: tuple[Function, ...] = (
    member("isSorted", _is_sorted, "LIST"),
    member("sum", _sum, "LIST"),
    member("min", _extreme("min", min), "LIST"),
    member("max", _extreme("max", max), "LIST"),
    member("flatten", _flatten, "LIST"),
    member("flatten", _flatten, "LIST", "INT"),
    member("distinct", _distinct, "LIST"),
    Function("reverse_", ("LIST",), lambda values: values[::-1]),
    member("sort", sorted, "LIST"),
    member("slice", _slice, "LIST", "INT", "INT"),
    Function("lists.range", ("INT",), _range),
    Function("sets.contains", ("LIST", "LIST"), _contains),
    Function("sets.intersects", ("LIST", "LIST"), _intersects),
    Function(
        "sets.equivalent",
        ("LIST", "LIST"),
        lambda one, other: _contains(one, other) and _contains(other, one),
    ),
)
