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
    Resource,
    is_extended,
)
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

    def checked(self, requests: Resource) -> list[str]:
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
