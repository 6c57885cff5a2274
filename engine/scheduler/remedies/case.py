"""A pod and the cluster that it is to be scheduled in, and what stands against it on each node.

Kubernetes stops at the first plugin that rejects a node; here every plugin is asked, since all that
stands against a node has to change before the pod fits there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.scheduler.contract import Code, Prepared
from engine.scheduler.framework import CycleState, Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo, Snapshot

NOT_NAMED = "node(s) that the pod's required node affinity does not name"


@dataclass(frozen=True, eq=False)
class Case:
    """What is asked about."""

    framework: Framework
    snapshot: Snapshot
    pod: PodInfo

    @cached_property
    def prepared(self) -> dict[str, Prepared]:
        """What each PreFilter plugin says, by its name."""
        return dict(self.framework.prepare(self.pod, self.snapshot))

    @cached_property
    def namespace_labels(self) -> dict[str, Mapping[str, str]]:
        """The labels of every namespace, by name."""
        return self.snapshot.namespace_labels()

    def counted(self, node: NodeInfo) -> NodeInfo:
        """The node with the pods that it is kept for."""
        ways = self.framework.ways_to_count(self.pod, node, CycleState(), self.snapshot)
        return next(ways)[0]


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason of one plugin."""

    plugin: str
    reason: str


Objections = dict[str, tuple[Objection, ...]]
"""By node; none for one where the pod fits."""


def objections(case: Case, names: Iterable[str] | None = None) -> Objections:
    """What stands against the pod on the nodes of these names, or on all."""
    prepared = case.prepared
    state = CycleState()
    for name, each in prepared.items():
        if each.status.code is Code.SUCCESS:
            state.states[name] = each.state
        else:
            state.skipped.add(name)
    everywhere = tuple(_everywhere(case, prepared))
    by_name = case.snapshot.node_by_name
    nodes = case.snapshot.nodes if names is None else [by_name[name] for name in names]
    return {
        node.name: (*everywhere, *dict.fromkeys(_on_node(case, node, prepared, state)))
        for node in nodes
    }


def _everywhere(case: Case, prepared: dict[str, Prepared]) -> Iterator[Objection]:
    """What is said before the nodes are looked at."""
    for plugin in case.framework.pre_enqueue:
        for reason in plugin.pre_enqueue(case.pod).reasons:
            yield Objection(plugin.name, reason)
    for name, each in prepared.items():
        if each.status.code not in (Code.SUCCESS, Code.SKIP):
            yield from (Objection(name, reason) for reason in each.status.reasons)


def _on_node(
    case: Case, node: NodeInfo, prepared: dict[str, Prepared], state: CycleState
) -> Iterator[Objection]:
    not_naming = [
        name
        for name, each in prepared.items()
        if each.nodes is not None and node.name not in each.nodes
    ]
    yield from (Objection(name, NOT_NAMED) for name in not_naming)
    for counted, its_state in case.framework.ways_to_count(case.pod, node, state, case.snapshot):
        for plugin in case.framework.filters:
            if plugin.name in its_state.skipped or plugin.name in not_naming:
                continue
            status = plugin.filter(case.pod, counted, its_state.states.get(plugin.name))
            yield from (Objection(plugin.name, reason) for reason in status.reasons)
