"""NodeUnschedulable, TaintToleration, NodeDeclaredFeatures: what nodes have besides labels."""

from collections.abc import Hashable

import numpy as np

from engine.scheduler.columns.changes import Kept
from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import FilterColumns, ScoreColumns
from engine.scheduler.columns.static import (
    StaticFilter,
    StaticScore,
    key_of,
    mask_by_kind,
    raw_by_kind,
)
from engine.scheduler.contract import Code, FilterPlugin
from engine.scheduler.plugins.node_declared_features import NodeDeclaredFeatures
from engine.scheduler.plugins.node_unschedulable import NodeUnschedulable
from engine.scheduler.plugins.taint_toleration import TaintToleration
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.taints import KEEPING_OUT, has_untolerated


def _by_traits(
    plugin: FilterPlugin, pod: PodInfo, cluster: ClusterColumns, reads: Hashable, state: object
) -> StaticFilter:
    return StaticFilter(
        mask_by_kind(
            cluster,
            (plugin, reads),
            lambda: (cluster.traits,),
            lambda node: plugin.filter(pod, node, state).succeeded,
        )
    )


def tolerations_of(pod: PodInfo) -> bytes:
    """All that is read of a pod where taints are concerned."""
    return key_of(pod.tolerations)


def unschedulable_filter(
    plugin: NodeUnschedulable, pod: PodInfo, cluster: ClusterColumns
) -> FilterColumns:
    """Cordoned nodes."""
    return _by_traits(plugin, pod, cluster, tolerations_of(pod), None)


def taint_filter(plugin: TaintToleration, pod: PodInfo, cluster: ClusterColumns) -> FilterColumns:
    """Taints that keep pods out."""
    return _by_traits(plugin, pod, cluster, tolerations_of(pod), None)


def taint_score(plugin: TaintToleration, pod: PodInfo, cluster: ClusterColumns) -> ScoreColumns:
    """Taints that nodes are less liked for."""
    state = plugin.pre_score(pod, (), cluster.snapshot).state
    raw = raw_by_kind(
        cluster,
        (plugin, "score", tolerations_of(pod)),
        lambda: (cluster.traits,),
        lambda node: plugin.score(pod, node, state),
    )
    return StaticScore(raw, reverse=True)


def tolerated(pod: PodInfo, cluster: ClusterColumns) -> Kept[np.bool_]:
    """The nodes without a taint that keeps the pod out."""
    tolerations = pod.tolerations
    return mask_by_kind(
        cluster,
        ("tolerated", tolerations_of(pod)),
        lambda: (cluster.traits,),
        lambda node: not has_untolerated(node.taints, tolerations, KEEPING_OUT),
    )


def feature_filter(
    plugin: NodeDeclaredFeatures, pod: PodInfo, cluster: ClusterColumns
) -> FilterColumns | None:
    """Features of the kubelet."""
    prepared = plugin.pre_filter(pod, cluster.snapshot)
    if prepared.status.code is Code.SKIP:
        return None
    return _by_traits(plugin, pod, cluster, prepared.state, prepared.state)
