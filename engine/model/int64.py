"""Go's 64-bit integers with their overflow, where Kubernetes' results show it.

After math.go and scale_int.go in staging/src/k8s.io/apimachinery/pkg/api/resource (v1.36).
"""

MOST_NEGATIVE = -(1 << 63)
MOST_POSITIVE = (1 << 63) - 1


def wrap(number: int) -> int:
    """The number as an int64 holds it after an overflow."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def fits(number: int) -> bool:
    """Whether an int64 can hold the number."""
    return MOST_NEGATIVE <= number <= MOST_POSITIVE


def divide(dividend: int, divisor: int) -> tuple[int, int]:
    """(quotient, remainder) as Go has them: rounded towards zero, the remainder with that sign."""
    quotient = abs(dividend) // abs(divisor)
    quotient = quotient if (dividend < 0) == (divisor < 0) else -quotient
    return quotient, dividend - quotient * divisor


def multiply(number: int, factor: int) -> int | None:
    """number * factor, or None if that overflows."""
    if number in (0, 1) or factor in (0, 1):
        return number * factor
    if MOST_NEGATIVE in (number, factor):
        return None
    return number * factor if fits(number * factor) else None


def scale_up(number: int, digits: int) -> tuple[int, bool]:
    """(number * 10**digits, whether that fits): `positiveScaleInt64`.

    What an overflow leaves depends on digits: the factors that are written out there keep the
    wrapped product, the loop for all others leaves 0.
    """
    if not digits or number == 0:
        return number, True
    if number == MOST_NEGATIVE:
        return 0, False
    product = number * 10**digits if digits <= 19 else None
    if product is not None and fits(product):
        return product, True
    if digits in (1, 2, 3, 6, 9):
        return wrap(number * 10**digits), False
    return 0, False


def scale_down(number: int, digits: int) -> tuple[int, bool]:
    """(number / 10**digits rounded away from 0, whether that was exact): `negativeScaleInt64`."""
    if digits > 19:
        return (number > 0) - (number < 0), number == 0
    quotient, remainder = divide(number, 10**digits)
    return quotient + (remainder > 0) - (remainder < 0), remainder == 0


def power_of_ten(exponent: int) -> float:
    """math.Pow10 of Go: two table entries multiplied or divided: not always the nearest float."""
    if exponent > 308:
        return float("inf")
    if exponent < -323:
        return 0.0
    if exponent >= 0:
        return float(f"1e{exponent // 32 * 32}") * float(f"1e{exponent % 32}")
    return float(f"1e-{-exponent // 32 * 32}") / float(f"1e{-exponent % 32}")


def from_float(number: float) -> int:
    """int64(number) as amd64 converts it: what does not fit becomes the most negative one."""
    return int(number) if -(2.0**63) <= number < 2.0**63 else MOST_NEGATIVE
