"""The nodes of a snapshot in columns, which follow each change of the snapshot."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import msgspec
import numpy as np

from engine.scheduler.columns.changes import ChangeLog
from engine.scheduler.columns.contract import Numbers
from engine.scheduler.columns.counting import Census
from engine.scheduler.columns.node_columns import CodeColumn, ResourceColumn, is_exact
from engine.scheduler.columns.terms import TermCounts
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, text
from engine.scheduler.resources import CPU, EPHEMERAL_STORAGE, MEMORY, Resource
from engine.scheduler.snapshot import NodeInfo, Snapshot

# What was counted for pods that may never come again is given up at so many bytes.
_COUNTED_BYTES_MAX = 1 << 28

# Of what is kept for pods to come, the least recently used goes at that number.
_MEMO_MAX = 8192

T = TypeVar("T")


class ClusterColumns:
    """Columns over the nodes of a snapshot, in the order of the nodes' names.

    The set of nodes and the other objects are those of the snapshot when this was made.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.nodes = sorted(snapshot.nodes, key=lambda node: node.name)
        self.names = tuple(node.name for node in self.nodes)
        self.index = {name: index for index, name in enumerate(self.names)}
        self.namespace_labels = snapshot.namespace_labels()
        self.pod_changes, self.node_changes = ChangeLog(), ChangeLog()
        self.image_changes = 0
        self.pods_allowed: Numbers = np.array([_allowed(n) for n in self.nodes], dtype=np.int64)
        self.pods_here: Numbers = np.array([len(n.pods) for n in self.nodes], dtype=np.int64)
        self._resources: dict[str, ResourceColumn] = {}
        self._labels: dict[str, CodeColumn] = {}
        self.node_names = CodeColumn(lambda node: node.name, self.nodes)
        self.traits = CodeColumn(_traits, self.nodes)
        """What nodes have besides labels that speaks for or against pods."""
        self._memo: dict[Hashable, object] = {}
        self._inexact: set[int] = set()
        self.census, self.terms = Census(len(self.nodes)), TermCounts(len(self.nodes))
        for name in (CPU, MEMORY, EPHEMERAL_STORAGE):
            self.resource(name)
        for index, node in enumerate(self.nodes):
            self._check(index, node)
            for pod in node.pods:
                self.census.count(pod, index, 1)
                self.terms.count(pod, index, 1)
        counter_bytes = 8 * max(len(self.nodes), 1)
        self._counters_max = _COUNTED_BYTES_MAX // counter_bytes + len(self.terms.all)

    # Columns

    @property
    def is_crowded(self) -> bool:
        """Whether so much was counted meanwhile that it is time to begin anew."""
        return len(self.census) + len(self.terms.all) > self._counters_max

    @property
    def is_exact(self) -> bool:
        """Whether all amounts are such that columns count as Kubernetes does."""
        return not self._inexact

    def label(self, key: str) -> CodeColumn:
        """The column of a label."""
        column = self._labels.get(key)
        if column is None:
            column = self._labels[key] = CodeColumn(lambda node: node.labels.get(key), self.nodes)
        return column

    def resource(self, name: str) -> ResourceColumn:
        """The column of a resource."""
        column = self._resources.get(name)
        if column is None:
            column = self._resources[name] = ResourceColumn(name, self.nodes)
        return column

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for a key before, else made now. A key must name all that is read."""
        found = self._memo.pop(key, None)
        if found is None:
            found = make()
            if len(self._memo) >= _MEMO_MAX:
                del self._memo[next(iter(self._memo))]
        self._memo[key] = found
        return found  # type: ignore[return-value]  # each kind of key has one kind of value

    def one(self, verdict: Callable[[NodeInfo], int]) -> Callable[[int], int]:
        """The verdict on a node by its index."""
        return lambda index: verdict(self.nodes[index])

    # Changes

    def add(self, pod: PodInfo, index: int) -> None:
        """Put a pod on a node."""
        self.nodes[index].add(pod)
        self._counted(pod, index, 1)

    def remove(self, pod: PodInfo, index: int) -> None:
        """Take a pod off a node."""
        node = self.nodes[index]
        node.remove(pod)
        if pod.host_ports:
            # What is told here depends on the state alone: ports that two pods had are still taken.
            node.used_ports = {port for other in node.pods for port in other.host_ports}
        self._counted(pod, index, -1)

    def _counted(self, pod: PodInfo, index: int, delta: int) -> None:
        node = self.nodes[index]
        self.pods_here[index] = len(node.pods)
        for column in self._resources.values():
            column.update_requests(index, node)
        self._check(index, node)
        self.census.count(pod, index, delta)
        self.terms.count(pod, index, delta)
        self.pod_changes.note(index)

    def replace(self, obj: Object) -> None:
        """Put in another version of a node; its pods stay."""
        index = self.index[text(obj, "metadata", "name")]
        if self.nodes[index].reads_as(obj):
            # A heartbeat changes nothing that a pod is placed by.
            self.nodes[index].obj = obj
            return
        node = NodeInfo(obj)
        self.image_changes += self.nodes[index].image_sizes != node.image_sizes
        self.snapshot.replace(node)
        self.nodes[index] = node
        self.pods_allowed[index] = _allowed(node)
        for resource in self._resources.values():
            resource.update(index, node)
        for codes in (self.traits, *self._labels.values()):
            codes.update(index, node)
        self._check(index, node)
        self.pod_changes.note(index)
        self.node_changes.note(index)

    def _check(self, index: int, node: NodeInfo) -> None:
        amounts = (node.allocatable, node.requested, node.non_zero_requested)
        if all(map(are_exact, amounts)) and is_exact(node.pods_allowed):
            self._inexact.discard(index)
        else:
            self._inexact.add(index)


def are_exact(amounts: Resource) -> bool:
    """Whether columns count with all these amounts as Kubernetes does."""
    return (
        is_exact(amounts.milli_cpu)
        and is_exact(amounts.memory)
        and is_exact(amounts.ephemeral_storage)
        and all(map(is_exact, amounts.scalars.values()))
    )


def _traits(node: NodeInfo) -> Hashable:
    features = sorted(node.declared_features)
    return msgspec.json.encode((node.taints, node.unschedulable, features), order="sorted")


def _allowed(node: NodeInfo) -> int:
    return node.pods_allowed if is_exact(node.pods_allowed) else 0
