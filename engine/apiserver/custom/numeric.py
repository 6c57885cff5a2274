"""Limits of numbers in schemas.

Source: k8s.io/kube-openapi pkg/validation/validate/{validator,values}.go, go-openapi/swag
convert.go (IsFloat64AJSONInteger), v1.36.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from engine.apiserver.custom.findings import Finding, of_value
from engine.apiserver.custom.json_values import INT_MAX, INT_MIN, spelled
from engine.apiserver.custom.schema import Schema

_WHOLE_MAX = float(2**53 - 1)
_EPSILON = 1e-9
_FLOAT32_MAX = 3.4028235677973366e38
_INT32 = (-(2**31), 2**31 - 1)


def findings_of(
    value: float, schema: Schema, types: tuple[str, ...], name: str, path: str
) -> Iterator[Finding]:
    """What of a number breaks its format, multipleOf, minimum or maximum."""
    kind = types[0] if len(types) == 1 else ""
    yield from _out_of_range(value, kind, name, "Checked", path)
    multiple, low, high = (_number(schema, key) for key in ("multipleOf", "minimum", "maximum"))
    if multiple is not None:
        wrong = list(_out_of_range(multiple, kind, name, "MultipleOf", path))
        yield from wrong
        yield from _not_multiple(float(value) if wrong else value, multiple, path)
    # Both limits open by themselves, or with exclusiveMinimum and exclusiveMaximum.
    if low is not None:
        wrong = list(_out_of_range(low, kind, name, "Minimum boundary", path))
        yield from wrong
        exclusive = schema.get("exclusiveMinimum") is True
        one, limit = _comparable(value, low, bool(wrong))
        if one < limit or (exclusive and one == limit):
            words = "greater than" if exclusive else "greater than or equal to"
            yield of_value(path, one, f"should be {words} {spelled(limit)}")
    if high is not None:
        wrong = list(_out_of_range(high, kind, name, "Maximum boundary", path))
        yield from wrong
        exclusive = schema.get("exclusiveMaximum") is True
        one, limit = _comparable(value, high, bool(wrong))
        if one > limit or (exclusive and one == limit):
            words = "less than" if exclusive else "less than or equal to"
            yield of_value(path, one, f"should be {words} {spelled(limit)}")


def is_whole(value: float) -> bool:
    """IsFloat64AJSONInteger: whole, or as good as."""
    if not math.isfinite(value) or abs(value) > _WHOLE_MAX:
        return False
    whole = math.trunc(value)
    return value == whole or abs(value - whole) / (abs(value) + abs(whole)) < _EPSILON


def _number(schema: Schema, name: str) -> float | None:
    value: Any = schema.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value


def _comparable(value: float, limit: float, general: bool) -> tuple[float, float]:
    """An integer is compared with the whole part of a limit."""
    if isinstance(value, int) and not general:
        return value, max(INT_MIN, min(INT_MAX, int(limit)))
    return float(value), float(limit)


def _not_multiple(value: float, factor: float, path: str) -> Iterator[Finding]:
    if isinstance(value, int):
        factor = int(factor)
    if factor <= 0:
        message = f"factor MultipleOf declared for {path} must be positive: {spelled(factor)}"
        yield Finding(message, path, value=factor)
        return
    if isinstance(value, int):
        fits = value % int(factor) == 0
    else:
        fits = is_whole(1 / factor * value if factor < 1 else value / factor)
    if not fits:
        yield of_value(path, value, f"should be a multiple of {spelled(factor)}")


def _out_of_range(value: float, kind: str, name: str, what: str, path: str) -> Iterator[Finding]:
    """IsValueValidAgainstRange: whether the type and the format can hold a value."""
    if kind == "integer":
        low, high = _INT32 if name == "int32" else (INT_MIN, INT_MAX)
        fits = value == math.floor(value) and low <= value <= high
    else:
        fits = name != "float" or abs(value) <= _FLOAT32_MAX
    if not fits:
        form = f"with format {name}" if name else "(default format)"
        yield Finding(f"{what} value must be of type {kind} {form} in {path}")
