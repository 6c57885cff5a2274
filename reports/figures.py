"""What the figures of all sections share: labels, times in words, and an axis of the whole record.

Looks (fonts, margins, colours) are not here but in templates/.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

from reports.contract import Json, Span

# Controls, and marks that turn the direction of writing: in a page they could make one name look
# like another.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999
"""Of the years 1 to 9999: a record may hold other times, rounded up or by mistake."""
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def visible(text: str) -> str:
    """The text with everything invisible in it replaced by U+FFFD."""
    return _INVISIBLE.sub("\ufffd", text)


def clipped(text: str, length: int) -> str:
    """The text in at most `length` characters; the middle goes, as names differ at both ends."""
    if len(text) <= length:
        return text
    tail = (length - 1) // 2
    return f"{text[: length - 1 - tail]}…{text[len(text) - tail :]}"


def label(text: str, length: int = 120) -> str:
    """A text of the record for Plotly, which reads `<b>`, `<a>` and entities in what it shows."""
    return html.escape(clipped(visible(text), length), quote=False)


def duration(ms: float) -> str:
    """A length of time in words of at most two units: `1 h 3 min`, `2 min 51 s`, `4.2 s`."""
    if ms < 10_000:
        return f"{ms / 1000:.1f} s"
    seconds = round(ms / 1000)
    for size, unit in _UNITS:
        if seconds >= size:
            below, name = _below(unit)
            rest = seconds % size // below
            return f"{seconds // size:,} {unit}" + (f" {rest} {name}" if rest else "")
    return f"{seconds} s"


def _below(unit: str) -> tuple[int, str]:
    return {"d": (3_600, "h"), "h": (60, "min"), "min": (1, "s")}[unit]


def moment(ms: float, digits: int = 0) -> str:
    """A time in UTC with its date and so many digits of the second: `2026-11-21 03:00:36.1`."""
    at = _EPOCH + timedelta(milliseconds=min(max(ms, _FIRST_MS), _LAST_MS))
    fraction = f".{at.microsecond:06d}"[: digits + 1] if digits else ""
    return f"{at:%Y-%m-%d %H:%M:%S}{fraction}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 pod`, `2,131 pods`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def time_axis(span: Span) -> Json:
    """The x axis that all figures share, so that a moment stands in one line down the page."""
    margin = max((span.end_ms - span.start_ms) * 0.01, 1)
    return {"type": "date", "range": [span.start_ms - margin, span.end_ms + margin]}
