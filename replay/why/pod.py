"""`why pod`: why a pod does not run at a time, and what would have to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson

from engine.scheduler.cycle import NotModelledError
from engine.scheduler.pod_info import DEFAULT_SCHEDULER_NAME, PodInfo
from engine.scheduler.reading import Object, text
from engine.scheduler.remedies.case import Case
from engine.scheduler.remedies.search import Findings, findings
from engine.scheduler.volumes.claims import used_claims
from ingest.log.beyond import beyond_the_end
from ingest.log.current import Snapshot
from ingest.log.state import StoredState
from replay.scheduling.found import pod_at
from replay.scheduling.profiles import Frameworks, read_frameworks
from replay.scheduling.snapshot import count_unseen, snapshot_of
from replay.why.status import (
    Condition,
    Said,
    Waiting,
    condition_of,
    events_of,
    micros,
    waiting_containers,
)

_CLAIMS = ("", "persistentvolumeclaims")
EVENTS_MAX = 5
"""The last Events are told."""


@dataclass(frozen=True, slots=True)
class WhyPod:
    """What the record says of a pod at a time, and, while it has no node, what the model does."""

    namespace: str
    name: str
    time: int
    """The one that was asked for, or the end of the log before it; microseconds since the epoch, as
    all times here."""
    phase: str
    node: str
    created: int | None
    deleted: int | None
    """When its deletion began, or is to end."""
    scheduler: str
    """The name of the scheduler that it asks for."""
    known_scheduler: bool
    """Whether there is a profile of that name."""
    scheduled: Condition | None
    """PodScheduled; None if no scheduler has looked at it."""
    nominated: str
    """The node that preemption made room on."""
    containers: Sequence[Waiting]
    events: Sequence[Said]
    """The last ones, about it and its claims."""
    nodes: int
    """How many there were."""
    findings: Findings | None
    """None where nothing was asked: it has a node, ends, or is for another scheduler."""
    not_modelled: str
    """What the model does not know of the pod; empty if nothing."""
    unseen: int
    """How many objects counted whose body is not in the log: they are left out."""
    beyond: str
    """A note that the time which was asked for is after the end of the log; empty if it is not."""


def why(
    snapshot: Snapshot,
    namespace: str,
    name: str,
    at: str | None,
    config: Path | None,
) -> WhyPod:
    """What there is to say at a time, by default at the end of the log.

    Raises NotFoundError, TimeError, ConfigurationError, and KubeRewindError where the record does
    not hold the pod's body.
    """
    frameworks = read_frameworks(config)
    with duckdb.connect() as connection:
        state = StoredState(snapshot, connection, at)
        beyond = beyond_the_end(at, state.timeline, connection)
        return _why(state, pod_at(state, namespace, name, beyond), frameworks, beyond)


def _why(state: StoredState, obj: Object, frameworks: Frameworks, beyond: str) -> WhyPod:
    pod = PodInfo(obj)
    scheduler = text(pod.spec, "schedulerName") or DEFAULT_SCHEDULER_NAME
    waits = not (pod.node_name or pod.ended or pod.terminating)
    found, not_modelled, nodes = None, "", 0
    if waits and scheduler in frameworks:
        case = Case(frameworks[scheduler], snapshot_of(state, obj), pod)
        nodes = len(case.snapshot.nodes)
        try:
            found = findings(case)
        except NotModelledError as error:
            not_modelled = str(error)
    return WhyPod(
        namespace=pod.namespace,
        name=pod.name,
        time=min(state.time, state.timeline.span.last),
        phase=text(obj, "status", "phase"),
        node=pod.node_name,
        created=micros(obj, "metadata", "creationTimestamp"),
        deleted=micros(obj, "metadata", "deletionTimestamp"),
        scheduler=scheduler,
        known_scheduler=scheduler in frameworks,
        scheduled=condition_of(obj, "PodScheduled"),
        nominated=pod.nominated_node_name,
        containers=list(waiting_containers(obj)),
        events=events_of(state, [obj, *_claims(state, pod)])[-EVENTS_MAX:],
        nodes=nodes,
        findings=found,
        not_modelled=not_modelled,
        unseen=count_unseen(state) if found else 0,
        beyond=beyond,
    )


def _claims(state: StoredState, pod: PodInfo) -> list[Object]:
    """The claims of the pod's volumes that there are."""
    names = dict.fromkeys(name for name, _ in used_claims(pod))
    return [
        orjson.loads(body) for name in names for body in state.bodies(*_CLAIMS, pod.namespace, name)
    ]
