"""The columnar forms that there are, by the names of the plugins."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import FilterColumns, ScoreColumns
from engine.scheduler.columns.images import image_score
from engine.scheduler.columns.node_affinity import affinity_filter, affinity_score, name_filter
from engine.scheduler.columns.pod_affinity import AffinityFilter, AffinityScore
from engine.scheduler.columns.ports import port_filter
from engine.scheduler.columns.resources import balance_score, fit_filter, fit_score
from engine.scheduler.columns.spread import spread_filter, spread_score
from engine.scheduler.columns.traits import (
    feature_filter,
    taint_filter,
    taint_score,
    unschedulable_filter,
)
from engine.scheduler.pod_info import PodInfo

# Each is made of the plugin for pods of one kind; None where it has nothing to say of them.
FILTERS: Mapping[str, Callable[[Any, PodInfo, ClusterColumns], FilterColumns | None]] = {
    "NodeUnschedulable": unschedulable_filter,
    "NodeName": name_filter,
    "TaintToleration": taint_filter,
    "NodeAffinity": affinity_filter,
    "NodePorts": port_filter,
    "NodeResourcesFit": fit_filter,
    "PodTopologySpread": spread_filter,
    "InterPodAffinity": AffinityFilter,
    "NodeDeclaredFeatures": feature_filter,
}
SCORES: Mapping[str, Callable[[Any, PodInfo, ClusterColumns], ScoreColumns | None]] = {
    "TaintToleration": taint_score,
    "NodeAffinity": affinity_score,
    "NodeResourcesFit": fit_score,
    "PodTopologySpread": spread_score,
    "InterPodAffinity": AffinityScore,
    "NodeResourcesBalancedAllocation": balance_score,
    "ImageLocality": image_score,
}

# Those that say nothing of pods without claims of volumes and devices; others are not asked.
SILENT = frozenset({
    "VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone", "DynamicResources",
})  # fmt: skip
