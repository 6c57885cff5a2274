"""NodeResourcesFit: whether a node has what a pod requests, and how full it would be.

pkg/scheduler/framework/plugins/noderesources/fit.go (v1.36).
"""

from collections.abc import Sequence
from typing import Any

from engine.scheduler.contract import (
    SUCCESS,
    Code,
    FilterPlugin,
    PreFilterPlugin,
    Prepared,
    ScorePlugin,
    Status,
)
from engine.scheduler.events import Action, Change, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.resource_scores import (
    DEFAULT_RESOURCES,
    Scorer,
    Weighted,
    least_allocated,
    usages,
)
from engine.scheduler.resources import (
    CPU,
    EPHEMERAL_STORAGE,
    MEMORY,
    is_extended,
)
from engine.scheduler.resources import Resource as Amounts
from engine.scheduler.snapshot import NodeInfo, Snapshot

REASON_PODS = "Too many pods"
REASON = "Insufficient {}"


class NodeResourcesFit(PreFilterPlugin, FilterPlugin, ScorePlugin):
    """Adds the pod's requests to those on the node."""

    name = "NodeResourcesFit"

    def __init__(
        self,
        scorer: Scorer = least_allocated,
        resources: Sequence[Weighted] = DEFAULT_RESOURCES,
        ignored: frozenset[str] = frozenset(),
        ignored_groups: frozenset[str] = frozenset(),
    ) -> None:
        self.scorer = scorer
        self.resources = resources
        self._ignored = ignored
        self._ignored_groups = ignored_groups

    def events(self) -> tuple[EventWithHint, ...]:
        """Room is made by a pod that goes or shrinks, or by a node that is new or grows."""
        return (
            on(Resource.POD, Action.DELETE | Action.UPDATE_POD_SCALE_DOWN, _after_pod_change),
            on(Resource.NODE, Action.ADD | Action.UPDATE_NODE_ALLOCATABLE, _after_node_change),
        )

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """What the pod requests."""
        return Prepared(state=pod.spec_requests)

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where there is enough of all; else each resource that is not."""
        reasons = [REASON_PODS] if len(node.pods) + 1 > node.pods_allowed else []
        code = Code.UNSCHEDULABLE
        for name in self.checked(state):
            wanted, has = state.amount(name), node.allocatable.amount(name)
            if wanted > has - node.requested.amount(name):
                reasons.append(REASON.format(name))
                if wanted > has:
                    code = Code.UNRESOLVABLE
        return Status(code, tuple(reasons)) if reasons else SUCCESS

    def checked(self, requests: Amounts) -> list[str]:
        """The resources to check; Kubernetes has the last ones in no order."""
        names = [name for name in (CPU, MEMORY, EPHEMERAL_STORAGE) if requests.amount(name) > 0]
        return names + sorted(
            name
            for name, amount in requests.scalars.items()
            if amount and not self._is_ignored(name)
        )

    def _is_ignored(self, name: str) -> bool:
        if not is_extended(name):
            return False
        return name in self._ignored or name.partition("/")[0] in self._ignored_groups

    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """By the strategy of the profile."""
        return self.scorer(usages(node, pod.scored_requests, self.resources, non_zero=True))


def _after_pod_change(pod: PodInfo, change: Change) -> bool:
    """Whether another pod made room, or this one needs less: isSchedulableAfterPodEvent."""
    old, new = change.old_pod, change.new_pod
    if old is None:
        return False
    if new is None:
        return old.holds_room
    if new.uid == pod.uid:
        return True
    return bool(new.node_name) and any(
        old.requests.amount(name) > new.requests.amount(name) for name in pod.requests.names()
    )


def _after_node_change(pod: PodInfo, change: Change) -> bool:
    """Whether the pod fits on the node by itself, and there is more of what it requests.

    What the profile ignores counts here, as Kubernetes has it.
    """
    old, new = change.old_node, change.new_node
    wanted = pod.spec_requests
    if new is None or not NodeResourcesFit().filter(pod, new, wanted).succeeded:
        return False
    if old is None or new.pods_allowed > old.pods_allowed:
        return True
    return any(
        new.allocatable.amount(name) > old.allocatable.amount(name) for name in wanted.names()
    )
