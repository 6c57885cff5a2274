"""NodeUnschedulable: cordoned nodes take only pods that tolerate it.

pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go (v1.36).
"""

from typing import Any

from engine.scheduler.contract import SUCCESS, FilterPlugin, Status, unresolvable
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.taints import NO_SCHEDULE, is_tolerated

REASON = "node(s) were unschedulable"

_TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": NO_SCHEDULE}


class NodeUnschedulable(FilterPlugin):
    """Reads spec.unschedulable as a taint."""

    name = "NodeUnschedulable"

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success unless the node is cordoned and the pod does not tolerate it."""
        if not node.unschedulable or is_tolerated(_TAINT, pod.tolerations):
            return SUCCESS
        return unresolvable(REASON)
