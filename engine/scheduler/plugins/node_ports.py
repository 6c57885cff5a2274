"""NodePorts: two pods cannot take the same port of a node.

pkg/scheduler/framework/plugins/nodeports/node_ports.go (v1.36).
"""

from typing import Any

from engine.scheduler.contract import (
    SKIP,
    SUCCESS,
    FilterPlugin,
    PreFilterPlugin,
    Prepared,
    Status,
    unschedulable,
)
from engine.scheduler.events import Action, Change, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo, Snapshot, has_conflict

REASON = "node(s) didn't have free ports for the requested pod ports"


class NodePorts(PreFilterPlugin, FilterPlugin):
    """Compares host ports with those in use."""

    name = "NodePorts"

    def events(self) -> tuple[EventWithHint, ...]:
        """Ports get free when pods go, and are free on new nodes."""
        return (
            on(Resource.POD, Action.DELETE, _after_pod_deletion),
            on(Resource.NODE, Action.ADD),
        )

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip for pods without host ports."""
        return Prepared() if pod.host_ports else Prepared(SKIP)

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where all are free."""
        if any(node.has_port_conflict(port) for port in pod.host_ports):
            return unschedulable(REASON)
        return SUCCESS


def _after_pod_deletion(pod: PodInfo, change: Change) -> bool:
    """Whether the pod that went took a port that this one wants: isSchedulableAfterPodDeleted."""
    gone = change.old_pod
    if gone is None or not gone.holds_room:
        return False
    return any(has_conflict(gone.host_ports, port) for port in pod.host_ports)
