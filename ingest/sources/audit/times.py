"""Times of events, a column at once: RFC 3339 text to microseconds UTC."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from engine.model.timestamp import TimestampError, parse_micros
from ingest.log.schema import TIME

_NANOSECONDS = pa.timestamp("ns", tz="UTC")


def times(texts: Sequence[str | None]) -> tuple[pa.Array, list[int]]:
    """Times as an Arrow array, null where there is none or it cannot be read.

    Also the indices of those that cannot be read. Fractions beyond the microsecond are cut off.
    """
    column = _cast(texts)
    if column is not None:
        return column, []
    values = [_microseconds(text) if text else None for text in texts]
    bad = [index for index, text in enumerate(texts) if text and values[index] is None]
    return pa.array(values, pa.int64()).cast(TIME), bad


def _cast(texts: Sequence[str | None]) -> pa.Array | None:
    """The times as Arrow reads them; None if it cannot read one of them."""
    column = pa.array(texts, pa.string())
    for unit in (TIME, _NANOSECONDS):
        try:
            return pc.cast(pc.cast(column, unit), TIME, safe=False)
        except pa.ArrowInvalid:
            continue
    return None


def _microseconds(text: str) -> int | None:
    """Microseconds since the epoch of one time; None where it is none.

    Arrow is asked first, since it knows more forms: how a time reads must not depend on the others.
    """
    alone = _cast([text])
    if alone is not None:
        return int(alone.cast(pa.int64())[0].as_py())
    try:
        return parse_micros(text)
    except TimestampError:
        return None
