"""The cluster as one scheduling cycle sees it: nodes with their pods, and the other objects.

After NodeInfo in pkg/scheduler/framework/types.go and pkg/scheduler/backend/cache/snapshot.go
(v1.36).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from engine.scheduler.images import Images, ImageState, ImageStates
from engine.scheduler.pod_info import HostPort, PodInfo
from engine.scheduler.reading import (
    Object,
    at,
    integer,
    labels_of,
    mappings,
    strings,
    text,
    truth,
)
from engine.scheduler.resources import PODS, Resource, amounts_of

_ANY_ADDRESS = "0.0.0.0"


# What is read of a node.
_READ = (
    ("metadata", "name"),
    ("metadata", "labels"),
    ("spec", "taints"),
    ("spec", "unschedulable"),
    ("status", "allocatable"),
    ("status", "declaredFeatures"),
    ("status", "images"),
)


class NodeInfo:
    """A node, what it has, and the pods that are on it or assumed to be."""

    def __init__(self, obj: Object) -> None:
        self.obj = obj
        self.name = text(obj, "metadata", "name")
        self.labels: Mapping[str, str] = labels_of(obj)
        self.taints = mappings(obj, "spec", "taints")
        self.unschedulable = truth(obj, "spec", "unschedulable")
        self.declared_features = frozenset(strings(obj, "status", "declaredFeatures"))
        amounts = amounts_of(obj, "status", "allocatable")
        self.allocatable = Resource.of(amounts)
        self.pods_allowed = amounts[PODS].value() if PODS in amounts else 0
        self.pods: list[PodInfo] = []
        self.pods_with_affinity: list[PodInfo] = []
        self.pods_with_required_anti_affinity: list[PodInfo] = []
        self.requested = Resource()
        self.non_zero_requested = Resource()
        self.used_ports: set[HostPort] = set()
        self.known_images: ImageStates = {}
        """The images of the cluster, as they were when this node was last looked at."""

    @cached_property
    def image_sizes(self) -> dict[str, int]:
        """The images that it has, by name, in bytes: of two of a name, the first counts."""
        return {
            name: integer(image, "sizeBytes")
            for image in reversed(mappings(self.obj, "status", "images"))
            for name in strings(image, "names")
        }

    def image(self, name: str) -> ImageState | None:
        """What is known of an image, if the node has it."""
        return self.known_images.get(name) if name in self.image_sizes else None

    def reads_as(self, obj: Object) -> bool:
        """Whether another version of the node has nothing else that is read here."""
        return all(at(self.obj, *path) == at(obj, *path) for path in _READ)

    def copy(self) -> "NodeInfo":
        """A copy whose pods can be changed."""
        other = object.__new__(NodeInfo)
        other.__dict__.update(self.__dict__)
        other.pods = list(self.pods)
        other.pods_with_affinity = list(self.pods_with_affinity)
        other.pods_with_required_anti_affinity = list(self.pods_with_required_anti_affinity)
        other.requested = self.requested.copy()
        other.non_zero_requested = self.non_zero_requested.copy()
        other.used_ports = set(self.used_ports)
        return other

    def add(self, pod: PodInfo) -> None:
        """Put a pod on it."""
        self.pods.append(pod)
        if pod.has_affinity:
            self.pods_with_affinity.append(pod)
            if pod.required_anti_affinity:
                self.pods_with_required_anti_affinity.append(pod)
        self.requested.add(pod.requests)
        self.non_zero_requested.add(pod.non_zero_requests)
        self.used_ports.update(pod.host_ports)

    def remove(self, pod: PodInfo) -> None:
        """Take a pod off it. A port is free then, even if another pod has it, too."""
        self.pods = _without(self.pods, pod)
        self.pods_with_affinity = _without(self.pods_with_affinity, pod)
        self.pods_with_required_anti_affinity = _without(self.pods_with_required_anti_affinity, pod)
        self.requested.add(pod.requests, -1)
        self.non_zero_requested.add(pod.non_zero_requests, -1)
        self.used_ports.difference_update(pod.host_ports)

    def has_port_conflict(self, wanted: HostPort) -> bool:
        """Whether a port is taken."""
        return has_conflict(self.used_ports, wanted)


def has_conflict(used: Collection[HostPort], wanted: HostPort) -> bool:
    """Whether a port is among those in use: HostPortInfo.CheckConflict."""
    address, protocol, port = wanted
    if address == _ANY_ADDRESS:
        return any(each[1:] == (protocol, port) for each in used)
    return wanted in used or (_ANY_ADDRESS, protocol, port) in used


def _without(pods: Iterable[PodInfo], pod: PodInfo) -> list[PodInfo]:
    return [each for each in pods if each.identity != pod.identity]


Named = dict[tuple[str, str], Object]
"""Objects by namespace (empty where they have none) and name."""


def by_name(objects: Iterable[Object]) -> Named:
    """Objects by their names, in the order given."""
    return {
        (text(obj, "metadata", "namespace"), text(obj, "metadata", "name")): obj for obj in objects
    }


@dataclass(slots=True)
class Objects:
    """What plugins read besides nodes and pods, each kind by namespace and name."""

    services: Named = field(default_factory=dict)
    replication_controllers: Named = field(default_factory=dict)
    replica_sets: Named = field(default_factory=dict)
    stateful_sets: Named = field(default_factory=dict)
    volumes: Named = field(default_factory=dict)
    claims: Named = field(default_factory=dict)
    storage_classes: Named = field(default_factory=dict)
    csi_nodes: Named = field(default_factory=dict)
    csi_drivers: Named = field(default_factory=dict)
    csi_storage_capacities: Named = field(default_factory=dict)
    volume_attachments: Named = field(default_factory=dict)
    pod_disruption_budgets: Named = field(default_factory=dict)
    namespaces: Named = field(default_factory=dict)


class Snapshot:
    """All that a scheduling cycle reads. Nothing in it changes during one."""

    def __init__(self, nodes: Sequence[Object], pods: Iterable[Object], objects: Objects) -> None:
        self._begin([NodeInfo(node) for node in nodes], objects)
        self._count_images()
        for obj in pods:
            self.take(PodInfo(obj))

    @classmethod
    def of(
        cls,
        nodes: Sequence[NodeInfo],
        nominated: Mapping[str, list[PodInfo]],
        objects: Objects,
    ) -> "Snapshot":
        """One of nodes that have their pods already, and know of the images."""
        snapshot = object.__new__(cls)
        snapshot._begin(nodes, objects)
        snapshot.nominated = dict(nominated)
        return snapshot

    def _begin(self, nodes: Sequence[NodeInfo], objects: Objects) -> None:
        self.objects = objects
        self.nodes = list(nodes)
        self.node_by_name = {node.name: node for node in nodes}
        self.nominated: dict[str, list[PodInfo]] = {}

    def _count_images(self) -> None:
        images = Images()
        for node in self.nodes:
            images.add(node.name, node.image_sizes)
        for node in self.nodes:
            node.known_images = images.states()

    def take(self, pod: PodInfo) -> None:
        """Put a pod on its node, or, while it waits, to those nominated for one.

        The scheduler does not watch pods that have ended (pkg/scheduler/scheduler.go, v1.36).
        """
        if pod.ended:
            return
        if pod.node_name:
            node = self.node_by_name.get(pod.node_name)
            if node is not None:
                node.add(pod)
        elif pod.nominated_node_name:
            self.nominated.setdefault(pod.nominated_node_name, []).append(pod)

    def drop_nominated(self, pod: PodInfo) -> None:
        """Forget that a waiting pod was nominated for a node."""
        left = _without(self.nominated.get(pod.nominated_node_name, ()), pod)
        if left:
            self.nominated[pod.nominated_node_name] = left
        else:
            self.nominated.pop(pod.nominated_node_name, None)

    def replace(self, node: NodeInfo) -> None:
        """Put in another version of a node; the pods stay."""
        before = self.node_by_name[node.name]
        for pod in before.pods:
            node.add(pod)
        self.nodes[self.nodes.index(before)] = node
        self.node_by_name[node.name] = node
        node.known_images = before.known_images
        if before.image_sizes != node.image_sizes:
            self._count_images()

    def namespace_labels(self) -> dict[str, Mapping[str, str]]:
        """The labels of every namespace, by name."""
        return {name: labels_of(obj) for (_, name), obj in self.objects.namespaces.items()}

    def claims_in_use(self) -> set[tuple[str, str]]:
        """The PersistentVolumeClaims that pods on nodes name: usedPVCSet."""
        return {
            (pod.namespace, name)
            for node in self.nodes
            for pod in node.pods
            for name in pod.claim_names
        }
