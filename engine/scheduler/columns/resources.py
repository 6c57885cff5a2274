"""NodeResourcesFit and NodeResourcesBalancedAllocation: sums of requests, node by node.

The arithmetic is that of engine/scheduler/resource_scores.py and plugins/balanced_allocation.py,
in the same order, as far as it is done in floating point.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.scheduler.columns.changes import Kept
from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import (
    FilterColumns,
    Fractions,
    Mask,
    Numbers,
    Rows,
    ScoreColumns,
)
from engine.scheduler.contract import MAX_NODE_SCORE
from engine.scheduler.plugins.balanced_allocation import NodeResourcesBalancedAllocation
from engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.resource_scores import (
    FULL,
    RequestedToCapacityRatio,
    Scorer,
    Weighted,
    least_allocated,
    most_allocated,
)
from engine.scheduler.resources import Resource, is_scalar

_HALF = MAX_NODE_SCORE // 2


class _Fit(FilterColumns):
    def __init__(self, mask: Kept[np.bool_]) -> None:
        self._mask = mask

    def passing(self) -> Mask:
        return self._mask.current()


class _Sums(ScoreColumns):
    """Scores that are not normalized."""

    def __init__(self, scores: Kept[np.int64]) -> None:
        self._scores = scores

    def points(self, chosen: Rows) -> Numbers:
        return self._scores.current()[chosen]


def _amounts(requests: Resource) -> tuple[int, int, int, tuple[tuple[str, int], ...]]:
    return (
        requests.milli_cpu,
        requests.memory,
        requests.ephemeral_storage,
        tuple(sorted(requests.scalars.items())),
    )


def fit_filter(plugin: NodeResourcesFit, pod: PodInfo, cluster: ClusterColumns) -> FilterColumns:
    """Room for one pod more, and for what it requests."""
    requests = pod.spec_requests
    wanted = [(cluster.resource(name), requests.amount(name)) for name in plugin.checked(requests)]

    def compute(rows: Rows) -> Mask:
        fits: Mask = np.less(cluster.pods_here[rows], cluster.pods_allowed[rows])
        for column, amount in wanted:
            fits &= amount <= column.allocatable[rows] - column.requested[rows]
        return fits

    key = (plugin, "filter", _amounts(requests))
    one = cluster.one(lambda node: plugin.filter(pod, node, requests).succeeded)
    return _Fit(cluster.once(key, lambda: Kept(cluster.pod_changes, compute, one)))


# Scores


@dataclass(frozen=True, slots=True)
class _Usages:
    """One resource on some nodes: engine.scheduler.resource_scores.Usage in columns."""

    before: Numbers
    requested: Numbers
    allocatable: Numbers
    weight: int

    @property
    def present(self) -> Mask:
        """Which nodes have the resource at all; the others do not count."""
        present: Mask = self.allocatable != 0
        return present

    @property
    def divisor(self) -> Numbers:
        """What to divide by: all dividends are 0 where there is nothing."""
        return np.maximum(self.allocatable, 1)


def _usages(
    cluster: ClusterColumns, requests: Resource, resources: Sequence[Weighted], *, non_zero: bool
) -> Callable[[Rows], list[_Usages]]:
    counted = [
        (cluster.resource(each.name), requests.amount(each.name), each.weight)
        for each in resources
        if requests.amount(each.name) or not is_scalar(each.name)
    ]

    def of(rows: Rows) -> list[_Usages]:
        found = []
        for column, wanted, weight in counted:
            before = (column.non_zero_requested if non_zero else column.requested)[rows]
            found.append(_Usages(before, before + wanted, column.allocatable[rows], weight))
        return found

    return of


def fit_score(plugin: NodeResourcesFit, pod: PodInfo, cluster: ClusterColumns) -> ScoreColumns:
    """How full the nodes would be, by the strategy of the profile."""
    requests = pod.scored_requests
    usages = _usages(cluster, requests, plugin.resources, non_zero=True)
    strategy = strategy_of(plugin.scorer)
    assert strategy is not None, "coverage.py looks at it before"

    def compute(rows: Rows) -> Numbers:
        return strategy(usages(rows), np.zeros_like(cluster.pods_here[rows]))

    key = (plugin, "score", _amounts(requests))
    one = cluster.one(lambda node: plugin.score(pod, node, None))
    return _Sums(cluster.once(key, lambda: Kept(cluster.pod_changes, compute, one)))


Strategy = Callable[[Sequence[_Usages], Numbers], Numbers]
"""The scores of some nodes; the second argument is a 0 for each."""


def strategy_of(scorer: Scorer) -> Strategy | None:
    """The columnar form of a score function, None if there is none."""
    if scorer is least_allocated:
        return _least_allocated
    if scorer is most_allocated:
        return _most_allocated
    return _ratio(scorer) if isinstance(scorer, RequestedToCapacityRatio) else None


def _least_allocated(used: Sequence[_Usages], zeros: Numbers) -> Numbers:
    free = [np.maximum(each.allocatable - each.requested, 0) for each in used]
    return _weighted_mean(used, free, zeros)


def _most_allocated(used: Sequence[_Usages], zeros: Numbers) -> Numbers:
    filled = [np.minimum(each.requested, each.allocatable) for each in used]
    return _weighted_mean(used, filled, zeros)


def _weighted_mean(used: Sequence[_Usages], counted: Sequence[Numbers], zeros: Numbers) -> Numbers:
    total, weights = zeros.copy(), zeros.copy()
    for usages, amounts in zip(used, counted, strict=True):
        total += amounts * MAX_NODE_SCORE // usages.divisor * usages.weight
        weights += usages.present * usages.weight
    return total // np.maximum(weights, 1)


def _ratio(scorer: RequestedToCapacityRatio) -> Strategy:
    by_utilization: Numbers = np.array([scorer.at(x) for x in range(FULL + 1)], dtype=np.int64)

    def compute(used: Sequence[_Usages], zeros: Numbers) -> Numbers:
        total, weights = zeros.copy(), zeros.copy()
        for usages in used:
            filled = np.minimum(usages.requested, usages.allocatable) * FULL // usages.divisor
            values = np.where(usages.present, by_utilization[filled], 0)
            counts = values > 0
            total += np.where(counts, values, 0) * usages.weight
            weights += counts * usages.weight
        # math.Round of what is not negative; without weights there is nothing in total either.
        return (total / np.maximum(weights, 1) + 0.5).astype(np.int64)

    return compute


def balance_score(
    plugin: NodeResourcesBalancedAllocation, pod: PodInfo, cluster: ClusterColumns
) -> ScoreColumns | None:
    """How much more balanced the pod would make the nodes."""
    requests = pod.requests
    if not any(requests.amount(resource.name) for resource in plugin.resources):
        return None
    usages = _usages(cluster, requests, plugin.resources, non_zero=False)

    def compute(rows: Rows) -> Numbers:
        used = usages(rows)
        present = [each.present for each in used]
        with_pod = _balance([each.requested / each.divisor for each in used], present)
        without = _balance([each.before / each.divisor for each in used], present)
        gain = _HALF + with_pod - without
        # Go's division rounds towards zero, and so upwards here where it is negative.
        return _HALF + (gain + (gain < 0)) // 2

    key = (plugin, _amounts(requests))
    one = cluster.one(lambda node: plugin.score(pod, node, None))
    return _Sums(cluster.once(key, lambda: Kept(cluster.pod_changes, compute, one)))


def _balance(fractions: Sequence[Fractions], present: Sequence[Mask]) -> Numbers:
    """100 less the standard deviation, over the resources that each node has."""
    capped = [
        np.where(has, np.minimum(f, 1.0), 0.0) for f, has in zip(fractions, present, strict=True)
    ]
    deviation = _deviation(capped, present)
    return ((1 - deviation) * MAX_NODE_SCORE).astype(np.int64)


def _deviation(fractions: Sequence[Fractions], present: Sequence[Mask]) -> Fractions:
    if len(fractions) == 2 and all(has.all() for has in present):
        return np.abs((fractions[0] - fractions[1]) / 2)
    number = sum(has.astype(np.int64) for has in present)
    # What a node does not have is 0 in all these sums.
    mean = sum(fractions) / np.maximum(number, 1)
    squares = sum(
        np.where(has, (fraction - mean) * (fraction - mean), 0.0)
        for fraction, has in zip(fractions, present, strict=True)
    )
    deviation = np.sqrt(squares / np.maximum(number, 1))
    two = np.abs(_difference_of_two(fractions, present) / 2)
    return np.where(number == 2, two, np.where(number < 2, 0.0, deviation))


def _difference_of_two(fractions: Sequence[Fractions], present: Sequence[Mask]) -> Fractions:
    """The first fraction less the second, where a node has two."""
    difference = np.zeros_like(fractions[0])
    seen = np.zeros_like(present[0])
    for fraction, has in zip(fractions, present, strict=True):
        difference = np.where(has, np.where(seen, difference - fraction, fraction), difference)
        seen = seen | has
    return difference
