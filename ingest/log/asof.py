"""Which versions were in force at a time: from the time to a position, from that to two files.

Positions number all versions in the order of their writes, and `valid_from` never decreases along
them, so a state is named by the position of the last write that it includes. The files that hold it
are the segment that the position lies in and the checkpoint that opens this segment: among their
rows, those in force are the ones that came at or before the position and whose successor, if the
segment holds it, comes after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.log.current import DataFile
from ingest.log.times import Instant, Span, TimeError, parse

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Position = int
"""A place in the total order of writes, from 1; 0 is before the first."""

Files = Mapping[str, Sequence[DataFile]]
"""The live files of each table, by the table's name."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the history: its first and last position and time (microseconds), its files.

    `checkpoint` is None where nothing was in force when the segment began.
    """

    first: Position
    last: Position
    first_time: int
    last_time: int
    history: str
    checkpoint: str | None

    @property
    def paths(self) -> list[str]:
        """The files that hold every state of the segment."""
        return [self.history] if self.checkpoint is None else [self.checkpoint, self.history]


class Timeline:
    """The segments of a history, in order, and the way from a time to a position in them.

    `recorded` is what the events cover, where it is not what their times say.
    """

    def __init__(self, files: Files, recorded: tuple[int, int] | None = None) -> None:
        opened_by = {
            int(file.minimum["segment"]): file.path for file in files.get("checkpoints", ())
        }
        self.segments = sorted(
            (
                Segment(
                    first=int(file.minimum["position"]),
                    last=int(file.maximum["position"]),
                    first_time=int(file.minimum["valid_from"]),
                    last_time=int(file.maximum["valid_from"]),
                    history=file.path,
                    checkpoint=opened_by.get(int(file.minimum["segment"])),
                )
                for file in files.get("history", ())
            ),
            key=lambda segment: segment.first,
        )
        self._firsts = [segment.first for segment in self.segments]
        self.span = _span(files, recorded)

    @property
    def end(self) -> Position:
        """The position of the last write; 0 if there is none."""
        return self.segments[-1].last if self.segments else 0

    def segment_of(self, position: Position) -> Segment | None:
        """The segment that holds the state at `position`; None if there is no history."""
        if not self.segments:
            return None
        return self.segments[max(0, bisect_right(self._firsts, position) - 1)]

    def position(self, text: str | None, connection: DuckDBPyConnection) -> Position:
        """The position of the state at a time (see `ingest.log.times`; None: the end).

        `connection` reads the segments' files. Raises TimeError.
        """
        if text is None or not self.segments:
            return self.end
        meant = parse(text, self.span)
        if isinstance(meant, Instant):
            return self._at_instant(meant.microseconds, connection)
        return self._at_revision(meant.number, connection)

    def _at_instant(self, microseconds: int, connection: DuckDBPyConnection) -> Position:
        """The last position whose version came into force by then."""
        starts = [segment.first_time for segment in self.segments]
        index = bisect_right(starts, microseconds) - 1
        if index < 0:
            return 0
        segment = self.segments[index]
        if microseconds >= segment.last_time:
            return segment.last
        (found,) = _one(
            connection,
            "SELECT max(position) FROM read_parquet($file) "
            "WHERE valid_from <= make_timestamptz($time::BIGINT)",
            {"file": segment.history, "time": microseconds},
        )
        return int(found)

    def _at_revision(self, revision: int, connection: DuckDBPyConnection) -> Position:
        """The last position whose version has that revision or a lower one.

        Where a revision is hidden it is at least one more than that of the write before, and the
        write is included if that can be at or below `revision`. What etcd drops at one time has one
        revision. A version that was only seen, with
        a revision from before the log, takes no revision of its own. Revisions are those of the
        main store.
        """
        files = [segment.history for segment in self.segments]
        (following,) = _one(connection, _FOLLOWING, {"files": files, "revision": revision})
        last = self.end if following is None else int(following) - 1
        known, known_revision = _one(connection, _KNOWN, {"files": files, "last": last})
        if known is None:
            raise TimeError(f"rv:{revision} is before the first revision that the trace shows")
        (excess,) = _one(
            connection,
            _HIDDEN,
            {"files": files, "known": known, "last": last, "room": revision - known_revision},
        )
        return last if excess is None else int(excess) - 1


_FOLLOWING = """
SELECT min(position) FROM read_parquet($files) WHERE rv > $revision AND store = 0
    AND change <> 'seen'
"""
_KNOWN = """
SELECT max(position), max_by(rv, position) FROM read_parquet($files)
WHERE position <= $last AND rv IS NOT NULL AND store = 0 AND change <> 'seen'
"""
_HIDDEN = """
SELECT (
    SELECT min(position) AS first FROM read_parquet($files)
    WHERE position > $known AND position <= $last AND rv IS NULL AND store = 0
        AND change <> 'seen'
    GROUP BY CASE WHEN change = 'expired' THEN epoch_us(valid_from) ELSE -position END
    ORDER BY first LIMIT 1 OFFSET $room
)
"""
"""The first hidden write after the known one that must be above the revision."""


def _span(files: Files, recorded: tuple[int, int] | None) -> Span:
    """From the first request to the last answer; versions may have been in force before."""
    tables = ("history",) if recorded is not None else ("events", "history")
    firsts = _bounds(files, tables, "minimum", ("received", "valid_from"))
    lasts = _bounds(files, tables, "maximum", ("answered", "received", "valid_from"))
    if recorded is not None:
        firsts, lasts = [*firsts, recorded[0]], [*lasts, recorded[1]]
    return Span(min(firsts, default=0), max(lasts, default=0))


def _bounds(files: Files, tables: Sequence[str], which: str, columns: Sequence[str]) -> list[int]:
    return [
        int(bounds[column])
        for table in tables
        for file in files.get(table, ())
        for bounds in (getattr(file, which),)
        for column in columns
        if column in bounds
    ]


def _one(connection: DuckDBPyConnection, query: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    row = connection.execute(query, dict(values)).fetchone()
    assert row is not None, "an aggregate gives one row"
    return tuple(row)
