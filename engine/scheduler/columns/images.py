"""ImageLocality: which nodes have which of the pod's images.

What is told depends on the cluster alone, and not on what was asked before: how many nodes have an
image counts at once for all of them, not only for those that changed (engine/scheduler/images.py).
"""

from collections.abc import Hashable

from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import ALL, Numbers, Rows, ScoreColumns
from engine.scheduler.columns.node_columns import CodeColumn
from engine.scheduler.columns.static import by_kind
from engine.scheduler.plugins.image_locality import ImageLocality, normalized_name
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo


class _Images(ScoreColumns):
    """One node's images change the scores of all, since it counts how many have an image."""

    def __init__(self, plugin: ImageLocality, pod: PodInfo, cluster: ClusterColumns) -> None:
        self._plugin = plugin
        self._pod = pod
        self._cluster = cluster
        self._changes = -1
        self._scores: Numbers | int = 0

    def points(self, chosen: Rows) -> Numbers | int:
        if self._changes != self._cluster.image_changes:
            self._changes = self._cluster.image_changes
            self._scores = self._computed()
        return self._scores if isinstance(self._scores, int) else self._scores[chosen]

    def _computed(self) -> Numbers | int:
        cluster, plugin, pod = self._cluster, self._plugin, self._pod
        names = dict.fromkeys(map(normalized_name, pod.images))
        columns = [_having(name, cluster) for name in names]
        compute = by_kind(
            cluster,
            lambda: columns,
            lambda node: plugin.score(pod, node, cluster.snapshot),
        )
        scores = compute(ALL)
        first = int(scores[0]) if scores.size else 0
        return first if (scores == first).all() else scores


def _having(image: str, cluster: ClusterColumns) -> CodeColumn:
    def value_of(node: NodeInfo) -> Hashable | None:
        return True if image in node.image_sizes else None

    return CodeColumn(value_of, cluster.nodes)


def image_score(plugin: ImageLocality, pod: PodInfo, cluster: ClusterColumns) -> ScoreColumns:
    """Images that nodes have."""
    return cluster.once((plugin, pod.images), lambda: _Images(plugin, pod, cluster))
