"""Applying JSONPath to objects: staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go, v1.36.

Objects are what JSON gives: dicts, lists, strings, ints, floats, booleans and None. Where Go goes
through a map in no order (`.*`, `..`), this goes by key.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from engine.apiserver.printers.jsonpath.nodes import (
    Field,
    Filter,
    JSONPathError,
    Literal,
    Part,
    Path,
    Range,
    Recursive,
    Slice,
    Step,
    Union,
    Wildcard,
)
from engine.apiserver.printers.jsonpath.parser import parse

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


class JSONPath:
    """A template, ready to be applied to objects."""

    def __init__(self, template: str) -> None:
        """Raises JSONPathError when the template cannot be read."""
        self._parts = parse(template)

    def find(self, data: Any) -> list[list[Any]]:
        """The values of each part of the template, in order; an empty list where nothing is found.

        Raises JSONPathError: an index out of bounds, a list expected, an impossible comparison.
        """
        return _find(self._parts, data)


def _find(parts: Sequence[Part], data: Any) -> list[list[Any]]:
    results = []
    for part in parts:
        if isinstance(part, Range):
            for value in _walk(part.over, [data]):
                results += _find(part.body, value)
        else:
            results.append(_walk(part, [data]))
    return results


def _walk(path: Path, values: list[Any]) -> list[Any]:
    for step in path.steps:
        values = _step(step, values)
    return values


def _step(step: Step, values: list[Any]) -> list[Any]:
    match step:
        case Literal(value):
            # Text stands once; numbers and booleans, which are compared with, once per value.
            return [value] if isinstance(value, str) else [value] * len(values)
        case Field(name):
            return [v[name] for v in values if isinstance(v, Mapping) and name in v]
        case Wildcard():
            return list(chain.from_iterable(_children(value) for value in values))
        case Recursive():
            return list(chain.from_iterable(_descend(value) for value in values))
        case Slice():
            return list(chain.from_iterable(_slice(step, value) for value in values))
        case Union(choices):
            return list(chain.from_iterable(_walk(choice, values) for choice in choices))
        case Filter():
            return list(chain.from_iterable(_filter(step, value) for value in values))


def _children(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value)]
    if isinstance(value, str):
        return list(value.encode(errors="replace"))
    return value if isinstance(value, list) else []


def _descend(value: Any) -> list[Any]:
    """The value and all below it, but for numbers, booleans, nulls and what is empty."""
    found, stack = [], [value]
    while stack:
        current = stack.pop()
        if children := _children(current):
            found.append(current)
            stack.extend(reversed(children))
    return found


def _slice(step: Slice, value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise JSONPathError(f"{_kind(value)} is not an array")
    length = len(value)
    start = step.start or 0
    start += length if start < 0 else 0
    if step.single:
        end = start + 1
    else:
        end = length if step.end is None else step.end
        end += length if end < 0 else 0
    if start == end:
        return []
    _check_bounds(start, end, length)
    if step.step is not None and step.step <= 0:
        raise JSONPathError("step must be > 0")
    return value[start : end : step.step or 1]


def _check_bounds(start: int, end: int, length: int) -> None:
    for index in (start, end - 1):
        if not 0 <= index < length:
            raise JSONPathError(f"array index out of bounds: index {index}, length {length}")
    if start > end:
        raise JSONPathError(f"starting index {start} is greater than ending index {end}")


def _filter(step: Filter, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise JSONPathError(f"{_kind(value)} is not an array and cannot be filtered")
    return [item for item in value if _passes(step, item)]


def _passes(step: Filter, item: Any) -> bool:
    left = _walk(step.left, [item])
    if not step.operator:
        return bool(left)
    right = _walk(step.right, [item]) if left else []
    if not left or not right:
        return False
    if len(left) > 1 or len(right) > 1:
        raise JSONPathError("can only compare one element at a time")
    return _compare(step.operator, left[0], right[0])


def _compare(operator: str, left: Any, right: Any) -> bool:
    kinds = _kind(left), _kind(right)
    if kinds[0] != kinds[1]:
        raise JSONPathError(f"incompatible types for comparison: {kinds[0]} and {kinds[1]}")
    ordered = operator not in ("==", "!=")
    if kinds[0] not in ("string", "integer", "number") and (ordered or kinds[0] != "boolean"):
        raise JSONPathError(f"invalid type for comparison: {kinds[0]}")
    return COMPARE[operator](left, right)


def _kind(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else kinds.get(type(value), "object")
