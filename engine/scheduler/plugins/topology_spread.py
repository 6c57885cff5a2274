"""PodTopologySpread: pods of a kind spread evenly over parts of the cluster.

filtering.go and scoring.go in pkg/scheduler/framework/plugins/podtopologyspread (v1.36).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.model.selector import SelectorError
from engine.scheduler.contract import (
    MAX_NODE_SCORE,
    SKIP,
    SUCCESS,
    AdjustingPlugin,
    FilterPlugin,
    Prepared,
    ScorePlugin,
    Status,
    error,
    unresolvable,
    unschedulable,
)
from engine.scheduler.events import Action, Change, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, mappings
from engine.scheduler.snapshot import NodeInfo, Objects, Snapshot
from engine.scheduler.spread_constraints import (
    DO_NOT_SCHEDULE,
    HOSTNAME,
    SCHEDULE_ANYWAY,
    SYSTEM_DEFAULTS,
    Constraint,
    Skew,
    count_matching,
    default_constraints,
    has_all_keys,
    read_constraints,
)
from engine.scheduler.spread_hints import is_node_change_of_interest, is_pod_change_of_interest

REASON = "node(s) didn't match pod topology spread constraints"
REASON_LABEL = f"{REASON} (missing required label)"


@dataclass(slots=True)
class _Hard:
    """PreFilter's state: for each constraint, how many pods match by topology value."""

    constraints: Sequence[Constraint]
    counts: list[dict[str, int]]

    def minimum(self, index: int) -> int:
        """The fewest in any domain, 0 while there are fewer domains than there should be."""
        counts = self.counts[index]
        if len(counts) < self.constraints[index].min_domains:
            return 0
        # MaxInt32 in Kubernetes; there are no domains then, and no node passes.
        return min(counts.values(), default=(1 << 31) - 1)


@dataclass(slots=True)
class _Soft:
    """PreScore's state."""

    constraints: Sequence[Constraint]
    counts: list[dict[str, int]]
    weights: list[float]
    ignored: set[str]


class PodTopologySpread(AdjustingPlugin, FilterPlugin, ScorePlugin):
    """Counts pods by topology, for the pod's constraints or for those of the profile."""

    name = "PodTopologySpread"

    def __init__(
        self, defaults: Sequence[Object] = SYSTEM_DEFAULTS, *, system: bool = True
    ) -> None:
        self._defaults = defaults
        self.system = system

    def events(self) -> tuple[EventWithHint, ...]:
        """Pods that count come, go or change, or topologies do."""
        pods = Action.ADD | Action.DELETE | Action.UPDATE_POD_LABEL | Action.UPDATE_POD_TOLERATION
        nodes = Action.ADD | Action.DELETE | Action.UPDATE_NODE_LABEL | Action.UPDATE_NODE_TAINT
        return (
            on(Resource.POD, pods, self._after_pod_change),
            on(Resource.NODE, nodes, self._after_node_change),
        )

    def _after_pod_change(self, pod: PodInfo, change: Change) -> bool:
        constraints = self.constraints(pod, change.objects, DO_NOT_SCHEDULE)
        return is_pod_change_of_interest(pod, constraints, change)

    def _after_node_change(self, pod: PodInfo, change: Change) -> bool:
        constraints = self.constraints(pod, change.objects, DO_NOT_SCHEDULE)
        return is_node_change_of_interest(constraints, change)

    def constraints(self, pod: PodInfo, objects: Objects, action: str) -> list[Constraint]:
        """The pod's own, else the defaults, with an action on nodes; else SelectorError."""
        own = mappings(pod.spec, "topologySpreadConstraints")
        if own:
            return read_constraints(own, pod.labels, action)
        return default_constraints(self._defaults, pod, objects, action)

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip where nothing is required."""
        try:
            constraints = self.constraints(pod, snapshot.objects, DO_NOT_SCHEDULE)
        except SelectorError as problem:
            what = "obtaining pod's hard topology spread constraints"
            return Prepared(error(f"{what}: {problem}"))
        if not constraints:
            return Prepared(SKIP)
        counts: list[dict[str, int]] = [{} for _ in constraints]
        for node in snapshot.nodes:
            if not has_all_keys(node, constraints):
                continue
            for constraint, by_value in zip(constraints, counts, strict=True):
                if constraint.includes(pod, node):
                    value = node.labels[constraint.topology_key]
                    found = count_matching(node.pods, constraint.selector, pod.namespace)
                    by_value[value] = by_value.get(value, 0) + found
        return Prepared(state=_Hard(constraints, counts))

    def copied(self, state: Any) -> Any:
        """A copy with counts of its own."""
        return _Hard(state.constraints, [dict(counts) for counts in state.counts])

    def adjust(self, state: Any, pod: PodInfo, other: PodInfo, node: NodeInfo, delta: int) -> None:
        """Count another pod in or out."""
        if other.namespace != pod.namespace or not has_all_keys(node, state.constraints):
            return
        for constraint, by_value in zip(state.constraints, state.counts, strict=True):
            if constraint.selector.matches(other.labels) and constraint.includes(pod, node):
                value = node.labels[constraint.topology_key]
                by_value[value] = by_value.get(value, 0) + delta

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where the pod would not make its domain too full."""
        for skew in self.skews(pod, node, state):
            if not skew.fits:
                return unresolvable(REASON_LABEL) if skew.value is None else unschedulable(REASON)
        return SUCCESS

    def skews(self, pod: PodInfo, node: NodeInfo, state: Any) -> Iterator[Skew]:
        """What each required constraint says of the node, in their order."""
        for index, constraint in enumerate(state.constraints):
            counts = state.counts[index]
            value = node.labels.get(constraint.topology_key)
            count = counts.get(value, 0) + constraint.selector.matches(pod.labels)
            yield Skew(index, constraint, value, count, state.minimum(index), len(counts))

    def pre_score(self, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot) -> Prepared:
        """How many pods match in the domains of the nodes that can take the pod."""
        own = bool(mappings(pod.spec, "topologySpreadConstraints"))
        try:
            constraints = self.constraints(pod, snapshot.objects, SCHEDULE_ANYWAY)
        except SelectorError as problem:
            what = "obtaining pod's soft topology spread constraints"
            return Prepared(error(f"calculating preScoreState: {what}: {problem}"))
        if not constraints:
            return Prepared(SKIP)
        # Nodes without a zone still spread over hosts by the system's defaults.
        needs_all = own or not self.system
        state = _started(constraints, nodes, needs_all)
        for node in snapshot.nodes:
            if needs_all and not has_all_keys(node, constraints):
                continue
            for constraint, by_value in zip(constraints, state.counts, strict=True):
                value = node.labels.get(constraint.topology_key, "")
                if value in by_value and constraint.includes(pod, node):
                    found = count_matching(node.pods, constraint.selector, pod.namespace)
                    by_value[value] += found
        return Prepared(state=state)

    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """The matching pods, weighted: fewer are better."""
        if node.name in state.ignored:
            return 0
        score = 0.0
        for index, constraint in enumerate(state.constraints):
            value = node.labels.get(constraint.topology_key)
            if value is None:
                continue
            if constraint.topology_key == HOSTNAME:
                count = count_matching(node.pods, constraint.selector, pod.namespace)
            else:
                count = state.counts[index][value]
            score += count * state.weights[index] + (constraint.max_skew - 1)
        # math.Round: halves away from zero.
        return int(score + 0.5)

    def normalize(self, scores: Mapping[str, int], state: Any) -> dict[str, int]:
        """Reversed, between the fewest and the most."""
        counted = [score for node, score in scores.items() if node not in state.ignored]
        lowest, highest = min(counted, default=0), max(counted, default=0)
        return {
            node: 0
            if node in state.ignored
            else MAX_NODE_SCORE * (highest + lowest - score) // highest
            if highest
            else MAX_NODE_SCORE
            for node, score in scores.items()
        }


def _started(
    constraints: Sequence[Constraint], nodes: Sequence[NodeInfo], needs_all: bool
) -> _Soft:
    """The domains that the nodes make, all counts at zero: initPreScoreState."""
    ignored = {node.name for node in nodes if needs_all and not has_all_keys(node, constraints)}
    counts: list[dict[str, int]] = []
    weights = []
    for constraint in constraints:
        by_value: dict[str, int] = {}
        size = len(nodes) - len(ignored)
        if constraint.topology_key != HOSTNAME:
            for node in nodes:
                if node.name not in ignored:
                    by_value[node.labels.get(constraint.topology_key, "")] = 0
            size = len(by_value)
        counts.append(by_value)
        # topologyNormalizingWeight: small topologies are not watered down by large ones.
        weights.append(math.log(size + 2))
    return _Soft(constraints, counts, weights, ignored)
