"""From the stages of a request to one event of it.

The API server may log a request when it arrives, when a long answer starts, and when it is done.
One row is kept of a write: the last stage that was logged. Reads that did what they should are
only counted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.anomalies import Collector
from ingest.log.reads import ReadKey, ReadPiece
from ingest.sources.audit.arrays import numbered
from ingest.sources.audit.envelope import Event, ObjectReference
from ingest.sources.audit.people import People
from ingest.sources.audit.records import Chunk
from ingest.sources.audit.times import times
from ingest.sources.contract import ReadCounts

READ_VERBS = frozenset(("get", "list", "watch", "head", "options", "proxy"))
"""Verbs that change nothing; head and options are HTTP methods of non-resource URLs."""

_FINAL = frozenset(("ResponseComplete", "Panic"))
_EARLIER = frozenset(("RequestReceived", "ResponseStarted"))
_DENIED = frozenset((401, 403))
_OPEN_REQUESTS_MAX = 100_000

Key = tuple[str, str, str | None]


class Stages:
    """Joins the stages of requests; a request without its last stage comes out at the end.

    With `follows`, requests may have begun before what is joined here: `closed` collects the keys
    of all that ended.
    """

    def __init__(
        self,
        label: str,
        anomalies: Collector,
        counts: ReadCounts,
        people: People,
        *,
        keep_reads: bool,
        follows: bool = False,
    ) -> None:
        self._label = label
        self._anomalies = anomalies
        self._counts = counts
        self._people = people
        self._keep_reads = keep_reads
        self._open: dict[Key, tuple[Event, int]] = {}
        self._open_ids: Counter[str] = Counter()
        self._follows = follows
        self.closed: list[Key] = []

    def join(self, chunk: Chunk) -> Chunk:
        """The events of the chunk that are to be kept, each with the line it was completed on."""
        events: list[Event] = []
        lines: list[int] = []
        counted, counted_lines = list[Event](), list[int]()
        for event, line in zip(chunk.events, chunk.lines, strict=True):
            if event.stage != "ResponseComplete" or not event.audit_id or not event.verb:
                if not self._mend(event, line):
                    continue
                if event.stage in _EARLIER:
                    self._wait(event, line, events, lines)
                    continue
            if event.audit_id in self._open_ids:
                self.close(_key(event))
            if self._follows:
                self.closed.append(_key(event))
            if event.verb in READ_VERBS and not self._is_kept(event):
                counted.append(event)
                counted_lines.append(line)
                continue
            events.append(event)
            lines.append(line)
        self._count(counted, counted_lines)
        return Chunk(events, lines, chunk.size)

    def open(self) -> Iterable[tuple[Event, int]]:
        """The requests that wait for their last stage, each with its line."""
        return self._open.values()

    def rest(self) -> Chunk:
        """The requests whose last stage was not logged, in the order in which they began."""
        events: list[Event] = []
        lines: list[int] = []
        for event, line in self._open.values():
            self._leave(event, line, events, lines)
        self._open = {}
        self._open_ids.clear()
        return Chunk(events, lines, 0)

    def _mend(self, event: Event, line: int) -> bool:
        """Fill in a missing id or stage; False for an event that cannot be used."""
        if not event.verb:
            self._anomalies.add("missing_verb", self._label, line=line)
            return False
        if event.stage not in _FINAL and event.stage not in _EARLIER:
            self._anomalies.add("missing_stage", self._label, line=line, example=event.stage)
            event.stage = "ResponseComplete" if event.code else "RequestReceived"
        if not event.audit_id:
            self._anomalies.add("missing_audit_id", self._label, line=line)
            event.audit_id = _made_id(event)
        return True

    def _wait(self, event: Event, line: int, events: list[Event], lines: list[int]) -> None:
        key = _key(event)
        known = self.close(key)
        if known is not None and known[0].stage == "ResponseStarted":
            event, line = known
        # It may wait for long: it must not hold the whole block that it was read from.
        event.detach()
        self._open[key] = (event, line)
        self._open_ids[event.audit_id] += 1
        if len(self._open) > _OPEN_REQUESTS_MAX:
            oldest = next(iter(self._open))
            self._anomalies.add("too_many_open_requests", self._label, line=line)
            known = self.close(oldest)
            assert known is not None, "it is the first of them"
            self._leave(*known, events, lines)

    def close(self, key: Key) -> tuple[Event, int] | None:
        """Take out a request that waits, if it does."""
        known = self._open.pop(key, None)
        if known is not None:
            audit_id = key[0]
            self._open_ids[audit_id] -= 1
            if not self._open_ids[audit_id]:
                del self._open_ids[audit_id]
        return known

    def _leave(self, event: Event, line: int, events: list[Event], lines: list[int]) -> None:
        """Give out a request whose end is not known."""
        if event.verb in READ_VERBS and not self._is_kept(event):
            # A read that only arrived tells nothing; one whose answer started is an open watch.
            if event.stage == "ResponseStarted":
                self._count([event], [line])
            return
        events.append(event)
        lines.append(line)

    def _is_kept(self, event: Event) -> bool:
        return self._keep_reads or event.code in _DENIED or event.stage == "Panic"

    def _count(self, events: Sequence[Event], lines: Sequence[int]) -> None:
        """Count reads: most are alike, so what each key means is worked out once for all."""
        received, _ = times([event.arrival or event.stage_time for event in events])
        if received.null_count:
            known = received.is_valid()
            for index in pc.indices_nonzero(pc.invert(known)).to_pylist():
                self._anomalies.add("missing_time", self._label, line=lines[index])
            events = [events[index] for index in pc.indices_nonzero(known).to_pylist()]
            received = received.drop_null()
        if not events:
            return
        numbers, alike = numbered(
            (bytes(event.user), event.user_agent, event.verb, *_what(event), event.code < 400)
            for event in events
        )
        kinds = [
            ReadKey(self._people.person(user, agent).actor.component, verb, group, resource, done)
            for user, agent, verb, group, resource, done in alike
        ]
        marks = [crc32(f"{event.verb}\0{event.audit_id}".encode()) for event in events]
        self._counts.add(
            ReadPiece(
                kinds,
                numbers.to_numpy().tobytes(),
                received.cast(pa.int64()).to_numpy().tobytes(),
                np.array(marks, np.uint32).tobytes(),
            )
        )


def _what(event: Event) -> tuple[str, str]:
    """Group and resource of what was read."""
    ref = event.object_ref
    return (group_version(ref)[0], ref.resource or "") if ref is not None else ("", "")


def group_version(ref: ObjectReference) -> tuple[str, str]:
    """API group and version of the object; v1alpha1 wrote both into apiVersion."""
    version = ref.api_version or ""
    if ref.api_group is None and "/" in version:
        group, _, version = version.partition("/")
        return group, version
    return ref.api_group or "", version


def _key(event: Event) -> Key:
    """What the stages of one request share. A client may choose the id, and repeat it."""
    return event.audit_id, event.verb, event.received or event.timestamp


def _made_id(event: Event) -> str:
    """An id from what every stage of the request says alike, so that it is always the same."""
    parts = (
        (event.verb, event.request_uri, event.received, event.timestamp, event.user_agent),
        bytes(event.user),
    )
    return "unnamed-" + hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
