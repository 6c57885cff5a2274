"""InterPodAffinity: pods that want to be near others, or far from them.

filtering.go and scoring.go in pkg/scheduler/framework/plugins/interpodaffinity (v1.36).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.scheduler.affinity import AffinityTerm
from engine.scheduler.affinity_hints import after_node_change, after_pod_change
from engine.scheduler.contract import (
    MAX_NODE_SCORE,
    SKIP,
    SUCCESS,
    AdjustingPlugin,
    FilterPlugin,
    Prepared,
    ScorePlugin,
    Status,
    unresolvable,
    unschedulable,
)
from engine.scheduler.events import Action, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo, Snapshot

REASON_EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules"
REASON_AFFINITY = "node(s) didn't match pod affinity rules"
REASON_ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"

# interpodaffinity.hardPodAffinityWeight: staging/src/k8s.io/kube-scheduler/config/v1 (v1.36).
HARD_POD_AFFINITY_WEIGHT = 1

Counts = dict[tuple[str, str], int]
"""How many terms match, by (topology key, topology value); no zeros are kept."""

NO_LABELS: Mapping[str, str] = {}


@dataclass(slots=True)
class _State:
    affinity: tuple[AffinityTerm, ...]
    anti_affinity: tuple[AffinityTerm, ...]
    namespace_labels: Mapping[str, str]
    """Of the pod's own namespace."""
    existing_anti: Counts = field(default_factory=dict)
    near: Counts = field(default_factory=dict)
    far: Counts = field(default_factory=dict)

    def count(self, pod: PodInfo, other: PodInfo, node: NodeInfo, delta: int) -> None:
        """Count what another pod on a node means for the pod."""
        for term in other.required_anti_affinity:
            if term.selects(pod.namespace, pod.labels, self.namespace_labels):
                _bump(self.existing_anti, term, node, delta)
        if self.affinity and selects_all(self.affinity, other):
            for term in self.affinity:
                _bump(self.near, term, node, delta)
        for term in self.anti_affinity:
            if term.selects(other.namespace, other.labels, NO_LABELS):
                _bump(self.far, term, node, delta)


def _bump(counts: Counts, term: AffinityTerm, node: NodeInfo, delta: int) -> None:
    value = node.labels.get(term.topology_key)
    if value is None:
        return
    pair = (term.topology_key, value)
    counts[pair] = counts.get(pair, 0) + delta
    if counts[pair] == 0:
        del counts[pair]


def selects_all(terms: Sequence[AffinityTerm], pod: PodInfo) -> bool:
    """Whether all terms, resolved, speak of the pod."""
    return all(term.selects(pod.namespace, pod.labels, NO_LABELS) for term in terms)


class InterPodAffinity(AdjustingPlugin, FilterPlugin, ScorePlugin):
    """Counts, by topology, the pods that terms speak of."""

    name = "InterPodAffinity"

    def __init__(
        self, hard_weight: int = HARD_POD_AFFINITY_WEIGHT, ignore_preferred: bool = False
    ) -> None:
        self.hard_weight = hard_weight
        self.ignore_preferred = ignore_preferred

    def events(self) -> tuple[EventWithHint, ...]:
        """A pod that terms speak of comes, goes or changes, or a node changes its topology."""
        pods = Action.ADD | Action.UPDATE_POD_LABEL | Action.DELETE
        return (
            on(Resource.POD, pods, after_pod_change),
            on(Resource.NODE, Action.ADD | Action.UPDATE_NODE_LABEL, after_node_change),
        )

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip where neither the pod nor one on a node requires anything of the other."""
        if problems := pod.affinity_errors:
            return Prepared(unresolvable(f"parsing pod: {problems}"))
        namespaces = snapshot.namespace_labels()
        state = _State(
            tuple(term.resolved(namespaces) for term in pod.required_affinity),
            tuple(term.resolved(namespaces) for term in pod.required_anti_affinity),
            namespaces.get(pod.namespace, NO_LABELS),
        )
        counts_all = bool(state.affinity or state.anti_affinity)
        for node in snapshot.nodes:
            for other in node.pods if counts_all else node.pods_with_required_anti_affinity:
                state.count(pod, other, node, 1)
        if not counts_all and not state.existing_anti:
            return Prepared(SKIP)
        return Prepared(state=state)

    def copied(self, state: Any) -> Any:
        """A copy with counts of its own."""
        return _State(
            state.affinity,
            state.anti_affinity,
            state.namespace_labels,
            dict(state.existing_anti),
            dict(state.near),
            dict(state.far),
        )

    def adjust(self, state: Any, pod: PodInfo, other: PodInfo, node: NodeInfo, delta: int) -> None:
        """Count another pod in or out."""
        state.count(pod, other, node, delta)

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where all required terms of the pod, and of the others, are met."""
        if not self._is_near(pod, node, state):
            return unresolvable(REASON_AFFINITY)
        keys = [t.topology_key for t in state.anti_affinity if t.topology_key in node.labels]
        if any(state.far.get((key, node.labels[key]), 0) > 0 for key in keys):
            return unschedulable(REASON_ANTI_AFFINITY)
        if state.existing_anti and any(
            state.existing_anti.get(pair, 0) > 0 for pair in node.labels.items()
        ):
            return unschedulable(REASON_EXISTING)
        return SUCCESS

    def _is_near(self, pod: PodInfo, node: NodeInfo, state: _State) -> bool:
        exist = True
        for term in state.affinity:
            value = node.labels.get(term.topology_key)
            if value is None:
                return False
            exist = exist and state.near.get((term.topology_key, value), 0) > 0
        # The first of a group of pods that want each other has to be let in somewhere.
        return exist or (not state.near and selects_all(state.affinity, pod))

    def pre_score(self, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot) -> Prepared:
        """Points by topology; Skip where there are none."""
        near, far = pod.preferred_affinity, pod.preferred_anti_affinity
        prefers = bool(near or far)
        if self.ignore_preferred and not prefers:
            return Prepared(SKIP)
        namespaces = snapshot.namespace_labels()
        own = [(term.resolved(namespaces), 1) for term in near]
        own += [(term.resolved(namespaces), -1) for term in far]
        labels = namespaces.get(pod.namespace, NO_LABELS)
        points: dict[str, dict[str, int]] = {}
        for node in snapshot.nodes:
            for other in node.pods if prefers else node.pods_with_affinity:
                for term, sign in own:
                    if term.selects(other.namespace, other.labels, NO_LABELS):
                        _give(points, term, node, term.weight * sign)
                for term, weight in self._terms_of(other):
                    if term.selects(pod.namespace, pod.labels, labels):
                        _give(points, term, node, weight)
        return Prepared(state=points) if points else Prepared(SKIP)

    def _terms_of(self, other: PodInfo) -> Iterable[tuple[AffinityTerm, int]]:
        """What a pod on a node wants of this one, required terms with the hard weight."""
        if self.hard_weight > 0:
            yield from ((term, self.hard_weight) for term in other.required_affinity)
        yield from ((term, term.weight) for term in other.preferred_affinity)
        yield from ((term, -term.weight) for term in other.preferred_anti_affinity)

    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """The points of the node's labels."""
        return sum(by_value.get(node.labels.get(key), 0) for key, by_value in state.items())

    def normalize(self, scores: Mapping[str, int], state: Any) -> dict[str, int]:
        """From the lowest to the highest."""
        lowest, highest = min(scores.values(), default=0), max(scores.values(), default=0)
        if highest == lowest:
            return dict.fromkeys(scores, 0)
        return {
            node: int(MAX_NODE_SCORE * ((score - lowest) / (highest - lowest)))
            for node, score in scores.items()
        }


def _give(
    points: dict[str, dict[str, int]], term: AffinityTerm, node: NodeInfo, weight: int
) -> None:
    value = node.labels.get(term.topology_key)
    if value is not None:
        by_value = points.setdefault(term.topology_key, {})
        by_value[value] = by_value.get(value, 0) + weight
