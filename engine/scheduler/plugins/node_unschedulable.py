"""NodeUnschedulable: cordoned nodes take only pods that tolerate it.

pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go (v1.36).
"""

from typing import Any

from engine.scheduler.contract import SUCCESS, FilterPlugin, Status, unresolvable
from engine.scheduler.events import Action, Change, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.taints import NO_SCHEDULE, is_tolerated

REASON = "node(s) were unschedulable"

_TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": NO_SCHEDULE}


class NodeUnschedulable(FilterPlugin):
    """Reads spec.unschedulable as a taint."""

    name = "NodeUnschedulable"

    def events(self) -> tuple[EventWithHint, ...]:
        """A node is uncordoned or new, or the pod gets a toleration."""
        return (
            on(Resource.NODE, Action.ADD | Action.UPDATE_NODE_TAINT, _after_node_change),
            on(Resource.POD, Action.UPDATE_POD_TOLERATION, _after_new_toleration),
        )

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success unless the node is cordoned and the pod does not tolerate it."""
        if not node.unschedulable or is_tolerated(_TAINT, pod.tolerations):
            return SUCCESS
        return unresolvable(REASON)


def _after_node_change(pod: PodInfo, change: Change) -> bool:
    """Whether a node is schedulable that was not."""
    old, new = change.old_node, change.new_node
    return new is not None and not new.unschedulable and (old is None or old.unschedulable)


def _after_new_toleration(pod: PodInfo, change: Change) -> bool:
    """Whether it is this pod that tolerates cordoned nodes now."""
    new = change.new_pod
    return new is not None and new.uid == pod.uid and is_tolerated(_TAINT, new.tolerations)
