"""Times of events, a column at once: RFC 3339 text to microseconds UTC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from ingest.log.schema import TIME

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:[Zz]|([+-])(\d\d):?(\d\d))$",
    re.ASCII,
)
_NANOSECONDS = pa.timestamp("ns", tz="UTC")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def times(texts: Sequence[str | None]) -> tuple[pa.Array, list[int]]:
    """Times as an Arrow array, null where there is none or it cannot be read.

    Also the indices of those that cannot be read. Fractions beyond the microsecond are cut off.
    """
    column = pa.array(texts, pa.string())
    for unit in (TIME, _NANOSECONDS):
        try:
            return pc.cast(pc.cast(column, unit), TIME, safe=False), []
        except pa.ArrowInvalid:
            continue
    values = [microseconds(text) if text else None for text in texts]
    bad = [index for index, text in enumerate(texts) if text and values[index] is None]
    return pa.array(values, pa.int64()).cast(TIME), bad


def microseconds(text: str) -> int | None:
    """Microseconds since the epoch of one RFC 3339 time; None where it is none."""
    found = _RFC3339.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    fraction, sign, hours, minutes = found.groups()[6:]
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    whole = (moment - _EPOCH) - (offset if sign == "+" else -offset)
    return whole // _MICROSECOND + int((fraction or "0")[:6].ljust(6, "0"))
