"""What the record shows of a pod that fits nowhere: the scheduler's Events about it.

The scheduler names in an Event the version of the pod that it decided on, and the time at which it
was done: handleSchedulingFailure and finishBinding in pkg/scheduler/schedule_one.go (v1.36). The
second of equal Events is noted at once in the first one's series, later ones hardly ever:
staging/src/k8s.io/client-go/tools/events/event_broadcaster.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import duckdb
import orjson

from engine.model.timestamp import parse_micros
from engine.scheduler.reading import Object, mapping, text
from ingest.log.current import Snapshot
from ingest.log.schema import HISTORY
from replay.scheduling.recorded import FAILED_SCHEDULING, SCHEDULED
from replay.scheduling.snapshot import Key
from replay.scheduling.versions import read_versions

_EVENTS = ("", "events")

_EVENTS_OF_PODS = """
SELECT DISTINCT namespace, name FROM read_parquet($files, hive_partitioning = false)
WHERE api_group = '' AND resource = 'events' AND list_contains(
    $pods,
    (object ->> '$.involvedObject.namespace') || '/' || (object ->> '$.involvedObject.name'))
ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one Event, or its series, says of a decision."""

    reason: str
    """SCHEDULED or FAILED_SCHEDULING."""
    time: int
    """When it was noted, in microseconds since the epoch."""
    pod_revision: int | None
    """The resourceVersion of the pod that was decided on; a series does not tell."""
    message: str


Attempts = dict[str, list[Attempt]]
"""By the uid of the pod, in the order of their times."""


def read_attempts(
    snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, pods: Collection[Key] | None = None
) -> Attempts:
    """What all Events say, each decision once; `pods`: only Events about those."""
    events = None if pods is None else _read_names(snapshot, connection, pods)
    found: dict[str, dict[tuple[str, int], Attempt]] = {}
    for version in read_versions(snapshot, connection, (_EVENTS,), events):
        # Only few Events are of the scheduler: most are not worth being parsed.
        if version.body is None or not _may_tell(version.body):
            continue
        event = orjson.loads(version.body)
        uid = text(event, "involvedObject", "uid")
        for attempt in _told(event, version.time):
            found.setdefault(uid, {}).setdefault((attempt.reason, attempt.time), attempt)
    return {
        uid: sorted(attempts.values(), key=lambda attempt: attempt.time)
        for uid, attempts in found.items()
    }


def _read_names(
    snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, pods: Collection[Key]
) -> list[Key]:
    """The Events about objects of these names."""
    values = {
        "files": snapshot.paths(HISTORY.name),
        "pods": [f"{namespace}/{name}" for namespace, name in pods],
    }
    return connection.execute(_EVENTS_OF_PODS, values).fetchall()


def _may_tell(body: str) -> bool:
    return f'"{FAILED_SCHEDULING}"' in body or f'"{SCHEDULED}"' in body


def _told(event: Object, written: int) -> Iterator[Attempt]:
    """The newest decision that this version of an Event tells of."""
    reason = text(event, "reason")
    about = mapping(event, "involvedObject")
    if reason not in (FAILED_SCHEDULING, SCHEDULED) or text(about, "kind") != "Pod":
        return
    message = text(event, "message")
    again = text(event, "series", "lastObservedTime")
    if again:
        yield Attempt(reason, int(parse_micros(again)), None, message)
        return
    noted = text(event, "eventTime")
    time = int(parse_micros(noted)) if noted else written
    revision = text(about, "resourceVersion")
    yield Attempt(reason, time, int(revision) if revision.isdecimal() else None, message)
