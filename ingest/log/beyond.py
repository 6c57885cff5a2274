"""A word on times after the end of the log: what is shown there is the last state."""

from __future__ import annotations

import duckdb

from ingest.log.asof import Timeline
from ingest.log.times import Revision, parse, show

_LAST_REVISION = "SELECT max(rv) FROM read_parquet($files)"


def beyond_the_end(
    at: str | None, timeline: Timeline, connection: duckdb.DuckDBPyConnection
) -> str:
    """A line that says so if `at` (what `--at` takes) is after the end of the log, else "".

    A time before its beginning is an error already. `connection` reads the history's files.
    """
    if at is None or not timeline.segments:
        return ""
    meant = parse(at, timeline.span)
    if not isinstance(meant, Revision):
        if meant.microseconds <= timeline.span.last:
            return ""
        return f"note: the log ends at {show(timeline.span.last)}; this is the state then"
    files = [segment.history for segment in timeline.segments]
    row = connection.execute(_LAST_REVISION, {"files": files}).fetchone()
    last = row[0] if row else None
    if last is None or meant.number <= last:
        return ""
    return f"note: the last revision that the log shows is rv:{last}; this is the state at its end"
