"""Runs the plugins of a profile: one pod, one extension point after the other.

After pkg/scheduler/framework/runtime/framework.go (v1.36).
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.scheduler.contract import (
    SUCCESS,
    AdjustingPlugin,
    BindPlugin,
    Code,
    FilterPlugin,
    PermitPlugin,
    Plugin,
    PreBindPlugin,
    PreEnqueuePlugin,
    PreFilterPlugin,
    Prepared,
    QueueSortPlugin,
    ReservePlugin,
    ScorePlugin,
    Status,
    error,
    unresolvable,
)
from engine.scheduler.diagnosis import Diagnosis
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.profile import Profile
from engine.scheduler.snapshot import NodeInfo, Snapshot

P = TypeVar("P", bound=Plugin)


@dataclass(slots=True)
class CycleState:
    """What PreFilter plugins worked out, and which Filter plugins have nothing to say."""

    states: dict[str, Any] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)


@dataclass(slots=True)
class PreFiltered:
    """The verdict of all PreFilter plugins together."""

    status: Status
    state: CycleState
    nodes: frozenset[str] | None = None
    naming: list[str] = field(default_factory=list)
    """The plugins that named nodes."""
    ran: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Scores:
    """What one plugin gave the nodes; both empty where it was skipped."""

    weight: int
    raw: dict[str, int] = field(default_factory=dict)
    normalized: dict[str, int] = field(default_factory=dict)
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """What PostFilter is given."""

    framework: "Framework"
    pod: PodInfo
    snapshot: Snapshot
    pre_filtered: PreFiltered
    diagnosis: Diagnosis


class PostFilterPlugin(Plugin):
    """Does something for a pod that fits nowhere."""

    @abstractmethod
    def post_filter(self, attempt: FailedAttempt) -> tuple[Status, Any]:
        """(Success if the pod will fit, what was found out)."""


def comes_first(other: PodInfo, pod: PodInfo) -> bool:
    """Whether the room that is kept for another pod counts: addGENominatedPods."""
    return other.priority >= pod.priority and other.identity != pod.identity


class Framework:
    """The plugins of one profile, by extension point."""

    def __init__(self, profile: Profile) -> None:
        self.scheduler_name = profile.scheduler_name
        self.weights = profile.weights
        self.percentage_of_nodes_to_score = profile.percentage_of_nodes_to_score
        self.plugins = {p.name: p for point in profile.points.values() for p in point}
        self.queue_sort = self._of(profile, "queueSort", QueueSortPlugin)[0]
        self.pre_enqueue = self._of(profile, "preEnqueue", PreEnqueuePlugin)
        self.pre_filters = self._of(profile, "preFilter", PreFilterPlugin)
        self.filters = self._of(profile, "filter", FilterPlugin)
        self.post_filters = self._of(profile, "postFilter", PostFilterPlugin)
        self.pre_scores = self._of(profile, "preScore", ScorePlugin)
        self.scores = self._of(profile, "score", ScorePlugin)
        self.reserves = self._of(profile, "reserve", ReservePlugin)
        self.permits = self._of(profile, "permit", PermitPlugin)
        self.pre_binds = self._of(profile, "preBind", PreBindPlugin)
        self.binds = self._of(profile, "bind", BindPlugin)

    @staticmethod
    def _of(profile: Profile, point: str, kind: type[P]) -> list[P]:
        return [plugin for plugin in profile.points.get(point, ()) if isinstance(plugin, kind)]

    # PreFilter

    def prepare(self, pod: PodInfo, snapshot: Snapshot) -> Iterator[tuple[str, Prepared]]:
        """What each PreFilter plugin says by itself."""
        for plugin in self.pre_filters:
            prepared = plugin.pre_filter(pod, snapshot)
            yield plugin.name, prepared

    def pre_filter(self, prepared: Iterable[tuple[str, Prepared]]) -> PreFiltered:
        """What they say together; asks no further than needed: RunPreFilterPlugins."""
        result = PreFiltered(SUCCESS, CycleState())
        for name, each in prepared:
            result.ran.add(name)
            code = each.status.code
            if code is Code.SKIP:
                result.state.skipped.add(name)
            elif code is Code.UNSCHEDULABLE:
                # Preemption may help; all plugins' states are needed for that.
                result.status = each.status.by(name)
            elif code is Code.UNRESOLVABLE:
                result.status, result.nodes = each.status.by(name), None
                return result
            elif code is not Code.SUCCESS:
                message = f'running PreFilter plugin "{name}": {each.status.message}'
                result.status, result.nodes = error(message).by(name), None
                return result
            else:
                result.state.states[name] = each.state
                if not self._narrow(result, name, each.nodes):
                    return result
        return result

    @staticmethod
    def _narrow(result: PreFiltered, name: str, nodes: frozenset[str] | None) -> bool:
        """Keep the nodes that all plugins name; False if there are none left."""
        if nodes is None:
            return True
        result.naming.append(name)
        result.nodes = nodes if result.nodes is None else result.nodes & nodes
        if result.nodes:
            return True
        names = sorted(result.naming)
        result.status = unresolvable(
            f"node(s) didn't satisfy plugin {names[0]}"
            if len(names) == 1
            else f"node(s) didn't satisfy plugin(s) [{' '.join(names)}] simultaneously"
        )
        return False

    # Filter

    def filter(self, pod: PodInfo, node: NodeInfo, state: CycleState) -> Status:
        """The first that is not Success: RunFilterPlugins."""
        for plugin in self.filters:
            if plugin.name in state.skipped:
                continue
            status = plugin.filter(pod, node, state.states.get(plugin.name))
            if status.succeeded:
                continue
            if not status.rejected:
                status = error(f'running "{plugin.name}" filter plugin: {status.message}')
            return status.by(plugin.name)
        return SUCCESS

    def filter_with_nominated(
        self, pod: PodInfo, node: NodeInfo, state: CycleState, snapshot: Snapshot
    ) -> Status:
        """The same, with and without the pods that the node is kept for."""
        for counted, its_state in self.ways_to_count(pod, node, state, snapshot):
            status = self.filter(pod, counted, its_state)
            if not status.succeeded:
                return status
        return SUCCESS

    def ways_to_count(
        self, pod: PodInfo, node: NodeInfo, state: CycleState, snapshot: Snapshot
    ) -> Iterator[tuple[NodeInfo, CycleState]]:
        """The node with the pods that it is kept for, if there are any, and then as it is.

        Only those of the same or a higher priority count: RunFilterPluginsWithNominatedPods.
        """
        nominated = [
            other for other in snapshot.nominated.get(node.name, ()) if comes_first(other, pod)
        ]
        if nominated:
            with_them, their_state = node.copy(), self.copied(state)
            for other in nominated:
                self.add(their_state, pod, other, with_them)
            yield with_them, their_state
        yield node, state

    def copied(self, state: CycleState) -> CycleState:
        """A copy that pods can be added to and removed from."""
        states = dict(state.states)
        for plugin in self._adjusting(state):
            states[plugin.name] = plugin.copied(states[plugin.name])
        return CycleState(states, state.skipped)

    def add(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Put another pod on a (copied) node, and count it in the (copied) state."""
        node.add(other)
        for plugin in self._adjusting(state):
            plugin.adjust(state.states[plugin.name], pod, other, node, 1)

    def remove(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:
        """Take another pod off again."""
        node.remove(other)
        for plugin in self._adjusting(state):
            plugin.adjust(state.states[plugin.name], pod, other, node, -1)

    def _adjusting(self, state: CycleState) -> Iterator[AdjustingPlugin]:
        for plugin in self.pre_filters:
            if isinstance(plugin, AdjustingPlugin) and plugin.name in state.states:
                yield plugin

    # Score

    def score(
        self, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot
    ) -> tuple[dict[str, Scores], Status]:
        """What each plugin gives each node, and whether anything went wrong."""
        prepared: dict[str, Prepared] = {}
        for plugin in self.pre_scores:
            prepared[plugin.name] = found = plugin.pre_score(pod, nodes, snapshot)
            if found.status.code not in (Code.SUCCESS, Code.SKIP):
                message = f'running PreScore plugin "{plugin.name}": {found.status.message}'
                return {}, error(message).by(plugin.name)
        scores: dict[str, Scores] = {}
        for plugin in self.scores:
            weight = self.weights[plugin.name]
            found = prepared.get(plugin.name) or plugin.pre_score(pod, nodes, snapshot)
            if found.status.code is Code.SKIP:
                scores[plugin.name] = Scores(weight, skipped=True)
                continue
            raw = {node.name: plugin.score(pod, node, found.state) for node in nodes}
            scores[plugin.name] = Scores(weight, raw, plugin.normalize(raw, found.state))
        return scores, SUCCESS
