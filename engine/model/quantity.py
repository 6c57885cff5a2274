"""Amounts of resources as Kubernetes writes, rounds, adds and compares them: `100m`, `1.5Gi`.

    Quantity.parse("1.5Gi") + Quantity.parse("512Mi") == Quantity.parse("2Gi")

After quantity.go, amount.go and suffix.go in staging/src/k8s.io/apimachinery/pkg/api/resource
(v1.36). Kubernetes holds a quantity as an int64 with a decimal exponent where it can and as a big
decimal else (`wide` here); the two round negative numbers and overflow differently, and that shows.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import total_ordering

from engine.errors import KubeRewindError
from engine.model import int64

MILLI = -3
NANO = -9

# Kubernetes would spend minutes and gigabytes on `1e2000000000 + 1`: such numbers are refused.
_DIGITS_MAX = 2000

# maxInt64Factors: as many decimal digits always fit into an int64.
_INT64_DIGITS = 18

_DECIMAL_SUFFIXES = {
    "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
}  # fmt: skip
_BINARY_SUFFIXES = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX_OF = {exponent: suffix for suffix, exponent in _DECIMAL_SUFFIXES.items()}
_BINARY_SUFFIX_OF = {exponent: suffix for suffix, exponent in _BINARY_SUFFIXES.items()}

_SHAPE = re.compile(
    r"(?P<number>(?P<sign>[+-]?)0*(?P<whole>[0-9]*)(?:\.(?P<fraction>[0-9]*))?)"
    r"(?P<suffix>[eEinumkKMGTP]*[+-]?[0-9]*)"
)
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]+)")


class QuantityError(KubeRewindError):
    """A text that is no quantity; the messages are Kubernetes'."""


_WRONG_FORMAT = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)
_WRONG_NUMBER = "unable to parse numeric part of quantity"
_WRONG_SUFFIX = "unable to parse quantity's suffix"
_TOO_LONG = f"quantities of more than {_DIGITS_MAX} digits are not supported"


class Format(StrEnum):
    """How a quantity is written; sums take it from their first operand that is not zero."""

    DECIMAL_EXPONENT = "DecimalExponent"
    BINARY_SI = "BinarySI"
    DECIMAL_SI = "DecimalSI"


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """`amount` * 10**`exponent`. Equal if the value is: 1000m == 1.

    `text` is what the quantity was parsed from, where Kubernetes echoes that instead of the
    canonical form; `wide` says that it computes with a big decimal.
    """

    amount: int = 0
    exponent: int = 0
    format: Format = Format.DECIMAL_SI
    wide: bool = False
    text: str = ""

    @classmethod
    def parse(cls, text: str) -> "Quantity":
        """The quantity that the text spells (ParseQuantity), else QuantityError."""
        if text == "0":
            return cls(text=text)
        shape = _SHAPE.fullmatch(text)
        if not text or shape is None:
            raise QuantityError(_WRONG_FORMAT)
        base, exponent, form = _interpret(shape["suffix"])
        whole, fraction = shape["whole"] or "0", shape["fraction"] or ""
        if len(shape["number"]) > _DIGITS_MAX or exponent > _DIGITS_MAX:
            raise QuantityError(_TOO_LONG)
        narrow = _parse_narrow(text, shape["sign"] == "-", whole, fraction, exponent, form)
        return narrow or _parse_wide(shape["number"], base, exponent, form)

    @classmethod
    def from_json(cls, value: object) -> "Quantity":
        """The quantity that a JSON value stands for: a text, a number, or null for 0."""
        if value is None:
            return cls()
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise QuantityError(_WRONG_FORMAT)
        return cls.parse(str(value).strip())

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.amount > 0) - (self.amount < 0)

    def __str__(self) -> str:
        return self.text or self.canonical()

    def canonical(self) -> str:
        """The canonical text: an integer with the largest suffix that loses nothing."""
        if self.amount == 0:
            return "0"
        if self.format is Format.BINARY_SI and self.as_decimal().copy_abs() >= 1024:
            rounded, exact = self.round_up(0)
            if exact:
                return rounded._canonical_binary()
        return self._canonical_decimal()

    def _canonical_decimal(self) -> str:
        amount, exponent = _remove_factors(self.amount, 10)
        exponent += self.exponent
        amount, exponent = amount * 10 ** (exponent % 3), exponent - exponent % 3
        if self.format is Format.DECIMAL_EXPONENT:
            return f"{amount}e{exponent}" if exponent else f"{amount}"
        # Kubernetes drops an exponent that has no suffix: 1e21 is written as 1.
        return f"{amount}{_DECIMAL_SUFFIX_OF.get(exponent, '')}"

    def _canonical_binary(self) -> str:
        number = self.amount * 10**self.exponent
        if number == int64.MOST_NEGATIVE and not self.wide:
            return f"{number}"  # Go cannot negate it, so no factor is removed from it.
        amount, exponent = _remove_factors(number, 1024)
        return f"{amount}{_BINARY_SUFFIX_OF.get(exponent * 10, '')}"

    def value(self) -> int:
        """In whole units, rounded up (Value); an int64, which may overflow."""
        return self.scaled_value(0)

    def milli_value(self) -> int:
        """In thousandths, rounded up (MilliValue); an int64, which may overflow."""
        return self.scaled_value(MILLI)

    def scaled_value(self, scale: int) -> int:
        """In units of 10**scale, rounded up (ScaledValue); an int64, which may overflow."""
        if self.wide:
            return _scaled_wide(self.amount, self.exponent - scale)
        if self.exponent < scale:
            return int64.scale_down(self.amount, scale - self.exponent)[0]
        return int64.scale_up(self.amount, self.exponent - scale)[0]

    def as_int64(self) -> int | None:
        """The value where Kubernetes has it as an int64 at once (AsInt64), else None."""
        if self.wide or self.exponent < 0:
            return None
        value, ok = int64.scale_up(self.amount, self.exponent)
        return value if ok else None

    def as_decimal(self) -> Decimal:
        """The exact value."""
        return Decimal(f"{self.amount}E{self.exponent}")

    def as_float(self) -> float:
        """A float near the value (AsApproximateFloat64), infinite where it is too large."""
        try:
            base = float(self.amount)
        except OverflowError:
            base = float("inf") * self.sign
        return base * int64.power_of_ten(self.exponent) if self.exponent else base

    def round_up(self, scale: int) -> tuple["Quantity", bool]:
        """(this rounded away from zero to multiples of 10**scale, whether it was one) (RoundUp)."""
        if self.wide:
            amount, exact = _rescale(self.amount, self.exponent, scale)
        elif self.exponent >= scale:
            return self, True
        else:
            amount, exact = int64.scale_down(self.amount, scale - self.exponent)
        return replace(self, amount=amount, exponent=scale, text=""), exact

    def __add__(self, other: "Quantity") -> "Quantity":
        form = self.format if self.amount else other.format
        narrow = not (self.wide or other.wide)
        if narrow and other.amount == 0:
            return replace(self, format=form, text="")
        if narrow and self.amount == 0:
            return replace(other, text="")
        exponent = min(self.exponent, other.exponent)
        mine = self.amount * 10 ** (self.exponent - exponent)
        others = other.amount * 10 ** (other.exponent - exponent)
        fits = int64.fits(mine) and int64.fits(others) and int64.fits(mine + others)
        return Quantity(mine + others, exponent, form, wide=not (narrow and fits))

    def __sub__(self, other: "Quantity") -> "Quantity":
        return self + -other

    def __neg__(self) -> "Quantity":
        amount = -self.amount if self.wide else int64.wrap(-self.amount)
        return replace(self, amount=amount, text="")

    def multiply(self, factor: int) -> tuple["Quantity", bool]:
        """(this times an int64, whether Kubernetes calls that exact) (Mul)."""
        if not self.wide:
            narrow = self._multiply_narrow(factor)
            if narrow is not None:
                return narrow, True
        product = self.amount * factor
        return replace(self, amount=product, wide=True, text=""), int64.fits(product)

    def _multiply_narrow(self, factor: int) -> "Quantity | None":
        if self.amount == 0:
            return replace(self, text="")
        if factor == 0:
            return replace(self, amount=0, exponent=0, text="")
        product = int64.multiply(self.amount, factor)
        if product is None:
            return None
        # The int64 is left where its whole value overflows or is no integer.
        scaled = int64.scale_up if self.exponent >= 0 else int64.scale_down
        return (
            replace(self, amount=product, text="")
            if scaled(product, abs(self.exponent))[1]
            else None
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self._difference(other) == 0

    def __lt__(self, other: "Quantity") -> bool:
        return self._difference(other) < 0

    def __hash__(self) -> int:
        return hash(_remove_factors(self.amount, 10)[0]) if self.amount else 0

    def _difference(self, other: "Quantity") -> int:
        """The difference of the values, in a unit that both are multiples of."""
        exponent = min(self.exponent, other.exponent)
        mine: int = self.amount * 10 ** (self.exponent - exponent)
        others: int = other.amount * 10 ** (other.exponent - exponent)
        return mine - others


def _interpret(suffix: str) -> tuple[int, int, Format]:
    """(base, exponent, format) of a suffix."""
    if suffix in _DECIMAL_SUFFIXES:
        return 10, _DECIMAL_SUFFIXES[suffix], Format.DECIMAL_SI
    if suffix in _BINARY_SUFFIXES:
        return 2, _BINARY_SUFFIXES[suffix], Format.BINARY_SI
    match = _EXPONENT.fullmatch(suffix)
    if match is None or len(match[1]) > _DIGITS_MAX or not int64.fits(int(match[1])):
        raise QuantityError(_WRONG_SUFFIX)
    # Kubernetes keeps the lower 32 bits of it.
    return 10, (int(match[1]) + (1 << 31)) % (1 << 32) - (1 << 31), Format.DECIMAL_EXPONENT


def _parse_narrow(
    text: str, negative: bool, whole: str, fraction: str, exponent: int, form: Format
) -> Quantity | None:
    """The quantity as an int64, or None where Kubernetes does not try or it does not fit."""
    digits = whole + fraction
    if form is Format.BINARY_SI:
        # 2**exponent has about exponent * 3 / 10 digits.
        tries = not fraction and 14 - len(whole) - exponent * 3 // 10 >= 0
        factor, scale = 1 << exponent, 0
    else:
        tries = len(digits) <= _INT64_DIGITS
        factor, scale = 1, exponent - len(fraction)
    if not tries or scale < NANO:
        return None
    amount = int64.multiply(int(digits), factor)
    if amount is None:
        return None
    # What is canonical already is echoed, though not all of it passes Kubernetes' test.
    if form is Format.BINARY_SI:
        echoed = int(digits) % 8 != 0
    else:
        echoed = scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"
    return Quantity(-amount if negative else amount, scale, form, text=text if echoed else "")


def _parse_wide(number: str, base: int, exponent: int, form: Format) -> Quantity:
    """The quantity as a big decimal: nothing below a nano unit, binary ones up to 2**63 - 1."""
    whole, _, fraction = number.lstrip("+-").partition(".")
    if not whole + fraction:
        raise QuantityError(_WRONG_NUMBER)
    amount, scale = int(whole + fraction), -len(fraction)
    if base == 10:
        scale += exponent
    else:
        amount <<= exponent
    amount, _ = _rescale(amount, scale, NANO)
    scale = NANO
    one = 10**9  # in nano units
    if form is Format.BINARY_SI and amount > int64.MOST_POSITIVE * one:
        amount, scale = int64.MOST_POSITIVE, 0
    elif form is Format.BINARY_SI and 0 < amount < one:
        form = Format.DECIMAL_SI
    return Quantity(-amount if number[0] == "-" else amount, scale, form, wide=True)


def _rescale(amount: int, exponent: int, scale: int) -> tuple[int, bool]:
    """(amount in units of 10**scale, rounded away from zero, whether that was exact)."""
    if exponent >= scale:
        return amount * 10 ** (exponent - scale), True
    if scale - exponent > len(str(abs(amount))):
        return (amount > 0) - (amount < 0), amount == 0
    quotient, remainder = int64.divide(amount, 10 ** (scale - exponent))
    return quotient + (remainder > 0) - (remainder < 0), remainder == 0


def _scaled_wide(amount: int, exponent: int) -> int:
    """amount * 10**exponent as an int64, as `scaledValue` rounds it: up, but not as one would."""
    if exponent == 0:
        return int64.wrap(amount)
    if exponent > 0:
        factor = int64.from_float(int64.power_of_ten(exponent))
        return int64.wrap(int64.wrap(amount) * factor)
    if amount < int64.MOST_POSITIVE and -exponent < 19:
        quotient, remainder = int64.divide(int64.wrap(amount), 10**-exponent)
    else:
        quotient, remainder = divmod(amount, 10**-exponent)
    return int64.wrap(int64.wrap(quotient) + (remainder != 0))


def _remove_factors(amount: int, factor: int) -> tuple[int, int]:
    """(amount without its factors, how many there were)."""
    times = 0
    while amount % factor == 0:
        amount //= factor
        times += 1
    return amount, times
