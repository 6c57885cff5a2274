"""JSON values as Go's code sees them: their types, what equals what, how they are printed.

Integers are int64 and all other numbers float64, so 1, 1.0 and true are three different values.
Strings stand for themselves; everything here is for the rest.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.printers.gotext import sprint

MAP, SLICE = "map[string]interface {}", "[]interface {}"
_TYPES = {bool: "bool", int: "int64", float: "float64", str: "string", dict: MAP, list: SLICE}


def type_name(value: object) -> str:
    """Its type as reflect names it; `<nil>` for null."""
    return _TYPES.get(type(value), "<nil>")


def go_type(value: object) -> str:
    """Its type as `%s` prints it."""
    return "%!s(<nil>)" if value is None else type_name(value)


def format_string(value: Any) -> str:
    """`%s` of any value: Go complains in the text about what is no string."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{format_string(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(format_string, value))}]"
    return "%!s(<nil>)" if value is None else f"%!s({type_name(value)}={sprint(value)})"


def deep_equal(one: Any, other: Any) -> bool:
    """reflect.DeepEqual. Python's own comparison takes 1, 1.0 and True for the same."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return len(one) == len(other) and all(
            key in other and deep_equal(value, other[key]) for key, value in one.items()
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(deep_equal, one, other))
    return bool(one == other)


def without_nulls(value: Any) -> Any:
    """The value without the fields that are null, at any depth. Nulls in lists stay."""
    if isinstance(value, dict):
        return {key: without_nulls(field) for key, field in value.items() if field is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
