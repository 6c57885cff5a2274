"""What the scheduler knew at its decisions on one pod, found without a walk through the history.

It is what `walk.py` comes to: the writes up to a position, and the pods that were assumed on nodes
by then. Those are among the pods that had no node at that position: only their decisions are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import orjson

from engine.scheduler.reading import Object, text
from ingest.log.asof import Position
from ingest.log.current import Snapshot
from ingest.log.schema import HISTORY
from ingest.log.state import StoredState
from replay.scheduling.decided import Decided, read_decisions
from replay.scheduling.order import in_order
from replay.scheduling.recorded import SCHEDULED
from replay.scheduling.snapshot import NODES, OTHERS, PODS, Key, key_of

# The first write that the scheduler had not seen: see `Walk.advance`.
_UNSEEN = """
SELECT min(position) FROM read_parquet($files, hive_partitioning = false)
WHERE list_contains($watched, api_group || '/' || resource) AND position > $own
    AND (position >= $until OR epoch_us(valid_from) >= $taken)
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A decision, and what was known when it was taken."""

    decided: Decided
    pod: Object
    """As it was when it was decided on."""
    state: StoredState
    assumed: Mapping[Key, str]
    """The nodes of pods that the scheduler had assumed there, and the state has not."""


def known_at_decisions(
    snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, state: StoredState, pod: Key
) -> list[Known]:
    """What was known at each decision on the pods of a name, in the order of the decisions."""
    reader = _Reader(snapshot, connection, state)
    own = read_decisions(snapshot, connection, [pod])
    # While it waited others did too; what they were waiting for may put decisions in order.
    waiting = {pod: None}
    for decided in own:
        waiting |= dict.fromkeys(reader.waiting(reader.position(decided)))
    ordered = in_order(read_decisions(snapshot, connection, list(waiting)) if own else [])
    return [
        reader.known(decided, ordered[:number])
        for number, decided in enumerate(ordered)
        if (decided.namespace, decided.name) == pod
    ]


class _Reader:
    """Reads states of one history."""

    def __init__(
        self, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, state: StoredState
    ) -> None:
        self._connection = connection
        self._state = state
        self._files = snapshot.paths(HISTORY.name)

    def position(self, decided: Decided) -> Position:
        """Of the last write that was known."""
        end = self._state.timeline.end
        stores = (NODES, PODS, *OTHERS.values())
        values = {
            "files": self._files,
            "watched": [f"{group}/{resource}" for group, resource in stores],
            "own": decided.own,
            "until": end + 1 if decided.until is None else decided.until,
            "taken": decided.taken,
        }
        ((first,),) = self._connection.execute(_UNSEEN, values).fetchall()
        return end if first is None else int(first) - 1

    def waiting(self, position: Position) -> Iterator[Key]:
        """The pods that had no node then."""
        for pod in self._pods(position):
            if not text(pod, "spec", "nodeName"):
                yield key_of(pod)

    def known(self, decided: Decided, before: Sequence[Decided]) -> Known:
        """What was known at a decision, which came after others."""
        position = self.position(decided)
        nodes = {
            (each.namespace, each.name, each.uid): each.node
            for each in before
            if each.event == SCHEDULED and each.until is not None and each.until > position
        }
        assumed = {
            key_of(pod): node
            for pod in self._pods(position)
            if (node := nodes.get((*key_of(pod), text(pod, "metadata", "uid"))))
        }
        (body,) = self._state.at_position(decided.own).bodies(*PODS, *_key(decided))
        return Known(decided, orjson.loads(body), self._state.at_position(position), assumed)

    def _pods(self, position: Position) -> Iterator[Object]:
        for body in self._state.at_position(position).bodies(*PODS, None, None):
            yield orjson.loads(body)


def _key(decided: Decided) -> Key:
    return decided.namespace, decided.name
