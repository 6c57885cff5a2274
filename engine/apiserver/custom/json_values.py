"""JSON values of custom resources, which no Go type shapes: as Go holds and as it prints them.

Source: sigs.k8s.io/json (decode into interface{}), encoding/json (floatEncoder), v1.36.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

INT_MIN, INT_MAX = -(2**63), 2**63 - 1

_WITHOUT_EXPONENT = 1e21
"""Go spells smaller floats without an exponent, so a whole one reads as an integer again."""


def in_memory(value: Any) -> Any:
    """A parsed JSON value as Go holds it: integers beyond 64 bits are floats."""
    if isinstance(value, str):
        return value if value.isascii() else as_characters(value)
    if isinstance(value, dict):
        return {in_memory(name): in_memory(item) for name, item in value.items()}
    if isinstance(value, list):
        return [in_memory(item) for item in value]
    if isinstance(value, int) and not INT_MIN <= value <= INT_MAX:
        try:
            return float(value)
        except OverflowError:
            raise ValueError(f"cannot convert {str(value)[:32]} to float64") from None
    return value


def as_characters(text: str) -> str:
    """A text whose halves of surrogate pairs are replaced: they are no characters to Go."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_printed(value: Any) -> Any:
    """A value as its JSON reads: whole floats are integers."""
    if isinstance(value, dict):
        return {name: as_printed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_printed(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _WITHOUT_EXPONENT:
        # The shortest digits that name the float, not all of its own.
        return int(Decimal(repr(value)))
    return value


def spelled(number: float) -> str:
    """A number as `%v` prints it."""
    if isinstance(number, int):
        return str(number)
    if number.is_integer() and abs(number) < _WITHOUT_EXPONENT:
        return str(int(Decimal(repr(number))))
    mantissa, _, exponent = repr(number).partition("e")
    if not exponent:
        return mantissa
    sign, digits = exponent[0], exponent.lstrip("+-")
    return f"{mantissa}e{'-' if sign == '-' else '+'}{digits:0>2}"
