"""What the scheduler knew at its decisions on one pod.

It is what a walk through the whole history comes to (`walk.py`), but the walk begins late: only so
long before that every node has been written, and so been looked at, since then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import orjson

from engine.scheduler.reading import Object, text
from engine.scheduler.snapshot import Snapshot as ClusterSnapshot
from ingest.log.asof import Position
from ingest.log.current import Snapshot
from ingest.log.schema import HISTORY
from ingest.log.state import StoredState
from replay.scheduling.decided import Decided, read_decisions
from replay.scheduling.order import in_order
from replay.scheduling.snapshot import NODES, OTHERS, PODS, Key, key_of
from replay.scheduling.versions import read_versions
from replay.scheduling.walk import Beginning, Walk

_STORES = (NODES, PODS, *OTHERS.values())

# The first write that the scheduler had not seen: see `Walk`.
_UNSEEN = """
SELECT min(position) FROM read_parquet($files, hive_partitioning = false)
WHERE list_contains($watched, api_group || '/' || resource) AND position > $own
    AND (position >= $until OR epoch_us(valid_from) >= $taken)
"""

_LAST_WRITES_OF_NODES = """
SELECT name, max(position) FROM read_parquet($files, hive_partitioning = false)
WHERE api_group = '' AND resource = 'nodes' AND position <= $position GROUP BY name
"""

_WRITTEN_PODS = """
SELECT DISTINCT coalesce(namespace, ''), name FROM read_parquet($files, hive_partitioning = false)
WHERE api_group = '' AND resource = 'pods' AND position > $first AND position <= $last
"""

_BODIES = """
SELECT position, object FROM read_parquet($files, hive_partitioning = false)
WHERE api_group = '' AND resource = 'pods' AND position IN (SELECT unnest($positions))
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A decision, and what was known when it was taken."""

    decided: Decided
    pod: Object
    """As it was when it was decided on."""
    snapshot: ClusterSnapshot
    """It holds until the next decision is asked for."""
    state: StoredState
    """What was written by then."""
    assumed: int
    """How many pods count that the scheduler had assumed on nodes, and the state has not there."""


def known_at_decisions(
    snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, state: StoredState, pod: Key
) -> Iterator[Known]:
    """What was known at each decision on the pods of a name, in the order of the decisions."""
    own = read_decisions(snapshot, connection, [pod])
    if own:
        yield from _Reader(snapshot, connection, state).known(pod, own)


class _Reader:
    """Reads one history."""

    def __init__(
        self, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, state: StoredState
    ) -> None:
        self._snapshot = snapshot
        self._connection = connection
        self._state = state
        self._files = snapshot.paths(HISTORY.name)

    def known(self, pod: Key, own: Sequence[Decided]) -> Iterator[Known]:
        """What was known at the decisions on one pod."""
        positions = [self._position(decided) for decided in own]
        begin = self._begin(min(positions))
        waiting = [key_of(each) for each in self._pods(begin) if not text(each, "spec", "nodeName")]
        written = self._rows(_WRITTEN_PODS, first=begin, last=max(positions))
        pods = dict.fromkeys([*waiting, *written])
        decisions = [
            each
            for each in in_order(read_decisions(self._snapshot, self._connection, pods))
            if each.until is None or each.until > begin
        ]
        # The versions are read while the state is.
        with self._connection.cursor() as cursor:
            versions = read_versions(self._snapshot, cursor, _STORES, after=begin)
            walk = Walk(decisions, versions, self._beginning(begin, decisions))
            left = len(own)
            for decided, obj in walk.decisions():
                if (decided.namespace, decided.name) != pod:
                    continue
                cache, state = walk.cache, self._state.at_position(walk.position)
                yield Known(decided, obj, cache.snapshot(), state, cache.assumed)
                left -= 1
                if not left:
                    return

    def _begin(self, position: Position) -> Position:
        """A position from where on each node that is there at another one is written."""
        last = dict(self._rows(_LAST_WRITES_OF_NODES, position=position))
        there = self._state.at_position(position).bodies(*NODES, None, None)
        names = [text(orjson.loads(node), "metadata", "name") for node in there]
        return min([position, *(int(last[name]) for name in names)]) - 1

    def _beginning(self, position: Position, decisions: Sequence[Decided]) -> Beginning:
        state = self._state.at_position(position)
        objects = [
            (store, key_of(obj), obj)
            for store in _STORES
            for obj in map(orjson.loads, state.bodies(*store, None, None))
        ]
        before = [each.own for each in decisions if each.own <= position]
        pods = {at: orjson.loads(body) for at, body in self._rows(_BODIES, positions=before)}
        return Beginning(position, objects, pods)

    def _position(self, decided: Decided) -> Position:
        """Of the last write that was known."""
        end = self._state.timeline.end
        ((first,),) = self._rows(
            _UNSEEN,
            watched=[f"{group}/{resource}" for group, resource in _STORES],
            own=decided.own,
            until=end + 1 if decided.until is None else decided.until,
            taken=decided.taken,
        )
        return end if first is None else int(first) - 1

    def _pods(self, position: Position) -> Iterator[Object]:
        return map(orjson.loads, self._state.at_position(position).bodies(*PODS, None, None))

    def _rows(self, query: str, **values: object) -> list[tuple]:  # type: ignore[type-arg]
        return self._connection.execute(query, {"files": self._files, **values}).fetchall()
