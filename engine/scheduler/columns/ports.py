"""NodePorts: the plugin itself is asked, of the nodes that changed."""

import numpy as np

from engine.scheduler.columns.changes import Kept
from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import FilterColumns, Mask, Rows
from engine.scheduler.plugins.node_ports import NodePorts
from engine.scheduler.pod_info import PodInfo


class _Ports(FilterColumns):
    def __init__(self, mask: Kept[np.bool_]) -> None:
        self._mask = mask

    def passing(self) -> Mask:
        return self._mask.current()


def port_filter(plugin: NodePorts, pod: PodInfo, cluster: ClusterColumns) -> FilterColumns | None:
    """None for pods without host ports."""
    if not pod.host_ports:
        return None

    one = cluster.one(lambda node: plugin.filter(pod, node, None).succeeded)

    def compute(rows: Rows) -> Mask:
        indices = np.arange(len(cluster.nodes))[rows].tolist()
        return np.array([one(index) for index in indices], dtype=np.bool_)

    key = (plugin, pod.host_ports)
    return _Ports(cluster.once(key, lambda: Kept(cluster.pod_changes, compute, one)))
