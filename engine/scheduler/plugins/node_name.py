"""NodeName: a pod that names its node runs there or nowhere.

pkg/scheduler/framework/plugins/nodename/node_name.go (v1.36).
"""

from typing import Any

from engine.scheduler.contract import SUCCESS, FilterPlugin, Status, unresolvable
from engine.scheduler.events import Action, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo

REASON = "node(s) didn't match the requested node name"


class NodeName(FilterPlugin):
    """Compares names."""

    name = "NodeName"

    def events(self) -> tuple[EventWithHint, ...]:
        """A new node may be the one that is named; names never change."""
        return (on(Resource.NODE, Action.ADD),)

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success on the node that is named, and everywhere if none is."""
        return SUCCESS if pod.node_name in ("", node.name) else unresolvable(REASON)
