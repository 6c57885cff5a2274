"""What can be changed around a pod: nodes, other pods, volumes."""

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, mapping, mappings, text
from engine.scheduler.remedies.case import Case
from engine.scheduler.remedies.change import Change, editable
from engine.scheduler.remedies.variants import (
    with_csi_node,
    with_node,
    with_pod,
    with_volume,
    without_pod,
)
from engine.scheduler.resources import as_quantity
from engine.scheduler.spread_constraints import HOSTNAME

Labels = tuple[tuple[str, str | None], ...]
"""Labels to set, by key; None takes one away."""

# Taints that stand for a state of the node, nearly all set and taken away by Kubernetes itself:
# staging/src/k8s.io/api/core/v1/well_known_taints.go (v1.36) and, of cloud providers,
# staging/src/k8s.io/cloud-provider/api/well_known_taints.go.
CONDITION_TAINTS = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/")
CORDON_TAINT = "node.kubernetes.io/unschedulable"


@dataclass(frozen=True, slots=True)
class Label(Change):
    """A node has other labels."""

    rank: ClassVar[int] = 1
    node: str
    labels: Labels

    @property
    def cost(self) -> int:
        """How many."""
        return len(self.labels)

    def applied(self, case: Case) -> Case:
        """The node with these labels."""
        node = editable(case.snapshot.node_by_name[self.node].obj)
        _label(node, self.labels)
        return Case(case.framework, with_node(case.snapshot, node), case.pod)


def _label(node: dict[str, Any], labels: Labels) -> None:
    known = dict(node["metadata"].get("labels") or {}) | dict(labels)
    node["metadata"]["labels"] = {key: value for key, value in known.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Uncordon(Change):
    """A node takes pods again."""

    rank: ClassVar[int] = 1
    node: str

    def applied(self, case: Case) -> Case:
        """Schedulable, and without the taint that the node lifecycle controller sets for it."""
        node = editable(case.snapshot.node_by_name[self.node].obj)
        taints = [t for t in mappings(node, "spec", "taints") if text(t, "key") != CORDON_TAINT]
        node["spec"] |= {"unschedulable": False, "taints": taints}
        return Case(case.framework, with_node(case.snapshot, node), case.pod)


@dataclass(frozen=True, slots=True)
class Untaint(Change):
    """A node loses a taint."""

    rank: ClassVar[int] = 1
    node: str
    key: str
    value: str
    effect: str

    def applied(self, case: Case) -> Case:
        """The node without it."""
        node = editable(case.snapshot.node_by_name[self.node].obj)
        node["spec"]["taints"] = [t for t in mappings(node, "spec", "taints") if not self._is(t)]
        return Case(case.framework, with_node(case.snapshot, node), case.pod)

    def _is(self, taint: Object) -> bool:
        return text(taint, "key") == self.key and text(taint, "effect") == self.effect


@dataclass(frozen=True, slots=True)
class RemovePod(Change):
    """Another pod is gone."""

    rank: ClassVar[int] = 2
    uid: str
    namespace: str
    name: str
    node: str
    priority: int
    terminating: bool

    @classmethod
    def of(cls, pod: PodInfo) -> "RemovePod":
        """That pod."""
        node = pod.node_name or pod.nominated_node_name
        return cls(pod.uid, pod.namespace, pod.name, node, pod.priority, pod.terminating)

    @property
    def cost(self) -> int:
        """Nothing for one that is going already; else the more, the more important it is."""
        return 0 if self.terminating else self.priority + (1 << 31) + 1

    def applied(self, case: Case) -> Case:
        """The cluster without it."""
        left = without_pod(case.snapshot, (self.uid, self.namespace, self.name), self.node)
        return Case(case.framework, left, case.pod)


@dataclass(frozen=True, slots=True)
class AddPod(Change):
    """A pod with certain labels runs on a node; it requests nothing."""

    rank: ClassVar[int] = 2
    namespace: str
    labels: tuple[tuple[str, str], ...]
    node: str

    def applied(self, case: Case) -> Case:
        """One pod more."""
        metadata = {"name": "added", "namespace": self.namespace, "labels": dict(self.labels)}
        pod = PodInfo({"metadata": metadata, "spec": {"nodeName": self.node}, "status": {}})
        return Case(case.framework, with_pod(case.snapshot, pod), case.pod)


@dataclass(frozen=True, slots=True)
class AddVolume(Change):
    """A PersistentVolume that the claim can have is there, usable on any node."""

    rank: ClassVar[int] = 2
    claim: str
    storage_class: str
    size_bytes: int
    access_modes: tuple[str, ...]
    mode: str
    attributes_class: str
    labels: tuple[tuple[str, str], ...]

    def applied(self, case: Case) -> Case:
        """One volume more."""
        volume = {
            "metadata": {"name": f"added-{self.claim}", "labels": dict(self.labels)},
            "spec": {
                "storageClassName": self.storage_class,
                "capacity": {"storage": str(as_quantity("memory", self.size_bytes))},
                "accessModes": list(self.access_modes),
                "volumeMode": self.mode,
                "volumeAttributesClassName": self.attributes_class,
            },
            "status": {"phase": "Available"},
        }
        return Case(case.framework, with_volume(case.snapshot, volume), case.pod)


@dataclass(frozen=True, slots=True)
class AddNode(Change):
    """An empty copy of a node, ready and not cordoned, with other labels or more of a resource."""

    rank: ClassVar[int] = 3
    like: str
    labels: Labels = ()
    amounts: tuple[tuple[str, int], ...] = ()
    """What it has of some resources, in the scheduler's units."""

    @property
    def name(self) -> str:
        """Of the new node: one that no node can have."""
        return f"{self.like}+1"

    @property
    def cost(self) -> int:
        """How much is different."""
        return len(self.labels) + len(self.amounts)

    def applied(self, case: Case) -> Case:
        """One node more, with the same drivers."""
        known = case.snapshot.node_by_name[self.like]
        node = editable(known.obj)
        node["metadata"]["name"] = self.name
        if HOSTNAME in known.labels:
            _label(node, ((HOSTNAME, self.name),))
        _label(node, self.labels)
        more = {name: str(as_quantity(name, amount)) for name, amount in self.amounts}
        node["status"]["allocatable"] = dict(mapping(node, "status", "allocatable")) | more
        taints = mappings(node, "spec", "taints")
        kept = [t for t in taints if not text(t, "key").startswith(CONDITION_TAINTS)]
        node["spec"] |= {"unschedulable": False, "taints": kept}
        snapshot = with_node(case.snapshot, node)
        csi_node = case.snapshot.objects.csi_nodes.get(("", self.like))
        if csi_node is not None:
            snapshot = with_csi_node(snapshot, self.name, csi_node)
        return Case(case.framework, snapshot, case.pod)
