"""NodeResourcesBalancedAllocation: likes nodes that the pod makes more balanced.

pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go (v1.36).
"""

import math
from collections.abc import Sequence
from typing import Any

from engine.model.int64 import divide
from engine.scheduler.contract import MAX_NODE_SCORE, SKIP, Prepared, ScorePlugin
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.resource_scores import DEFAULT_RESOURCES, Weighted, usages
from engine.scheduler.snapshot import NodeInfo, Snapshot

_HALF = MAX_NODE_SCORE // 2


class NodeResourcesBalancedAllocation(ScorePlugin):
    """Compares how evenly the resources are used with the pod and without it."""

    name = "NodeResourcesBalancedAllocation"

    def __init__(self, resources: Sequence[Weighted] = DEFAULT_RESOURCES) -> None:
        self.resources = resources

    def pre_score(self, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot) -> Prepared:
        """Skip for pods that request none of the resources, so that they do not flock."""
        if not any(pod.requests.amount(resource.name) for resource in self.resources):
            return Prepared(SKIP)
        return Prepared()

    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """Half for any node, the rest by how much more balanced the pod makes it."""
        used = usages(node, pod.requests, self.resources, non_zero=False)
        with_pod = balance([usage.requested / usage.allocatable for usage in used])
        without = balance([usage.before / usage.allocatable for usage in used])
        return _HALF + divide(_HALF + with_pod - without, 2)[0]


def balance(fractions: Sequence[float]) -> int:
    """100 less the standard deviation, computed in the order that Kubernetes does it in."""
    return int((1 - _deviation([min(fraction, 1.0) for fraction in fractions])) * MAX_NODE_SCORE)


def _deviation(fractions: Sequence[float]) -> float:
    if len(fractions) < 2:
        return 0.0
    if len(fractions) == 2:
        return abs((fractions[0] - fractions[1]) / 2)
    # Python's sum is more exact than Go's loop.
    total = squares = 0.0
    for fraction in fractions:
        total += fraction
    mean = total / len(fractions)
    for fraction in fractions:
        squares += (fraction - mean) * (fraction - mean)
    return math.sqrt(squares / len(fractions))
