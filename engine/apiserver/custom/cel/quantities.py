"""Quantities in rules: `quantity("1Gi").isLessThan(quantity(self.memory))`.

Source: k8s.io/apiserver pkg/cel/library/quantity.go, v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.custom.cel.contract import Function, Opaque, member
from engine.model.quantity import Quantity, QuantityError

QUANTITY = Opaque("quantity")


def _parsed(text: str) -> Quantity:
    try:
        return Quantity.parse(text)
    except QuantityError as error:
        raise ValueError(str(error)) from None


def _is_quantity(text: str) -> bool:
    try:
        Quantity.parse(text)
    except QuantityError:
        return False
    return True


def _wrap(quantity: Quantity) -> dict[str, Any]:
    # 1000m and 1 are equal: both are spelled as one decimal number here.
    whole, _, fraction = f"{quantity.as_decimal():f}".partition(".")
    fraction = fraction.rstrip("0")
    return QUANTITY.wrap(f"{whole}.{fraction}" if fraction else whole)


def _of(value: Any) -> Quantity:
    return Quantity.parse(QUANTITY.unwrap(value))


def _is_integer(value: Any) -> bool:
    number = _of(value).as_decimal()
    return bool(number == int(number))


def _as_integer(value: Any) -> int:
    number = _of(value).as_decimal()
    if number != int(number):
        raise ValueError("cannot convert value to integer")
    return int(number)


def _added(value: Any, other: Any, sign: int) -> dict[str, Any]:
    number = Quantity.parse(str(other)) if isinstance(other, int) else _of(other)
    return _wrap(_of(value) + number if sign > 0 else _of(value) - number)


def compare(value: Any, other: Any) -> int:
    """-1, 0 or 1."""
    one, two = _of(value), _of(other)
    return (one > two) - (one < two) if one != two else 0


FUNCTIONS: tuple[Function, ...] = (
    Function("quantity", ("STRING",), lambda text: _wrap(_parsed(text))),
    Function("isQuantity", ("STRING",), _is_quantity),
    member("sign", lambda value: _of(value).sign, "MAP"),
    member("isInteger", _is_integer, "MAP"),
    member("asInteger", _as_integer, "MAP"),
    member("asApproximateFloat", lambda value: _of(value).as_float(), "MAP"),
    member("add", lambda value, other: _added(value, other, 1), "MAP", "MAP"),
    member("add", lambda value, other: _added(value, other, 1), "MAP", "INT"),
    member("sub", lambda value, other: _added(value, other, -1), "MAP", "MAP"),
    member("sub", lambda value, other: _added(value, other, -1), "MAP", "INT"),
)
