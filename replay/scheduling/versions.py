"""The versions of what the scheduler watches, in the order of the writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import duckdb

from ingest.log.asof import Position
from ingest.log.current import Snapshot
from ingest.log.schema import EVENTS, HISTORY
from replay.scheduling.snapshot import Key, Store

_BATCH_ROWS = 2048

_STRETCH = 65_536
"""Positions whose versions are put in order at once; segments of large clusters have more."""

_WATCHED = """
SELECT position, epoch_us(valid_from) AS time, rv, api_group, resource,
    coalesce(namespace, '') AS namespace, name, coalesce(uid, '') AS uid, coalesce(audit_id, ''),
    CASE WHEN type = 'PUT' THEN object END
FROM read_parquet($file, hive_partitioning = false)
WHERE list_contains($watched, api_group || '/' || resource)
    AND position BETWEEN $first AND $first + $stretch - 1{named}
ORDER BY position
"""
_NAMED = """
    AND coalesce(namespace, '') || '/' || name IN (SELECT unnest($names))"""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object that the scheduler watches."""

    position: Position
    time: int
    """When it came into force, in microseconds since the epoch."""
    revision: int | None
    """Its resourceVersion, where it is known."""
    group: str
    resource: str
    namespace: str
    name: str
    uid: str
    audit_id: str
    """The event that made it; empty where none was recorded."""
    body: str | None
    """The object as JSON; None where it is gone from here on, or was not seen."""

    @property
    def store(self) -> Store:
        """What the object is stored as."""
        return self.group, self.resource

    @property
    def key(self) -> Key:
        """Its namespace (empty if it has none) and name."""
        return self.namespace, self.name


def read_versions(
    snapshot: Snapshot,
    connection: duckdb.DuckDBPyConnection,
    stores: tuple[Store, ...],
    keys: Collection[Key] | None = None,
    after: Position = 0,
) -> Iterator[Version]:
    """The versions of the objects of some stores after a position, in the order of positions.

    `keys`: only of those objects. Memory holds the versions of one stretch. Two readers need a
    cursor of their own each.
    """
    watched = [f"{group}/{resource}" for group, resource in stores]
    names = {} if keys is None else {"names": [f"{place}/{name}" for place, name in keys]}
    query = _WATCHED.format(named="" if keys is None else _NAMED)
    files = sorted(snapshot.files(HISTORY.name), key=lambda file: file.minimum["position"])
    for file in files:
        begin, end = int(file.minimum["position"]), int(file.maximum["position"])
        values = {"file": str(snapshot.folder / file.path), "watched": watched, **names}
        for first in range(max(begin, after + 1), end + 1, _STRETCH):
            stretch = {"first": first, "stretch": _STRETCH}
            rows = connection.execute(query, {**values, **stretch})
            while batch := rows.fetchmany(_BATCH_ROWS):
                for row in batch:
                    yield Version(*row)


_WRITES_OF_PODS = """
SELECT audit_id, epoch_us(min(received)), any_value(component)
FROM read_parquet($files, hive_partitioning = false)
WHERE resource = 'pods' AND (subresource = 'binding' OR component = $component)
GROUP BY audit_id
"""

COMPONENT = "kube-scheduler"


def read_arrivals(
    snapshot: Snapshot, connection: duckdb.DuckDBPyConnection
) -> tuple[dict[str, int], frozenset[str]]:
    """(When each request of the scheduler arrived that wrote a pod, the bindings of others).

    Both by audit id; times in microseconds since the epoch.
    """
    files = snapshot.paths(EVENTS.name)
    if not files:
        return {}, frozenset()
    values = {"files": files, "component": COMPONENT}
    rows = connection.execute(_WRITES_OF_PODS, values).fetchall()
    own = {audit_id: received for audit_id, received, component in rows if component == COMPONENT}
    return own, frozenset(audit_id for audit_id, _, _ in rows if audit_id not in own)
