"""What columns do not cover: such pods are left to the plain reading. Empty texts: covered."""

from engine.scheduler.columns.cluster import are_exact
from engine.scheduler.columns.registry import FILTERS, SCORES, SILENT
from engine.scheduler.columns.resources import strategy_of
from engine.scheduler.contract import Code, FilterPlugin, PreFilterPlugin
from engine.scheduler.framework import Framework, comes_first
from engine.scheduler.plugins.node_affinity import NodeAffinity
from engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import Snapshot
from engine.scheduler.volumes.claims import used_claims
from engine.scheduler.volumes.migration import is_migratable

_WEIGHT_MAX = 1 << 31

# Disks that are compared with those of other pods: plugins/volume_restrictions.py.
_DISKS = ("gcePersistentDisk", "awsElasticBlockStore", "rbd", "iscsi")


def uncovered_profile(framework: Framework) -> str:
    """What of a profile has no columnar form."""
    filters = {plugin.name for plugin in framework.filters}
    prepared = {plugin.name for plugin in framework.pre_filters}
    for plugin in (*framework.filters, *framework.pre_filters):
        both = isinstance(plugin, FilterPlugin) and isinstance(plugin, PreFilterPlugin)
        if both and (plugin.name in filters) != (plugin.name in prepared):
            return f"{plugin.name} is enabled at only one of preFilter and filter"
        if plugin.name not in FILTERS and plugin.name not in SILENT:
            return f"the filter {plugin.name}"
    for score in framework.scores:
        if score.name not in SCORES and score.name not in SILENT:
            return f"the score {score.name}"
        if isinstance(score, NodeResourcesFit) and strategy_of(score.scorer) is None:
            return "the scoring strategy"
        if not 0 <= framework.weights[score.name] <= _WEIGHT_MAX:
            return f"the weight of {score.name}"
    return ""


def uncovered_pod(pod: PodInfo, framework: Framework, snapshot: Snapshot) -> str:
    """What of a pod has no columnar form; the same for all pods of its kind."""
    if what := pod.not_modelled():
        return what
    if any(used_claims(pod)) or any(map(is_migratable, pod.volumes)):
        return "volumes that are attached"
    if any(volume.get(kind) is not None for volume in pod.volumes for kind in _DISKS):
        return "disks that cannot be shared"
    if pod.affinity_errors:
        return "terms of inter-pod affinity that cannot be read"
    if not all(map(are_exact, (pod.requests, pod.spec_requests, pod.scored_requests))):
        return "amounts that are too large"
    for plugin in framework.pre_scores:
        if isinstance(plugin, NodeAffinity):
            status = plugin.pre_score(pod, (), snapshot).status
            if status.code not in (Code.SUCCESS, Code.SKIP):
                return "terms of node affinity that cannot be read"
    return ""


def nominated_before(pod: PodInfo, snapshot: Snapshot) -> bool:
    """Whether room is kept for a pod that comes first: filter_with_nominated."""
    return any(
        comes_first(other, pod) for others in snapshot.nominated.values() for other in others
    )
