"""InterPodAffinity: what the pod and the pods on nodes want of each other, summed by topology."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.scheduler.affinity import AffinityTerm
from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import (
    FilterColumns,
    Mask,
    Numbers,
    Rows,
    ScoreColumns,
)
from engine.scheduler.columns.counting import PodCounter, TermsQuestion
from engine.scheduler.columns.terms import TermsAbout, Wish
from engine.scheduler.contract import MAX_NODE_SCORE
from engine.scheduler.plugins.inter_pod_affinity import NO_LABELS, InterPodAffinity, selects_all
from engine.scheduler.pod_info import PodInfo


def _about(pod: PodInfo, cluster: ClusterColumns) -> TermsAbout:
    labels = cluster.namespace_labels.get(pod.namespace, NO_LABELS)
    return TermsAbout(cluster.terms, pod.namespace, pod.labels, labels)


def _counted(
    terms: Iterable[AffinityTerm], cluster: ClusterColumns
) -> list[tuple[AffinityTerm, PodCounter]]:
    """Terms, resolved, each with the pods that it selects."""
    resolved = [term.resolved(cluster.namespace_labels) for term in terms]
    return [(term, cluster.census.ask(TermsQuestion((term,)))) for term in resolved]


class AffinityFilter(FilterColumns):
    """Required terms of both sides."""

    def __init__(self, plugin: InterPodAffinity, pod: PodInfo, cluster: ClusterColumns) -> None:
        self._cluster = cluster
        namespaces = cluster.namespace_labels
        self._near = tuple(term.resolved(namespaces) for term in pod.required_affinity)
        # Only pods that all terms select count for any of them.
        self._all_near = cluster.census.ask(TermsQuestion(self._near)) if self._near else None
        self._selects_itself = selects_all(self._near, pod)
        self._far = _counted(pod.required_anti_affinity, cluster)
        self._about = _about(pod, cluster)

    def passing(self) -> Mask | None:
        """Which nodes are near what the pod wants, and far from what it or others do not."""
        masks = [] if self._all_near is None else [self._is_near(self._all_near)]
        unwanted: dict[str, Numbers] = {}
        for term, counter in self._far:
            if counter.total:
                _sum(unwanted, term.topology_key, counter.on_nodes)
        for counted in self._about.current():
            if counted.wish is Wish.REQUIRED_ANTI:
                _sum(unwanted, counted.term.topology_key, counted.on_nodes)
        masks += [self._cluster.label(k).around(pods) == 0 for k, pods in unwanted.items()]
        return np.logical_and.reduce(masks) if masks else None

    def _is_near(self, near: PodCounter) -> Mask:
        columns = [self._cluster.label(term.topology_key) for term in self._near]
        found = [column.around(near.on_nodes) > 0 for column in columns]
        if self._selects_itself and not any(each.any() for each in found):
            # The first of a group of pods that want each other has to be let in somewhere.
            found = [column.present for column in columns]
        is_near: Mask = np.logical_and.reduce(found)
        return is_near


def _sum(sums: dict[str, Numbers], key: str, amounts: Numbers) -> None:
    known = sums.get(key)
    sums[key] = amounts if known is None else known + amounts


class AffinityScore(ScoreColumns):
    """Preferred terms of both sides, and required ones of pods on nodes."""

    def __init__(self, plugin: InterPodAffinity, pod: PodInfo, cluster: ClusterColumns) -> None:
        self._cluster = cluster
        self._own = [
            *((1, *each) for each in _counted(pod.preferred_affinity, cluster)),
            *((-1, *each) for each in _counted(pod.preferred_anti_affinity, cluster)),
        ]
        self._ignores_others = plugin.ignore_preferred and not self._own
        self._hard_weight = max(plugin.hard_weight, 0)
        self._about = _about(pod, cluster)

    def points(self, chosen: Rows) -> Numbers | int:
        """From 0 for the fewest points to 100 for the most."""
        raw = self._raw()
        if not raw:
            return 0
        scores: Numbers = sum(raw[1:], raw[0])[chosen]
        lowest, highest = int(scores.min()), int(scores.max())
        if highest == lowest:
            return 0
        return (MAX_NODE_SCORE * ((scores - lowest) / (highest - lowest))).astype(np.int64)

    def _raw(self) -> Sequence[Numbers]:
        """The points of all nodes, by topology key."""
        if self._ignores_others:
            return ()
        by_key: dict[str, Numbers] = {}
        for sign, term, counter in self._own:
            if counter.total:
                _sum(by_key, term.topology_key, sign * term.weight * counter.on_nodes)
        for counted in self._about.current():
            weight = self._weight(counted.wish, counted.term)
            if weight:
                _sum(by_key, counted.term.topology_key, weight * counted.on_nodes)
        return [self._cluster.label(key).around(points) for key, points in by_key.items()]

    def _weight(self, wish: Wish, term: AffinityTerm) -> int:
        match wish:
            case Wish.REQUIRED:
                return self._hard_weight
            case Wish.REQUIRED_ANTI:
                return 0
            case Wish.PREFERRED:
                return term.weight
            case Wish.PREFERRED_ANTI:
                return -term.weight
