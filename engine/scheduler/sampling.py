"""How many nodes of a large cluster are looked at, and in which order.

After numFeasibleNodesToFind in pkg/scheduler/schedule_one.go and
pkg/scheduler/backend/cache/node_tree.go (v1.36). Kubernetes looks at 16 nodes at a time, so that a
few more or less may be found; here it is one after the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.scheduler.snapshot import NodeInfo

_MIN_NODES, _MIN_PERCENTAGE = 100, 5

_ZONE = ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone")
_REGION = ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region")


@dataclass(frozen=True, slots=True)
class Sampling:
    """Where to begin, and which share of the nodes is enough."""

    start: int
    percentage: int
    """0: less, the larger the cluster is."""

    def enough(self, nodes: int) -> int:
        """How many nodes that fit are enough, out of so many."""
        if nodes < _MIN_NODES:
            return nodes
        percentage = self.percentage or max(50 - nodes // 125, _MIN_PERCENTAGE)
        return max(nodes * percentage // 100, _MIN_NODES)

    def rotated(self, nodes: Sequence[NodeInfo]) -> list[NodeInfo]:
        """The nodes from the start on, then those before it."""
        start = self.start % len(nodes) if nodes else 0
        return [*nodes[start:], *nodes[:start]]


Zone = tuple[str, str]
"""A region and a zone."""


def by_zones(nodes: Iterable[NodeInfo]) -> list[NodeInfo]:
    """One node of each zone after the other, so that a few nodes are of many zones."""
    zones: dict[Zone, list[NodeInfo]] = {}
    for node in nodes:
        zones.setdefault(zone_of(node), []).append(node)
    longest = max((len(zone) for zone in zones.values()), default=0)
    return [zone[i] for i in range(longest) for zone in zones.values() if i < len(zone)]


def zone_of(node: NodeInfo) -> Zone:
    """Where a node is; the old labels come first.

    GetZoneKey in k8s.io/component-helpers node/topology/helpers.go (v0.36).
    """
    region, zone = (
        next((node.labels[name] for name in names if name in node.labels), "")
        for names in (_REGION, _ZONE)
    )
    return region, zone
