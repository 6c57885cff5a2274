"""From the log to what is derived from it: events in, versions and placements out, as batches.

Everything streams: requests come in the order of their arrival, a window of them is put into the
order of their writes, versions are folded, and their revisions and places settled.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from ingest.clocks import Clocks
from ingest.fold.expiry import Leases
from ingest.fold.knowledge import Knowledge
from ingest.fold.learning import unknown_fields
from ingest.fold.state import State
from ingest.log.schema import HISTORY, PLACEMENTS
from ingest.log.settings import Settings
from ingest.mentions import Mentions
from ingest.rebuild import Rebuild, Version
from ingest.requests import COLUMNS, READS, Request, Step, requests_of
from ingest.revisions import placed
from ingest.stores import Stores, in_order

BATCH_ROWS = 4_096

TIMEOUT = 504
"""The API server gave up waiting for its own work, which may have been done
(k8s.io/apiserver/pkg/endpoints/handlers/finisher, v1.36)."""

CHECKED_MAX = 4_000
"""Of a log with more events, the model is held against so many of them: that takes about 0.7 ms for
each, the rebuild itself 0.08."""

VERSIONS = pa.schema(
    [f for f in HISTORY.arrow if f.name not in ("valid_to", "next_position", "segment")]
)
"""The columns of a version that do not depend on the versions after it."""

EVENT_COLUMNS = COLUMNS
"""The columns of EVENTS that a derivation reads."""


@dataclass(slots=True)
class Deriver:
    """Reads events once; `versions` drives it, `placements` gives what has been placed so far.

    `count` is how many events there are, `clocks` which of them have wrong times.
    """

    events: Iterable[pa.RecordBatch]
    settings: Settings = field(default_factory=Settings)
    count: int = 0
    clocks: Clocks = field(default_factory=Clocks)
    _waiting: deque[Step] = field(default_factory=deque)
    _collections: dict[str, bool] = field(default_factory=dict)
    _placed: list[tuple[Step, int, int | None, str]] = field(default_factory=list)
    _position: int = 0
    _time: int = 0

    def versions(self) -> Iterator[pa.RecordBatch]:
        """Batches of VERSIONS, in the order of their positions."""
        rows: list[Version] = []
        mentions = Mentions()
        for version in placed(self._folded()):
            rows.extend(mentions.with_named(version))
            if len(rows) >= BATCH_ROWS:
                yield self._version_batch(rows)
                rows = []
        if rows:
            yield self._version_batch(rows)
        self._place_waiting(None)

    def placements(self) -> Iterator[pa.RecordBatch]:
        """Batches of PLACEMENTS for the events placed since the last call."""
        rows, self._placed = self._placed, []
        for start in range(0, len(rows), BATCH_ROWS):
            yield _placement_batch(rows[start : start + BATCH_ROWS])

    def _folded(self) -> Iterator[Version]:
        stores = Stores(self.settings.separate_stores)
        state = State(leases=Leases(self.settings.event_ttl_s), stores=stores)
        share = -(-self.count // CHECKED_MAX)
        rebuild = Rebuild(state, share, self.settings.flags)
        requests = self._requests(state.knowledge)
        for step in in_order(self.clocks.corrected(requests), stores):
            self._time = self._time or step.request.received
            versions = rebuild.apply(step)
            if not versions:
                self._waiting.append(step)
            yield from versions
        yield from rebuild.finish()

    def _requests(self, knowledge: Knowledge) -> Iterator[list[Request]]:
        for batch in self.events:
            knowledge.foresee(batch)
            yield list(requests_of(batch))

    def _version_batch(self, versions: list[Version]) -> pa.RecordBatch:
        positions, times, made_by = [], [], []
        for version in versions:
            time = version.time
            if time > self._time and not _shown_later(version):
                self._time = time
            if self._waiting:
                self._place_waiting(self._time)
            self._position += 1
            positions.append(self._position)
            times.append(self._time)
            made_by.append(_made_by(version))
            if made_by[-1] is not None:
                self._place_version(version)
        columns: Mapping[str, Sequence[object]] = {
            "position": positions,
            "rv": [v.rv for v in versions],
            "store": [v.store for v in versions],
            "type": [v.type for v in versions],
            "change": [v.change for v in versions],
            "known": [v.known for v in versions],
            "unknown": [unknown_fields(v) for v in versions],
            "api_group": [v.key.group for v in versions],
            "api_version": [v.api_version for v in versions],
            "kind": [v.kind for v in versions],
            "resource": [v.key.resource for v in versions],
            "namespace": [v.key.namespace or None for v in versions],
            "name": [v.key.name for v in versions],
            "uid": [v.uid for v in versions],
            "valid_from": times,
            "audit_id": made_by,
            "object": [v.shown_body for v in versions],
        }
        batch = _batch(columns, VERSIONS)
        for version in versions:
            if version.type == "PUT":
                # Objects live on for long, and would keep alive the requests that made them.
                del version.step
        return batch

    def _place_version(self, version: Version) -> None:
        """Place the event of a version, if this is its first."""
        if self._is_new(version.step):
            self._placed.append((version.step, self._position, version.rv, "written"))

    def _place_waiting(self, before: int | None) -> None:
        """Place the events that made no version and came before a time, microseconds UTC."""
        while self._waiting and (before is None or self._waiting[0].time < before):
            step = self._waiting.popleft()
            if self._is_new(step):
                self._placed.append((step, self._position, None, outcome(step.request)))

    def _is_new(self, step: Step) -> bool:
        """Whether the step's request has no place yet: only deletecollection has several steps."""
        if step.request.verb == "deletecollection":
            was = self._collections.get(step.request.audit_id, False)
            self._collections[step.request.audit_id] = True
        else:
            was, step.placed = step.placed, True
        return not was


def _shown_later(version: Version) -> bool:
    """Whether a version was made before the step that it has: its time is not known.

    It is the time at its place, then, and says nothing about what comes after it.
    """
    seen = version.change == "seen" and version.rv is not None and version.rv != version.step.rv
    return seen or version.inferred


def _made_by(version: Version) -> str | None:
    """The event that made a version; None where the event only shows or names it."""
    is_named = version.change == "seen" and version.known == "partial"
    return None if version.inferred or is_named else version.step.request.audit_id


def outcome(request: Request) -> str:
    """What became of a request that made no version."""
    if request.code is None:
        return "unanswered"
    if request.code == TIMEOUT or request.stage == "Panic":
        return "unknown"
    if not request.succeeded:
        return "refused"
    if request.verb in READS:
        return "read"
    return "dry_run" if request.dry_run else "unchanged"


def _placement_batch(rows: list[tuple[Step, int, int | None, str]]) -> pa.RecordBatch:
    columns: Mapping[str, Sequence[object]] = {
        "audit_id": [step.request.audit_id for step, *_ in rows],
        "received": [step.request.recorded for step, *_ in rows],
        "position": [position for _, position, _, _ in rows],
        "rv": [rv for _, _, rv, _ in rows],
        "outcome": [outcome_ for *_, outcome_ in rows],
        "model": [step.model for step, *_ in rows],
        "miss": [step.miss for step, *_ in rows],
        "doubted": [step.request.doubt and step.request.doubt.which for step, *_ in rows],
    }
    return _batch(columns, PLACEMENTS.arrow)


def _batch(columns: Mapping[str, Sequence[object]], schema: pa.Schema) -> pa.RecordBatch:
    arrays = [pa.array(columns[f.name], _storage(f.type)).cast(f.type) for f in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _storage(type_: pa.DataType) -> pa.DataType:
    """Times are given as integers, which a timestamp array does not take from a list at once."""
    return pa.int64() if pa.types.is_timestamp(type_) else type_
