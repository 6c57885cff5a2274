"""Places one pod after another, all nodes scored; what changes in between is told to it.

The plain reading (engine/scheduler/cycle.py) is asked wherever columns do not cover a pod, and for
the reasons where no node fits. Both see one snapshot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.model.selector import SelectorError
from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.coverage import nominated_before, uncovered_pod, uncovered_profile
from engine.scheduler.columns.placement import Placement, Plan, placed
from engine.scheduler.columns.registry import FILTERS, SCORES
from engine.scheduler.columns.shape import Shapes, kind_of
from engine.scheduler.cycle import schedule
from engine.scheduler.framework import Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, text
from engine.scheduler.snapshot import Objects, Snapshot


@dataclass(frozen=True, slots=True)
class _Held:
    """A pod that is on a node, or nominated for one."""

    pod: PodInfo
    node: str
    """Empty while it waits."""


class ColumnarScheduler:
    """A profile, and a cluster that changes."""

    def __init__(
        self,
        framework: Framework,
        nodes: Sequence[Object],
        pods: Iterable[Object] = (),
        objects: Objects | None = None,
    ) -> None:
        self.framework = framework
        self._uncovered = uncovered_profile(framework)
        self._objects = objects or Objects()
        self._objects_version = 0
        self._nodes = {text(node, "metadata", "name"): node for node in nodes}
        self._held: dict[tuple[str, str, str], _Held] = {}
        self._shapes = Shapes()
        self._columns: ClusterColumns | None = None
        """None while the whole cluster has yet to be read (anew)."""
        for pod in pods:
            self.add(pod)

    def _current(self) -> ClusterColumns:
        """The cluster as it is now."""
        if self._columns is None or self._columns.is_crowded:
            snapshot = Snapshot(list(self._nodes.values()), (), self._objects)
            for held in self._held.values():
                if held.node in snapshot.node_by_name:
                    snapshot.node_by_name[held.node].add(held.pod)
                elif not held.node:
                    snapshot.take(held.pod)
            self._columns = ClusterColumns(snapshot)
        return self._columns

    # Placing

    def place(self, obj: Object) -> Placement:
        """Decide on a pod. Changes nothing: `add` puts it on its node."""
        columns = self._current()
        pod, shape = self._shapes.read(obj)
        kind = (kind_of(pod, shape), self._objects_version)
        plan = columns.once(kind, lambda: self._planned(pod, columns))
        uncovered = plan.uncovered or _uncovered_now(pod, columns)
        scored = None if uncovered else placed(pod, plan, columns)
        if scored is not None:
            return Placement(pod, scored)
        decision = schedule(self.framework, columns.snapshot, pod)
        return Placement(pod, None, decision, uncovered)

    def assume(self, placement: Placement) -> None:
        """Put a pod on the node that was found for it; its spec need not say so yet."""
        assert placement.node, "it was found"
        self._enter(placement.pod, placement.node)

    def _planned(self, pod: PodInfo, columns: ClusterColumns) -> Plan:
        framework = self.framework
        uncovered = self._uncovered or uncovered_pod(pod, framework, columns.snapshot)
        if uncovered:
            return Plan(uncovered)
        try:
            filters = [
                FILTERS[plugin.name](plugin, pod, columns)
                for plugin in framework.filters
                if plugin.name in FILTERS
            ]
            scores = [
                (framework.weights[plugin.name], SCORES[plugin.name](plugin, pod, columns))
                for plugin in framework.scores
                if plugin.name in SCORES
            ]
        except SelectorError:
            return Plan("topology spread constraints that cannot be read")
        return Plan(
            "",
            [each for each in filters if each is not None],
            [(weight, each) for weight, each in scores if each is not None],
        )

    # What changes

    def add(self, pod: Object, node: str = "") -> None:
        """A pod that is new, or another version of one.

        `node`: where it is assumed to be bound, while its spec does not say so.
        """
        read, _ = self._shapes.read(pod)
        self._enter(read, node)

    def _enter(self, pod: PodInfo, node: str) -> None:
        """Take a pod in place of its last version; one that ended or only waits does not matter."""
        self._drop(pod)
        node = node or pod.node_name
        if pod.ended or not (node or pod.nominated_node_name):
            return
        self._held[pod.identity] = _Held(pod, node)
        if self._columns is None:
            return
        index = self._columns.index.get(node)
        if index is not None:
            self._columns.add(pod, index)
        elif not node:
            self._columns.snapshot.take(pod)

    def remove(self, pod: Object) -> None:
        """A pod that is gone."""
        self._drop(PodInfo(pod))

    def _drop(self, pod: PodInfo) -> None:
        held = self._held.pop(pod.identity, None)
        if held is None or self._columns is None:
            return
        index = self._columns.index.get(held.node)
        if index is not None:
            self._columns.remove(held.pod, index)
        elif not held.node:
            self._columns.snapshot.drop_nominated(held.pod)

    def update_node(self, node: Object) -> None:
        """A node that is new, or another version of one. For a new one all is read anew."""
        name = text(node, "metadata", "name")
        is_new = name not in self._nodes
        self._nodes[name] = node
        if is_new:
            self._columns = None
        elif self._columns is not None:
            self._columns.replace(node)

    def remove_node(self, name: str) -> None:
        """A node that is gone; all is read anew."""
        del self._nodes[name]
        self._columns = None

    def update_objects(self, objects: Objects) -> None:
        """Other objects than nodes and pods changed; for other namespaces all is read anew."""
        self._objects = objects
        self._objects_version += 1
        if self._columns is not None:
            self._columns.snapshot.objects = objects
            if self._columns.snapshot.namespace_labels() != self._columns.namespace_labels:
                self._columns = None


def _uncovered_now(pod: PodInfo, columns: ClusterColumns) -> str:
    """What of the cluster, as it is now, columns do not cover."""
    if not columns.is_exact:
        return "nodes with amounts that are too large"
    if nominated_before(pod, columns.snapshot):
        return "room that is kept for nominated pods"
    return ""
