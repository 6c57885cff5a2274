"""The decisions on a pod that its versions show: where it was bound, and where that failed.

The reasons are those of the scheduler's Events: pkg/scheduler/schedule_one.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from engine.scheduler.cycle import SCHEDULER_ERROR, UNSCHEDULABLE
from engine.scheduler.reading import Object, mappings, text
from ingest.log.state import StoredVersion

SCHEDULED, FAILED_SCHEDULING = "Scheduled", "FailedScheduling"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the scheduler wrote of one decision: a node, or the message of the condition."""

    event: str
    """SCHEDULED or FAILED_SCHEDULING."""
    version: StoredVersion
    pod: Object
    """The pod before that write."""
    node: str = ""
    message: str = ""


def decisions(versions: Sequence[StoredVersion]) -> Iterator[Recorded]:
    """The decisions among the versions of one name, in their order.

    A pod that had its node when it was first seen was put there by its creator, or earlier.
    """
    before: Object | None = None
    for version in versions:
        pod = orjson.loads(version.body) if version.body is not None else None
        if before is not None and pod is not None and _uid(before) == _uid(pod):
            yield from _between(before, pod, version)
        before = pod


def _between(before: Object, pod: Object, version: StoredVersion) -> Iterator[Recorded]:
    node, failure = text(pod, "spec", "nodeName"), failure_of(pod)
    if text(before, "spec", "nodeName"):
        return
    if node:
        yield Recorded(SCHEDULED, version, before, node=node)
    elif failure and failure != failure_of(before):
        # The same failure again is not written, but for the generation of the pod that it saw.
        message = text(failure, "message")
        yield Recorded(FAILED_SCHEDULING, version, before, message=message)


def failure_of(pod: Object) -> Object:
    """The condition with which the scheduler says that the pod goes nowhere; empty if none.

    Gates keep a pod out of the queue: that condition is none of a decision.
    """
    for condition in mappings(pod, "status", "conditions"):
        if text(condition, "type") == "PodScheduled":
            failed = text(condition, "status") == "False"
            reasons = (UNSCHEDULABLE, SCHEDULER_ERROR)
            return condition if failed and text(condition, "reason") in reasons else {}
    return {}


def _uid(pod: Object) -> str:
    return text(pod, "metadata", "uid")
