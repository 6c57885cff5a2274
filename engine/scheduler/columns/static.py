"""Plugins whose verdict on a node depends on the node alone, and not on the pods there.

The plugins themselves are asked, once for all nodes that they cannot tell apart.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence

import msgspec
import numpy as np

from engine.scheduler.columns.changes import Kept
from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import (
    ALL,
    FilterColumns,
    Mask,
    Numbers,
    Rows,
    ScoreColumns,
)
from engine.scheduler.columns.node_columns import CodeColumn
from engine.scheduler.contract import MAX_NODE_SCORE, Code, FilterPlugin
from engine.scheduler.node_selector import NodeSelector, PreferredTerms, RequiredNodeAffinity, Term
from engine.scheduler.plugins.node_affinity import NodeAffinity
from engine.scheduler.plugins.node_declared_features import NodeDeclaredFeatures
from engine.scheduler.plugins.node_name import NodeName
from engine.scheduler.plugins.node_unschedulable import NodeUnschedulable
from engine.scheduler.plugins.taint_toleration import TaintToleration
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import mapping
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.taints import KEEPING_OUT, has_untolerated

_encoder = msgspec.json.Encoder(order="sorted")


class StaticFilter(FilterColumns):
    """A mask that changes with the nodes only."""

    def __init__(self, mask: Kept[np.bool_]) -> None:
        self._mask = mask

    def passing(self) -> Mask | None:
        """The mask, None where there is nothing to mask."""
        return None if self._mask.all_are() else self._mask.current()


class StaticScore(ScoreColumns):
    """Raw scores that change with the nodes only, normalized by DefaultNormalizeScore."""

    def __init__(self, raw: Kept[np.int64], *, reverse: bool) -> None:
        self._raw = raw
        self._reverse = reverse

    def points(self, chosen: Rows) -> Numbers | int:
        """In relation to the highest of the chosen nodes."""
        if self._raw.all_are() == 0:
            return MAX_NODE_SCORE if self._reverse else 0
        raw = self._raw.current()[chosen]
        highest = int(raw.max())
        if highest <= 0:
            return MAX_NODE_SCORE if self._reverse else raw
        scaled: Numbers = MAX_NODE_SCORE * raw // highest
        return MAX_NODE_SCORE - scaled if self._reverse else scaled


# What tells nodes apart


def _alike(columns: Sequence[CodeColumn], size: int) -> tuple[Numbers, Numbers]:
    """(the first node of each kind, the kind of each node), by what is in the columns."""
    kinds = np.zeros(size, dtype=np.int64)
    first = np.zeros(min(size, 1), dtype=np.int64)
    for column in columns:
        _, first, kinds = np.unique(
            kinds * column.size + column.codes, return_index=True, return_inverse=True
        )
    return first, kinds


def by_kind(
    cluster: ClusterColumns,
    columns: Callable[[], Sequence[CodeColumn]],
    verdict: Callable[[NodeInfo], int],
) -> Callable[[Rows], Numbers]:
    """Computes a column of verdicts that are equal for nodes that are equal in some columns."""

    def compute(rows: Rows) -> Numbers:
        nodes = cluster.nodes
        if not isinstance(rows, slice):
            return np.array([verdict(nodes[index]) for index in rows.tolist()], dtype=np.int64)
        first, kinds = _alike(columns(), len(nodes))
        found = [verdict(nodes[index]) for index in first.tolist()]
        return np.array(found, dtype=np.int64)[kinds]

    return compute


def mask_by_kind(
    cluster: ClusterColumns,
    key: Hashable,
    columns: Callable[[], Sequence[CodeColumn]],
    verdict: Callable[[NodeInfo], bool],
) -> Kept[np.bool_]:
    """A kept mask. The key names whose verdict it is, and all that is read of a pod for it."""

    def make() -> Kept[np.bool_]:
        return _kept_mask(cluster, columns, verdict)

    return cluster.once(key, make)


def _kept_mask(
    cluster: ClusterColumns,
    columns: Callable[[], Sequence[CodeColumn]],
    verdict: Callable[[NodeInfo], bool],
) -> Kept[np.bool_]:
    compute = by_kind(cluster, columns, verdict)
    return Kept(cluster.node_changes, lambda rows: compute(rows) != 0, cluster.one(verdict))


def _raw_by_kind(
    cluster: ClusterColumns,
    key: Hashable,
    columns: Callable[[], Sequence[CodeColumn]],
    verdict: Callable[[NodeInfo], int],
) -> Kept[np.int64]:
    def make() -> Kept[np.int64]:
        compute = by_kind(cluster, columns, verdict)
        return Kept(cluster.node_changes, compute, cluster.one(verdict))

    return cluster.once(key, make)


# By traits of nodes


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
    return _encoder.encode(pod.tolerations)


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
    raw = _raw_by_kind(
        cluster,
        (plugin, "score", tolerations_of(pod)),
        lambda: (cluster.traits,),
        lambda node: plugin.score(pod, node, state),
    )
    return StaticScore(raw, reverse=True)


def feature_filter(
    plugin: NodeDeclaredFeatures, pod: PodInfo, cluster: ClusterColumns
) -> FilterColumns | None:
    """Features of the kubelet."""
    prepared = plugin.pre_filter(pod, cluster.snapshot)
    if prepared.status.code is Code.SKIP:
        return None
    return _by_traits(plugin, pod, cluster, prepared.state, prepared.state)


def inclusion(
    pod: PodInfo, cluster: ClusterColumns, *, honors_affinity: bool, honors_taints: bool
) -> list[Kept[np.bool_]]:
    """Masks of the nodes whose pods count for spreading: matchNodeInclusionPolicies."""
    masks = []
    affinity, tolerations = pod.node_affinity, pod.tolerations
    if honors_affinity and (affinity.labels is not None or affinity.selector is not None):
        masks.append(
            mask_by_kind(
                cluster,
                ("inclusion", affinity_of(pod)),
                lambda: _columns_for(cluster, _required(affinity), affinity),
                lambda node: affinity.matches(node.labels, node.name),
            )
        )
    if honors_taints:
        masks.append(
            mask_by_kind(
                cluster,
                ("inclusion", tolerations_of(pod)),
                lambda: (cluster.traits,),
                lambda node: not has_untolerated(node.taints, tolerations, KEEPING_OUT),
            )
        )
    return masks


# By names and labels of nodes


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
    return _encoder.encode((pod.spec.get("nodeSelector"), affinity))


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
        return _kept_mask(cluster, lambda: _columns_for(cluster, terms, affinity), passes)

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
    raw = _raw_by_kind(
        cluster,
        (plugin, "score", affinity_of(pod)),
        lambda: _columns_for(cluster, terms),
        lambda node: plugin.score(pod, node, preferred),
    )
    return StaticScore(raw, reverse=False)
