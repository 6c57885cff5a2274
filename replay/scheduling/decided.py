"""The decisions of the recorded scheduler, and what it knew when it took each.

What is rebuilt, by one rule for all of them:

- The scheduler decides on one pod after another (ScheduleOne in pkg/scheduler/schedule_one.go,
  v1.36), and assumes a pod on its node at once; only then does it ask the API server to bind it. On
  a busy machine that request arrives a second later, after those of later decisions. So a pod that
  was never tried before is taken to be decided on as soon as its last write before that was in
  force: nothing else keeps it in the queue.
- A pod that fitted nowhere waits for something that no record shows. That it was tried again shows
  when its Event is noted, or the binding arrives; that is then the time of the decision.
- The cache holds the writes that were in force by then, the pod's own last one in any case, but not
  the one that the decision led to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import duckdb
import orjson

from engine.scheduler.reading import Object, integer, text
from ingest.log.asof import Position
from ingest.log.current import Snapshot
from replay.scheduling.attempts import Attempt, Attempts, read_attempts
from replay.scheduling.recorded import FAILED_SCHEDULING, SCHEDULED, failure_of
from replay.scheduling.snapshot import Key
from replay.scheduling.versions import Version, read_arrivals, read_versions

_PODS = ("", "pods")
_WRITTEN_WITHIN_US = 5_000_000
"""A condition that is written later than that after an Event is another decision's."""

_NOTE_BYTES, _CUT = 1024, " ..."
"""NoteLengthLimit in pkg/apis/core/validation/events.go (v1.36), and what a longer one ends in."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, as far as the record shows it."""

    event: str
    """SCHEDULED or FAILED_SCHEDULING."""
    namespace: str
    name: str
    uid: str
    own: Position
    """The version of the pod that was decided on."""
    own_revision: int | None
    until: Position | None
    """The write that it led to, if there was one."""
    revision: int | None
    """The resourceVersion of that write, where it is known."""
    recorded: int
    """When the record shows it; microseconds since the epoch."""
    taken: int
    """When it is taken to have been decided."""
    priority: int
    """Of the pod."""
    since: int
    """Since when it was in the queue: since it failed last, else since it was written."""
    node: str = ""
    message: str = ""


def read_decisions(
    snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, pods: Collection[Key] | None = None
) -> list[Decided]:
    """All decisions, or those on some pods, in no certain order: see `replay.scheduling.order`."""
    attempts = read_attempts(snapshot, connection, pods)
    arrivals, others = read_arrivals(snapshot, connection)
    found: list[Decided] = []
    open_pods: dict[Key, _Waiting] = {}
    for version in read_versions(snapshot, connection, (_PODS,), pods):
        pod: Object | None = orjson.loads(version.body) if version.body is not None else None
        waiting = open_pods.pop(version.key, None)
        if waiting is not None and (pod is None or version.uid != waiting.uid):
            found += waiting.decisions(attempts)
            waiting = None
        if pod is None:
            continue
        node = text(pod, "spec", "nodeName")
        if waiting is None:
            if not node:
                open_pods[version.key] = _Waiting(version, pod)
            continue
        arrived = arrivals.get(version.audit_id, version.time)
        if not node:
            waiting.see(version, pod, arrived)
            open_pods[version.key] = waiting
            continue
        found += waiting.decisions(attempts)
        if version.audit_id not in others:
            found.append(waiting.binding(version, node, arrived, attempts))
    for waiting in open_pods.values():
        found += waiting.decisions(attempts)
    return found


@dataclass(frozen=True, slots=True)
class _Shown:
    """A failed decision: by an Event, by the condition that was written then, or by both."""

    time: int
    message: str
    pod_revision: int | None = None
    write: Version | None = None


class _Waiting:
    """A pod without a node, and what was written of it until it gets one or is gone."""

    def __init__(self, version: Version, pod: Object) -> None:
        self.uid = version.uid
        self._key = version.key
        self._priority = integer(pod, "spec", "priority")
        self._versions = [_lean(version)]
        self._condition = failure_of(pod)
        self._conditions: list[_Shown] = []

    def see(self, version: Version, pod: Object, arrived: int) -> None:
        """Take its next version, whose request arrived at a time."""
        condition = failure_of(pod)
        if condition and condition != self._condition:
            # The same failure again is not written, but for the generation of the pod.
            shown = _Shown(arrived, text(condition, "message"), write=_lean(version))
            self._conditions.append(shown)
        self._condition = condition
        self._versions.append(_lean(version))

    def decisions(self, attempts: Attempts) -> Iterator[Decided]:
        """Those that failed."""
        since: int | None = None
        for shown in self._failures(attempts):
            own = self._version(shown.pod_revision, shown.time, shown.write)
            yield Decided(
                event=FAILED_SCHEDULING,
                namespace=self._key[0],
                name=self._key[1],
                uid=self.uid,
                own=own.position,
                own_revision=own.revision,
                until=shown.write.position if shown.write else None,
                revision=shown.write.revision if shown.write else None,
                recorded=shown.time,
                taken=shown.time,
                priority=self._priority,
                since=own.time if since is None else since,
                message=shown.message,
            )
            since = shown.time

    def binding(self, version: Version, node: str, arrived: int, attempts: Attempts) -> Decided:
        """The one that the write of its node shows."""
        named = [e for e in attempts.get(self.uid, ()) if e.reason == SCHEDULED]
        own = self._version(named[-1].pod_revision if named else None, arrived, version)
        tried = [shown.time for shown in self._failures(attempts) if shown.time < arrived]
        return Decided(
            event=SCHEDULED,
            namespace=self._key[0],
            name=self._key[1],
            uid=self.uid,
            own=own.position,
            own_revision=own.revision,
            until=version.position,
            revision=version.revision,
            recorded=arrived,
            taken=arrived if tried else min(arrived, own.time),
            priority=self._priority,
            since=tried[-1] if tried else own.time,
            node=node,
        )

    def _failures(self, attempts: Attempts) -> list[_Shown]:
        """An Event is noted just before the condition is written: they are one decision."""
        open_conditions = list(self._conditions)
        noted: list[_Shown] = []
        failed = [e for e in attempts.get(self.uid, ()) if e.reason == FAILED_SCHEDULING]
        for event in reversed(failed):
            same = [c for c in open_conditions if _is_of(c, event)]
            if same:
                open_conditions.remove(same[0])
            message = same[0].message if same else event.message
            write = same[0].write if same else None
            noted.append(_Shown(event.time, message, event.pod_revision, write))
        return sorted([*noted, *open_conditions], key=lambda shown: shown.time)

    def _version(self, revision: int | None, time: int, write: Version | None) -> Version:
        """The one with that revision, else the last that was there before the write."""
        before = [v for v in self._versions if write is None or v.position < write.position]
        named = [v for v in before if v.revision == revision and revision is not None]
        there = [v for v in before if v.time <= time]
        return (named or there or before[:1] or self._versions[:1])[-1]


def _is_of(condition: _Shown, event: Attempt) -> bool:
    is_soon = 0 <= condition.time - event.time <= _WRITTEN_WITHIN_US
    return is_soon and cut(condition.message) == event.message


def _lean(version: Version) -> Version:
    """Without its body: many pods wait."""
    return replace(version, body=None)


def cut(message: str) -> str:
    """A message as an Event has it: truncateMessage in pkg/scheduler/schedule_one.go (v1.36)."""
    raw = message.encode()
    if len(raw) <= _NOTE_BYTES:
        return message
    return raw[: _NOTE_BYTES - len(_CUT)].decode(errors="replace") + _CUT
