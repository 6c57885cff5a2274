"""metav1.Time and metav1.MicroTime between their texts: read as Go's time.Parse does, UTC written.

Source: k8s.io/apimachinery pkg/apis/meta/v1 time.go and micro_time.go (v1.36); Go's time/format.go.
"""

import re
from datetime import datetime
from functools import lru_cache

from engine.model.quoting import quote
from engine.model.timestamp import TimestampError, format_micros, parse_micros

LAYOUT = "2006-01-02T15:04:05Z07:00"
MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"

_PLAIN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{6}))?Z", re.ASCII)
"""As nearly all times come: as they will be written."""

_PARTS = (
    ("2006", r"\d{4}"), ("-", "-"), ("01", r"\d\d"), ("-", "-"), ("02", r"\d\d"), ("T", "T"),
    ("15", r"\d\d?"), (":", ":"), ("04", r"\d\d"), (":", ":"), ("05", r"\d\d"),
)  # fmt: skip
_ZONE = ("Z07:00", r"Z|[+-]\d\d:\d\d")
_ZERO = "0001-01-01T00:00:00"


class TimeError(ValueError):
    """A text that is no time in the layout; the message is that of time.Parse."""


@lru_cache(maxsize=16384)
def seconds(text: str) -> str | None:
    """`metav1.Time` as it is written back: in UTC, whole seconds; None for the zero time."""
    if _is_written_so(text, in_micros=False):
        return text
    micros = _parse(text, LAYOUT, (*_PARTS, ("", r"(?:[.,]\d+)?"), _ZONE))
    written = format_micros(micros)[:19]
    # The zero time is that instant alone: a fraction of a second more is not zero.
    return None if written == _ZERO and "." not in text else written + "Z"


@lru_cache(maxsize=16384)
def microseconds(text: str) -> str | None:
    """`metav1.MicroTime` as it is written back: in UTC, six digits; None for the zero time."""
    if _is_written_so(text, in_micros=True):
        return text
    micros = _parse(text, MICRO_LAYOUT, (*_PARTS, (".000000", r"[.,]\d{6}"), _ZONE))
    written = format_micros(micros)
    return None if written == _ZERO + ".000000Z" else written


def _is_written_so(text: str, *, in_micros: bool) -> bool:
    """Whether the text is a time other than zero, in the form in which it is written back."""
    found = _PLAIN.fullmatch(text)
    if found is None or (found[1] is not None) is not in_micros or text.startswith(_ZERO):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _parse(text: str, layout: str, parts: tuple[tuple[str, str], ...]) -> int:
    rest = text
    for name, pattern in parts:
        found = re.match(pattern, rest, re.ASCII)
        if found is None:
            raise TimeError(
                f"parsing time {quote(text)} as {quote(layout)}:"
                f" cannot parse {quote(rest)} as {quote(name)}"
            )
        rest = rest[found.end() :]
    if rest:
        raise TimeError(f"parsing time {quote(text)}: extra text: {quote(rest)}")
    try:
        return parse_micros(re.sub(r"T(\d):", r"T0\1:", text))
    except TimestampError:
        raise TimeError(f"parsing time {quote(text)}: {_out_of_range(text)} out of range") from None


def _out_of_range(text: str) -> str:
    """The part that is too large, the first that time.Parse looks at."""
    month, hour, minute, second = (
        int(re.split(r"[-T:.,Z+]", text)[place]) for place in (1, 3, 4, 5)
    )
    checks = (
        ("month", not 1 <= month <= 12),
        ("hour", hour > 23),
        ("minute", minute > 59),
        ("second", second > 59),
    )
    return next((name for name, wrong in checks if wrong), "day")
