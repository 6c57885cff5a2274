"""How Go turns numbers and other JSON values into text: fmt.Sprint, encoding/json."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


def sprint(value: Any) -> str:
    """fmt.Sprint of a JSON value: `map[a:1 b:[x y]]`, `true`, `1e+06`, `<nil>`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _sprint_float(value)
    if isinstance(value, Mapping):
        return f"map[{' '.join(f'{key}:{sprint(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(sprint, value))}]"
    return "<nil>" if value is None else str(value)


def json_number(value: int | float) -> str:
    """A number as encoding/json writes it after Kubernetes has read it: int64, else float64."""
    if isinstance(value, int) and INT64_MIN <= value <= INT64_MAX:
        return str(value)
    sign, digits, exponent = _shortest(float(value))
    # floatEncoder of encoding/json/encode.go, Go 1.26: as ECMAScript does.
    if exponent < -6 or exponent >= 21:
        return sign + _scientific(digits, exponent, exponent_digits=1)
    return sign + _plain(digits, exponent)


def _sprint_float(value: float) -> str:
    sign, digits, exponent = _shortest(value)
    # %v is %g with the fewest digits: formatDigits of strconv/ftoa.go, Go 1.26.
    if exponent < -4 or exponent >= 6:
        return sign + _scientific(digits, exponent, exponent_digits=2)
    return sign + _plain(digits, exponent)


def _shortest(value: float) -> tuple[str, str, int]:
    """Sign, the fewest digits that tell the number from all others, and its decimal exponent."""
    number = Decimal(repr(value))
    sign = "-" if number.is_signed() else ""
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0") or "0"
    return sign, digits, number.adjusted() if number else 0


def _scientific(digits: str, exponent: int, exponent_digits: int) -> str:
    fraction = f".{digits[1:]}" if digits[1:] else ""
    sign = "-" if exponent < 0 else "+"
    return f"{digits[0]}{fraction}e{sign}{abs(exponent):0{exponent_digits}d}"


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    fraction = digits[exponent + 1 :]
    return f"{whole}.{fraction}" if fraction else whole
