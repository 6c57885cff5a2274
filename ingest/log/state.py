"""One state of a cluster, read object by object: what `get` prints."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.log.asof import Position, Timeline
from ingest.log.current import DataFile, Snapshot
from ingest.log.times import Instant, Span, parse

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_IN_FORCE = """
SELECT {columns} FROM read_parquet($files)
WHERE position <= $position AND coalesce(next_position > $position, true) AND type = 'PUT'
"""
_VERSIONS = """
SELECT position, epoch_us(valid_from), rv, CASE WHEN type = 'PUT' THEN object END
FROM read_parquet($files)
WHERE true{where} ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of an object."""

    position: Position
    time: int
    """When it came into force, in microseconds since the epoch."""
    revision: int | None
    """Its resourceVersion, where it is known."""
    body: str | None
    """The object as JSON; None where it is gone from here on, or was not seen."""


class StoredState:
    """The objects in force at a time. `at` is what `--at` takes; None means the end.

    Objects whose body was not seen have none here. Raises TimeError for a time that is none.
    """

    def __init__(
        self, snapshot: Snapshot, connection: DuckDBPyConnection, at: str | None = None
    ) -> None:
        files = {
            table: [_located(snapshot, file) for file in snapshot.files(table)]
            for table in ("events", "history", "checkpoints")
        }
        self.timeline = Timeline(files, snapshot.current.span)
        self._connection = connection
        self._go_to(self.timeline.position(at, connection))
        self.time = self._time(at, self.timeline.span)

    def at_position(self, position: Position) -> StoredState:
        """The state that the write at another position left."""
        other = copy(self)
        other._go_to(position)
        other.time = other._last_write(self.timeline.span)
        return other

    def _go_to(self, position: Position) -> None:
        self.position = position
        segment = self.timeline.segment_of(position)
        self._files = segment.paths if segment is not None else []

    def _time(self, at: str | None, span: Span) -> int:
        """The time of the state, in microseconds since the epoch."""
        meant = parse(at, span) if at is not None else Instant(span.last)
        if isinstance(meant, Instant):
            return meant.microseconds
        return self._last_write(span)

    def _last_write(self, span: Span) -> int:
        ((last,),) = self._select("max(epoch_us(valid_from))", "", {}) or [(None,)]
        return span.first if last is None else int(last)

    def bodies(
        self, group: str, resource: str, namespace: str | None, name: str | None
    ) -> list[str]:
        """The objects of a resource as JSON, of one namespace and one name if they are given."""
        where, values = _place(group, resource, namespace, name)
        rows = self._select("object", f"{where} AND object IS NOT NULL", values)
        return [text for (text,) in rows]

    def count_unseen(
        self, group: str, resource: str, namespace: str | None, name: str | None
    ) -> int:
        """How many of those were there whose body is not known."""
        where, values = _place(group, resource, namespace, name)
        ((count,),) = self._select("count(*)", f"{where} AND object IS NULL", values) or [(0,)]
        return int(count)

    def versions(
        self, group: str, resource: str, namespace: str | None, name: str
    ) -> list[StoredVersion]:
        """All versions of the objects of a name, whatever the time of this state is."""
        where, values = _place(group, resource, namespace, name)
        if not self.timeline.segments:
            return []
        files = [segment.history for segment in self.timeline.segments]
        rows = self._connection.execute(_VERSIONS.format(where=where), {"files": files, **values})
        return [StoredVersion(*row) for row in rows.fetchall()]

    def kinds(self) -> list[tuple[str, str, str, str, bool]]:
        """All there are: (group, apiVersion, resource, kind, is it namespaced)."""
        columns = "DISTINCT api_group, api_version, resource, kind, namespace IS NOT NULL"
        return sorted(self._select(columns, "", {}))

    def _select(self, columns: str, where: str, values: dict[str, str]) -> list[tuple]:  # type: ignore[type-arg]
        if not self._files:
            return []
        query = _IN_FORCE.format(columns=columns) + where
        parameters = {"files": self._files, "position": self.position, **values}
        return self._connection.execute(query, parameters).fetchall()


def _place(
    group: str, resource: str, namespace: str | None, name: str | None
) -> tuple[str, dict[str, str]]:
    """A condition on the columns that are given, and its values."""
    columns = {"api_group": group, "resource": resource, "namespace": namespace, "name": name}
    values = {column: value for column, value in columns.items() if value is not None}
    return "".join(f" AND {column} = ${column}" for column in values), values


def _located(snapshot: Snapshot, file: DataFile) -> DataFile:
    """The file with its absolute path."""
    return DataFile(
        str(snapshot.folder / file.path), file.rows, file.bytes, file.minimum, file.maximum
    )
