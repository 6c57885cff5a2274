"""PodTopologySpread: how many pods match in each part of the cluster."""

import math
from collections.abc import Sequence

import numpy as np

from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import (
    ALL,
    FilterColumns,
    Fractions,
    Mask,
    Numbers,
    Rows,
    ScoreColumns,
)
from engine.scheduler.columns.counting import SpreadQuestion
from engine.scheduler.columns.node_affinity import matching
from engine.scheduler.columns.node_columns import ABSENT
from engine.scheduler.columns.traits import tolerated
from engine.scheduler.contract import MAX_NODE_SCORE
from engine.scheduler.plugins.topology_spread import PodTopologySpread
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import mappings
from engine.scheduler.spread_constraints import (
    DO_NOT_SCHEDULE,
    HOSTNAME,
    SCHEDULE_ANYWAY,
    Constraint,
)


class _Counted:
    """A constraint with the column of its topology key and the pods that it counts."""

    def __init__(self, constraint: Constraint, pod: PodInfo, cluster: ClusterColumns) -> None:
        self.constraint = constraint
        self.column = cluster.label(constraint.topology_key)
        self.counter = cluster.census.ask(SpreadQuestion(pod.namespace, constraint.selector))
        self.matches_itself = constraint.selector.matches(pod.labels)
        # matchNodeInclusionPolicies
        required = matching(pod, cluster) if constraint.honors_affinity else None
        self._included = [] if required is None else [required]
        if constraint.honors_taints:
            self._included.append(tolerated(pod, cluster))

    def included(self, having_all: Mask) -> Rows:
        """The nodes whose pods are counted, among some."""
        masks = [having_all, *(each.current() for each in self._included)]
        included = np.logical_and.reduce(masks)
        return ALL if included.all() else np.flatnonzero(included)


def _having_all(constraints: Sequence[_Counted]) -> Mask:
    """The nodes that have a label for every topology key."""
    found: Mask = np.logical_and.reduce([each.column.present for each in constraints])
    return found


class SpreadFilter(FilterColumns):
    """Constraints that must be satisfied."""

    def __init__(self, constraints: Sequence[_Counted], cluster: ClusterColumns) -> None:
        self._constraints = constraints
        self._cluster = cluster
        self._position = -1
        self._included: list[Rows] = []
        self._domains: list[Numbers] = []

    def passing(self) -> Mask:
        """The nodes where the pod would not make its domain too full."""
        if self._position != self._cluster.node_changes.position:
            self._position = self._cluster.node_changes.position
            self._read_nodes()
        mask = _having_all(self._constraints)
        for index, each in enumerate(self._constraints):
            counts = each.column.totals(each.counter.on_nodes, self._included[index])
            fullest = each.constraint.max_skew + self._minimum(index, counts) - each.matches_itself
            mask &= (counts <= fullest)[each.column.codes]
        return mask

    def _read_nodes(self) -> None:
        having_all = _having_all(self._constraints)
        self._included = [each.included(having_all) for each in self._constraints]
        self._domains = [
            np.unique(each.column.codes[nodes])
            for each, nodes in zip(self._constraints, self._included, strict=True)
        ]

    def _minimum(self, index: int, counts: Numbers) -> int:
        """The fewest in any domain, 0 while there are fewer domains than there should be."""
        domains = self._domains[index]
        if len(domains) < self._constraints[index].constraint.min_domains:
            return 0
        # MaxInt32 in Kubernetes, where no node has a domain.
        return int(counts[domains].min()) if domains.size else (1 << 31) - 1


class SpreadScore(ScoreColumns):
    """Constraints that should be satisfied."""

    def __init__(
        self, constraints: Sequence[_Counted], cluster: ClusterColumns, *, needs_all: bool
    ) -> None:
        self._constraints = constraints
        self._cluster = cluster
        # Nodes without a zone still spread over hosts by the system's defaults.
        self._needs_all = needs_all

    def points(self, chosen: Rows) -> Numbers | int:
        """Fewer matching pods are better; nothing for nodes that lack a label they should have."""
        size = len(self._cluster.nodes)
        having_all = np.ones(size, dtype=np.bool_)
        if self._needs_all:
            having_all = _having_all(self._constraints)
        judged = having_all[chosen]
        score = np.zeros(judged.size, dtype=np.float64)
        for each in self._constraints:
            score += self._scored(each, chosen, judged, having_all)
        # math.Round of what is not negative.
        return _normalized((score + 0.5).astype(np.int64), judged)

    def _scored(self, each: _Counted, chosen: Rows, judged: Mask, having_all: Mask) -> Fractions:
        present = each.column.present[chosen]
        if each.constraint.topology_key == HOSTNAME:
            domains = int(judged.sum())
            counts = each.counter.on_nodes[chosen]
        else:
            codes = self._domains(each)
            domains = int(np.count_nonzero(np.bincount(codes[chosen][judged])))
            nodes = each.included(having_all)
            pods = np.bincount(
                codes[nodes], weights=each.counter.on_nodes[nodes], minlength=each.column.size
            )
            counts = pods[codes[chosen]]
        # topologyNormalizingWeight: small topologies are not watered down by large ones.
        weight = math.log(domains + 2)
        return np.where(present, counts * weight + (each.constraint.max_skew - 1), 0.0)

    def _domains(self, each: _Counted) -> Numbers:
        """Codes of domains; as in Kubernetes, a node without the label is in the one named ""."""
        nameless = each.column.code_of("")
        codes = each.column.codes
        return np.where(codes == ABSENT, nameless, codes)


def _normalized(scores: Numbers, judged: Mask) -> Numbers | int:
    if not judged.any():
        return 0
    counted = scores[judged]
    lowest, highest = int(counted.min()), int(counted.max())
    points: Numbers = np.full_like(scores, MAX_NODE_SCORE)
    if highest:
        points = MAX_NODE_SCORE * (highest + lowest - scores) // highest
    return np.where(judged, points, 0)


def spread_filter(
    plugin: PodTopologySpread, pod: PodInfo, cluster: ClusterColumns
) -> FilterColumns | None:
    """None where nothing is required."""
    constraints = plugin.constraints(pod, cluster.snapshot.objects, DO_NOT_SCHEDULE)
    counted = [_Counted(each, pod, cluster) for each in constraints]
    return SpreadFilter(counted, cluster) if counted else None


def spread_score(
    plugin: PodTopologySpread, pod: PodInfo, cluster: ClusterColumns
) -> ScoreColumns | None:
    """None where nothing is preferred."""
    constraints = plugin.constraints(pod, cluster.snapshot.objects, SCHEDULE_ANYWAY)
    counted = [_Counted(each, pod, cluster) for each in constraints]
    own = bool(mappings(pod.spec, "topologySpreadConstraints"))
    if not counted:
        return None
    return SpreadScore(counted, cluster, needs_all=own or not plugin.system)
