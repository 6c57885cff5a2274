"""Instants as people write them: what `--at` takes, and the text in `pods_at('…')`.

    2026-11-21T03:01:00Z   RFC 3339; without an offset it is UTC, without a time it is midnight
    03:01, 03:01:30.5      a clock time in UTC: the last one that the trace covers
    -15m, +2m              before the end of the trace, after its start
    rv:2048                the state at a resourceVersion
    now                    the end of the trace

Durations are Go's (1h30m, 90s, 1.5h, 250ms), and days (2d).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

from engine.errors import KubeRewindError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?\s?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?"
)
_CLOCK = re.compile(r"(\d{1,2})(:\d\d(?::\d\d(?:\.\d{1,9})?)?)[Zz]?")
_REVISION = re.compile(r"rv:(\d{1,18})")
_PIECE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d)")
_MICROSECONDS = {
    "ns": Fraction(1, 1000),
    "us": Fraction(1),
    "µs": Fraction(1),
    "ms": Fraction(10**3),
    "s": Fraction(10**6),
    "m": Fraction(60 * 10**6),
    "h": Fraction(3600 * 10**6),
    "d": Fraction(86400 * 10**6),
}


class TimeError(KubeRewindError):
    """A time that cannot be read, or that the trace does not cover."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time, in microseconds since the epoch."""

    microseconds: int


@dataclass(frozen=True, slots=True)
class Revision:
    """The state at a resourceVersion."""

    number: int


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a trace covers, both ends included, in microseconds since the epoch."""

    first: int
    last: int


def parse(text: str, span: Span) -> Instant | Revision:
    """What `text` means in a trace that covers `span`.

    A time after the end is fine: what was in force at the end still is, as far as the record goes.
    Raises TimeError for what is no time, and for one before the trace.
    """
    text = text.strip()
    if found := _REVISION.fullmatch(text):
        return Revision(int(found[1]))
    instant = _instant(text, span)
    if instant < span.first:
        raise TimeError(f"{text} is before the trace, which begins at {show(span.first)}")
    return Instant(instant)


def duration(text: str) -> int | None:
    """Microseconds of a duration such as 1h30m, rounded down; None if it is none."""
    pieces = list(_PIECE.finditer(text))
    if not pieces or "".join(piece[0] for piece in pieces) != text:
        return None
    return int(sum(Fraction(piece[1].rstrip(".")) * _MICROSECONDS[piece[2]] for piece in pieces))


def show(microseconds: int) -> str:
    """RFC 3339 in UTC, with a fraction only where there is one."""
    shown = (_EPOCH + microseconds * _MICROSECOND).isoformat()
    return shown.replace("+00:00", "Z")


def _instant(text: str, span: Span) -> int:
    if text == "now":
        return span.last
    if text[:1] in ("-", "+") and (offset := duration(text[1:])) is not None:
        return span.first + offset if text[0] == "+" else span.last - offset
    try:
        if _DATE_TIME.fullmatch(text):
            return _microseconds(datetime.fromisoformat(text.upper().replace(" ", "T", 1)))
        if found := _CLOCK.fullmatch(text):
            return _on_the_clock(time.fromisoformat(found[1].zfill(2) + found[2]), span)
    except (ValueError, OverflowError):
        pass  # such as 25:00 or February 30th
    raise TimeError(
        f"{text!r} is no time: write 2026-11-21T03:01:00Z, 03:01, -15m (before the end), "
        "+2m (after the start) or rv:2048"
    )


def _microseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MICROSECOND


def _on_the_clock(clock: time, span: Span) -> int:
    """The last such time in the trace; else the first one after its start."""
    day = (_EPOCH + span.last * _MICROSECOND).date()
    last = _microseconds(datetime.combine(day, clock, UTC))
    day_us = 86400 * 10**6
    if last > span.last and last - day_us >= span.first:
        return last - day_us
    return last
