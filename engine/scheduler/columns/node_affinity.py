"""NodeName and NodeAffinity: names and labels of nodes."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from engine.scheduler.columns.changes import Kept
from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import ALL, FilterColumns, Mask, Rows, ScoreColumns
from engine.scheduler.columns.node_columns import CodeColumn
from engine.scheduler.columns.static import (
    StaticFilter,
    StaticScore,
    kept_mask,
    key_of,
    mask_by_kind,
    raw_by_kind,
)
from engine.scheduler.contract import Code
from engine.scheduler.node_selector import NodeSelector, PreferredTerms, RequiredNodeAffinity, Term
from engine.scheduler.plugins.node_affinity import NodeAffinity
from engine.scheduler.plugins.node_name import NodeName
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import mapping
from engine.scheduler.snapshot import NodeInfo


class _Named(FilterColumns):
    def __init__(self, index: int | None, size: int) -> None:
        self._mask = np.zeros(size, dtype=np.bool_)
        if index is not None:
            self._mask[index] = True

    def passing(self) -> Mask:
        return self._mask


def name_filter(plugin: NodeName, pod: PodInfo, cluster: ClusterColumns) -> FilterColumns | None:
    """The node that the pod names."""
    if not pod.node_name:
        return None
    return _Named(cluster.index.get(pod.node_name), len(cluster.nodes))


def affinity_of(pod: PodInfo) -> bytes:
    """All that is read of a pod where labels and names of nodes are concerned."""
    affinity = mapping(pod.spec, "affinity").get("nodeAffinity")
    return key_of((pod.spec.get("nodeSelector"), affinity))


def _required(affinity: RequiredNodeAffinity) -> Sequence[Term]:
    return affinity.selector.terms if affinity.selector is not None else ()


def _columns_for(
    cluster: ClusterColumns, terms: Iterable[Term], affinity: RequiredNodeAffinity | None = None
) -> list[CodeColumn]:
    """The columns that tell nodes apart by some terms."""
    keys: dict[str, None] = {}
    by_name = False
    if affinity is not None and affinity.labels is not None:
        keys.update(dict.fromkeys(each.key for each in affinity.labels.requirements))
    for term in terms:
        keys.update(dict.fromkeys(each.key for each in term.labels))
        by_name = by_name or bool(term.fields)
    columns = [cluster.label(key) for key in keys]
    return [cluster.node_names, *columns] if by_name else columns


def matching(pod: PodInfo, cluster: ClusterColumns) -> Kept[np.bool_] | None:
    """The nodes that the pod itself requires; None for pods that require nothing."""
    affinity = pod.node_affinity
    if affinity.labels is None and affinity.selector is None:
        return None
    return mask_by_kind(
        cluster,
        ("matching", affinity_of(pod)),
        lambda: _columns_for(cluster, _required(affinity), affinity),
        lambda node: affinity.matches(node.labels, node.name),
    )


def affinity_filter(
    plugin: NodeAffinity, pod: PodInfo, cluster: ClusterColumns
) -> FilterColumns | None:
    """What the pod and the profile require."""
    prepared = plugin.pre_filter(pod, cluster.snapshot)
    if prepared.status.code is Code.SKIP:
        return None
    affinity = pod.node_affinity
    added: NodeSelector | None = plugin.added

    def passes(node: NodeInfo) -> bool:
        return plugin.filter(pod, node, None).succeeded

    def make() -> Kept[np.bool_]:
        if prepared.nodes is not None:
            named = sorted(cluster.index[n] for n in prepared.nodes if n in cluster.index)
            among = _among(cluster, named, passes)
            return Kept(cluster.node_changes, among, lambda index: bool(among(ALL)[index]))
        terms = (*_required(affinity), *(added.terms if added is not None else ()))
        return kept_mask(cluster, lambda: _columns_for(cluster, terms, affinity), passes)

    return StaticFilter(cluster.once((plugin, affinity_of(pod)), make))


def _among(
    cluster: ClusterColumns, named: Sequence[int], passes: Callable[[NodeInfo], bool]
) -> Callable[[Rows], Mask]:
    """Asks only the nodes that every term names one of: most pods of a DaemonSet name one."""

    def compute(rows: Rows) -> Mask:
        mask = np.zeros(len(cluster.nodes), dtype=np.bool_)
        for index in named:
            mask[index] = passes(cluster.nodes[index])
        return mask[rows]

    return compute


def affinity_score(
    plugin: NodeAffinity, pod: PodInfo, cluster: ClusterColumns
) -> ScoreColumns | None:
    """What the pod and the profile prefer."""
    prepared = plugin.pre_score(pod, (), cluster.snapshot)
    if prepared.status.code is Code.SKIP:
        return None
    preferred: Sequence[PreferredTerms] = prepared.state
    terms = [term for each in preferred for term in each.terms]
    raw = raw_by_kind(
        cluster,
        (plugin, "score", affinity_of(pod)),
        lambda: _columns_for(cluster, terms),
        lambda node: plugin.score(pod, node, preferred),
    )
    return StaticScore(raw, reverse=False)
