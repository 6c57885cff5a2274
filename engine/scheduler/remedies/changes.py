"""What can be changed of a pod or of its cluster: each a value that can be applied to a case."""

from abc import ABC, abstractmethod
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, mapping, mappings, text
from engine.scheduler.remedies.case import Case
from engine.scheduler.remedies.requests import lowered
from engine.scheduler.remedies.variants import (
    with_csi_node,
    with_node,
    with_pod,
    with_volume,
    without_pod,
)
from engine.scheduler.resources import as_quantity
from engine.scheduler.spread_constraints import HOSTNAME
from engine.scheduler.volumes.claims import used_claims

Labels = tuple[tuple[str, str | None], ...]
"""Labels to set, by key; None takes one away."""

# Taints that Kubernetes sets itself, for as long as something is so:
# staging/src/k8s.io/api/core/v1/well_known_taints.go (v1.36) and, of cloud providers,
# staging/src/k8s.io/cloud-provider/api/well_known_taints.go.
CONDITION_TAINTS = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/")
CORDON_TAINT = "node.kubernetes.io/unschedulable"

PODS_MAX = 8
"""More pods than that are not taken away for one."""


@dataclass(frozen=True, slots=True)
class Change(ABC):
    """One thing to change. Smaller ones have a lower rank, and within a rank a lower cost."""

    rank: ClassVar[int]

    @property
    def cost(self) -> int:
        """How much is changed, to compare changes of one class."""
        return 0

    @abstractmethod
    def applied(self, case: Case) -> Case:
        """The case with the change."""


Way = tuple[Change, ...]
"""Changes that are made together."""


def size(way: Way) -> tuple[int, int, int]:
    """Sorts the smallest first."""
    return max(each.rank for each in way), len(way), sum(each.cost for each in way)


def apply(way: Way, case: Case) -> Case:
    """The case with all changes of a way."""
    for change in way:
        case = change.applied(case)
    return case


def _with_pod(case: Case, obj: Object) -> Case:
    return Case(case.framework, case.snapshot, PodInfo(obj))


def _editable(obj: Object) -> dict[str, Any]:
    edited: dict[str, Any] = deepcopy(dict(obj))
    for part in ("metadata", "spec", "status"):
        edited[part] = edited.get(part) or {}
    return edited


@dataclass(frozen=True, slots=True)
class Tolerate(Change):
    """The pod tolerates a taint."""

    rank: ClassVar[int] = 0
    key: str
    value: str
    effect: str

    def applied(self, case: Case) -> Case:
        """One toleration more."""
        pod = _editable(case.pod.obj)
        tolerations = pod["spec"].get("tolerations") or []
        pod["spec"]["tolerations"] = [*tolerations, self.toleration]
        return _with_pod(case, pod)

    @property
    def toleration(self) -> dict[str, str]:
        """As it stands in the pod."""
        if not self.value:
            return {"key": self.key, "operator": "Exists", "effect": self.effect}
        return {
            "key": self.key, "operator": "Equal", "value": self.value, "effect": self.effect,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LowerRequest(Change):
    """The pod requests less of a resource in all; amounts in the scheduler's units."""

    rank: ClassVar[int] = 0
    resource: str
    before: int
    after: int

    @property
    def cost(self) -> int:
        """How much less."""
        return self.before - self.after

    def applied(self, case: Case) -> Case:
        """The largest of its containers request less."""
        return _with_pod(case, lowered(case.pod.obj, self.resource, self.after))


@dataclass(frozen=True, slots=True)
class OpenGates(Change):
    """The pod's scheduling gates are taken away."""

    rank: ClassVar[int] = 0
    gates: tuple[str, ...]

    def applied(self, case: Case) -> Case:
        """None of the gates."""
        pod = _editable(case.pod.obj)
        gates = mappings(pod, "spec", "schedulingGates")
        pod["spec"]["schedulingGates"] = [g for g in gates if text(g, "name") not in self.gates]
        return _with_pod(case, pod)


@dataclass(frozen=True, slots=True)
class RaiseSkew(Change):
    """A topology spread constraint of the pod allows more."""

    rank: ClassVar[int] = 0
    index: int
    """Of the constraint in the pod's spec."""
    topology_key: str
    before: int
    after: int

    @property
    def cost(self) -> int:
        """How much more."""
        return self.after - self.before

    def applied(self, case: Case) -> Case:
        """Another maxSkew."""
        pod = _editable(case.pod.obj)
        pod["spec"]["topologySpreadConstraints"][self.index]["maxSkew"] = self.after
        return _with_pod(case, pod)


@dataclass(frozen=True, slots=True)
class LowerMinDomains(Change):
    """A topology spread constraint of the pod does with as many domains as there are."""

    rank: ClassVar[int] = 0
    index: int
    """Of the constraint in the pod's spec."""
    topology_key: str
    before: int
    after: int

    @property
    def cost(self) -> int:
        """How many fewer."""
        return self.before - self.after

    def applied(self, case: Case) -> Case:
        """Another minDomains."""
        pod = _editable(case.pod.obj)
        pod["spec"]["topologySpreadConstraints"][self.index]["minDomains"] = self.after
        return _with_pod(case, pod)


@dataclass(frozen=True, slots=True)
class SettleClaim(Change):
    """A claim of the pod stands in the way no more: asked as if the pod did not use it."""

    rank: ClassVar[int] = 1
    claim: str

    def applied(self, case: Case) -> Case:
        """The pod without the volume."""
        pod = _editable(case.pod.obj)
        names = [volume for volume, claim in _claims(case.pod) if claim == self.claim]
        volumes = pod["spec"].get("volumes") or []
        pod["spec"]["volumes"] = [each for each in volumes if text(each, "name") not in names]
        return _with_pod(case, pod)


def _claims(pod: PodInfo) -> list[tuple[str, str]]:
    """(volume, claim) of the volumes that use claims."""
    using = [v for v in pod.volumes if any(v.get(k) is not None for k in _CLAIMING)]
    names = [name for name, _ in used_claims(pod)]
    return [(text(v, "name"), name) for v, name in zip(using, names, strict=True)]


_CLAIMING = ("persistentVolumeClaim", "ephemeral")


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
        node = _editable(case.snapshot.node_by_name[self.node].obj)
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
        node = _editable(case.snapshot.node_by_name[self.node].obj)
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
        node = _editable(case.snapshot.node_by_name[self.node].obj)
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
        node = _editable(known.obj)
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
