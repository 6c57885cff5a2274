"""`schedule`: what the model of the scheduler says of a pod, at decisions or at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.errors import KubeRewindError
from engine.scheduler.explanation import Explanation, explain
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, mapping, text
from ingest.log.beyond import beyond_the_end
from ingest.log.current import Snapshot
from ingest.log.state import StoredState
from replay.scheduling.found import elsewhere, not_found, pod_at
from replay.scheduling.known import Known, known_at_decisions
from replay.scheduling.profiles import Frameworks, framework_for, read_frameworks
from replay.scheduling.snapshot import PODS, count_unseen, snapshot_of


class NoDecisionError(KubeRewindError):
    """The record holds the pod, but nothing that the scheduler decided on it."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A pod at one time, and what the model says of it then."""

    namespace: str
    name: str
    event: str
    """What the scheduler's Event was: Scheduled or FailedScheduling; empty for no decision."""
    time: int
    """At which it was decided, or that was asked for; microseconds since the epoch."""
    revision: int | None
    """Of the decision's write, where it is known."""
    node: str
    """The one that the cluster chose, empty if none."""
    message: str
    """Why it went nowhere, in the words of the record."""
    nodes: Sequence[str]
    """All there were, by name."""
    explanation: Explanation
    assumed: int
    """How many pods counted that the scheduler had assumed on nodes and not bound yet."""
    unseen: int
    """How many objects counted whose body is not in the log: they are left out."""
    beyond: str
    """A note that the time which was asked for is after the end of the log; empty if it is not."""


def explained(
    snapshot: Snapshot, namespace: str, name: str, at: str | None, config: Path | None
) -> list[Explained]:
    """What the model says at each decision that is recorded, from what was known then.

    With `at`, as if the pod were scheduled then. Raises NotFoundError, NoDecisionError, TimeError,
    NotModelledError and ConfigurationError.
    """
    frameworks = read_frameworks(config)
    with duckdb.connect() as connection:
        state = StoredState(snapshot, connection, at)
        if at is not None:
            beyond = beyond_the_end(at, state.timeline, connection)
            return [_at_the_time(state, namespace, name, frameworks, beyond)]
        if not state.versions(*PODS, namespace, name):
            raise not_found(namespace, name, elsewhere(state, name))
        known = known_at_decisions(snapshot, connection, state, (namespace, name))
        found = [_explained(each.state, each.pod, frameworks, each) for each in known]
        if not found:
            raise NoDecisionError(
                f"the record holds no scheduling decision on the pod {namespace}/{name}: "
                "--at TIME asks how it would be scheduled then"
            )
        return found


def _at_the_time(
    state: StoredState, namespace: str, name: str, frameworks: Frameworks, beyond: str
) -> Explained:
    pod = pod_at(state, namespace, name, beyond)
    return _explained(state, pod, frameworks, None, beyond)


def _explained(
    state: StoredState,
    obj: Object,
    frameworks: Frameworks,
    known: Known | None,
    beyond: str = "",
) -> Explained:
    pod = PodInfo(_unbound(obj))
    decided = known.decided if known else None
    snapshot = known.snapshot if known else snapshot_of(state, obj)
    explanation = explain(framework_for(pod, frameworks), snapshot, pod)
    return Explained(
        namespace=pod.namespace,
        name=pod.name,
        event=decided.event if decided else "",
        time=decided.taken if decided else state.time,
        revision=decided.revision if decided else None,
        node=decided.node if decided else text(obj, "spec", "nodeName"),
        message=decided.message if decided else "",
        nodes=[node.name for node in snapshot.nodes],
        explanation=explanation,
        assumed=known.assumed if known else 0,
        unseen=count_unseen(state),
        beyond=beyond,
    )


def _unbound(obj: Object) -> Object:
    """The pod as it was before it had a node."""
    if not text(obj, "spec", "nodeName"):
        return obj
    left_out = {"spec": "nodeName", "status": "nominatedNodeName"}
    return dict(obj) | {
        part: {field: value for field, value in mapping(obj, part).items() if field != without}
        for part, without in left_out.items()
    }
