"""Values that are no structs with fields, each as its Go type decodes and encodes it.

A function takes any JSON value but null, returns what is encoded, and raises Misfit.
"""

import binascii
from base64 import b64decode, b64encode
from functools import lru_cache
from typing import Any

from engine.apiserver.printers.gotext import json_number
from engine.apiserver.typed import times
from engine.apiserver.typed.errors import Misfit, describe
from engine.model.quantity import Quantity, QuantityError

_BASE64_DIGITS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_EXACT_FLOAT_MAX = 1e21
"""From here on Go writes floats with an exponent (encoding/json encode.go, floatEncoder)."""


def integer(value: Any, bits: int, go_type: str) -> int:
    """An int32 or int64; what is no integer of that size in JSON is refused."""
    if type(value) is int:
        if -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            return value
        raise Misfit(f"number {value}", go_type, value=value, kind=f"int{bits}")
    if isinstance(value, float):
        raise Misfit(f"number {go_float(value)}", go_type, value=value, kind=f"int{bits}")
    raise Misfit.of(value, go_type, f"int{bits}")


def floating(value: Any, go_type: str) -> int | float:
    """A float64: whole numbers are written without a point."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misfit.of(value, go_type, "float64")
    try:
        number = float(value)
    except OverflowError:
        raise Misfit(f"number {value}", go_type, value=value, kind="float64") from None
    return int(number) if number.is_integer() and abs(number) < _EXACT_FLOAT_MAX else number


def go_float(value: float) -> str:
    """As it will have been written: Go has an exponent only below 1e-6 and from 1e21 on."""
    text = repr(value)
    return json_number(value) if "e" in text else text


def in_bytes(value: Any, go_type: str) -> str:
    """A []byte: base64, written with padding and without line breaks."""
    if isinstance(value, list):
        return b64encode(bytes(_byte(item) for item in value)).decode()
    if not isinstance(value, str):
        raise Misfit.of(value, go_type, "slice")
    text = value.replace("\n", "").replace("\r", "")
    try:
        decoded = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Misfit("", "", f"illegal base64 data at input byte {_illegal(value)}") from None
    return b64encode(decoded).decode()


def _byte(item: Any) -> int:
    if item is None:
        return 0
    if type(item) is int and 0 <= item < 256:
        return item
    raise Misfit("number" if type(item) is not int else f"number {item}", "uint8")


def _illegal(text: str) -> int:
    """Where Go stops: at what is no digit, at the start of a rest, or after padding (base64.go)."""
    place = 0  # within four digits
    for at, character in enumerate(text):
        if character in "\r\n":
            continue
        if character in _BASE64_DIGITS:
            place = (place + 1) % 4
        elif character != "=" or place < 2:
            return at
        else:
            return _illegal_padding(text, at, place)
    return len(text) - place


def _illegal_padding(text: str, at: int, place: int) -> int:
    rest = at + 1
    if place == 2:
        rest = _past_breaks(text, rest)
        if rest == len(text):
            return rest
        if text[rest] != "=":
            return rest - 1
        rest += 1
    return _past_breaks(text, rest)


def _past_breaks(text: str, at: int) -> int:
    while text[at : at + 1] in ("\r", "\n"):
        at += 1
    return at


def quantity(value: Any) -> str:
    """A resource.Quantity in its canonical form."""
    if type(value) is str:
        return _canonical(value)
    if isinstance(value, float):
        return _canonical(go_float(value))
    return _canonical(str(value) if type(value) is int else describe(value))


@lru_cache(maxsize=16384)
def _canonical(text: str) -> str:
    try:
        return str(Quantity.parse(text.strip()))
    except QuantityError as error:
        raise Misfit("", "", str(error)) from None


def time(value: Any) -> str | None:
    """A metav1.Time; None for the zero time, which is written as null."""
    if not isinstance(value, str):
        raise Misfit.of(value, "string")
    try:
        return times.seconds(value)
    except times.TimeError as error:
        raise Misfit("", "", str(error)) from None


def micro_time(value: Any) -> str | None:
    """A metav1.MicroTime; None for the zero time, which is written as null."""
    if not isinstance(value, str):
        raise Misfit.of(value, "string")
    try:
        return times.microseconds(value)
    except times.TimeError as error:
        raise Misfit("", "", str(error)) from None


def int_or_string(value: Any) -> int | str:
    """An intstr.IntOrString."""
    return value if type(value) is str else integer(value, 32, "int32")


def anything(value: Any) -> Any:
    """What is kept as it came: a RawExtension, FieldsV1 or JSON."""
    return value
