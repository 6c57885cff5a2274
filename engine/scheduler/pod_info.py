"""A pod with what the scheduler asks of it, each worked out once: PodInfo.

After staging/src/k8s.io/kube-scheduler/framework/types.go and pkg/scheduler/framework/types.go
(v1.36).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from engine.model.quantity import Quantity
from engine.model.selector import SelectorError
from engine.model.timestamp import parse_micros
from engine.scheduler.affinity import AffinityTerm, read_terms, read_weighted_terms
from engine.scheduler.node_selector import RequiredNodeAffinity
from engine.scheduler.reading import (
    Object,
    at,
    integer,
    labels_of,
    mapping,
    mappings,
    text,
)
from engine.scheduler.resources import (
    CPU,
    DEFAULT_REQUESTS,
    MEMORY,
    Resource,
    has_pod_level_requests,
    is_restartable,
    pod_requests,
)

HostPort = tuple[str, str, int]
"""(IP address, protocol, port)"""

DEFAULT_SCHEDULER_NAME = "default-scheduler"

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"

# What the parts of a pod decide that all pods of one template have in common.
_OF_SHAPE = (
    "requests", "spec_requests", "non_zero_requests", "scored_requests", "tolerations",
    "node_affinity", "host_ports", "images", "required_affinity", "required_anti_affinity",
    "preferred_affinity", "preferred_anti_affinity", "has_affinity",
)  # fmt: skip
# What is read of a pod for itself, besides its spec.
_METADATA = ("name", "namespace", "uid", "labels", "deletionTimestamp", "ownerReferences")
_STATUS = ("phase", "startTime", "nominatedNodeName", "conditions")


class PodInfo:
    """A pod, read as far as it is asked. The object must not change meanwhile."""

    def __init__(self, obj: Object) -> None:
        self.obj = obj
        self.spec = mapping(obj, "spec")
        self.namespace = text(obj, "metadata", "namespace")
        self.name = text(obj, "metadata", "name")
        self.uid = text(obj, "metadata", "uid")
        self.labels: Mapping[str, str] = labels_of(obj)
        self.node_name = text(self.spec, "nodeName")
        """Where it is bound to, or is asked to run."""

    @cached_property
    def shared(self) -> Mapping[str, Any]:
        """What all pods of its shape have, worked out."""
        return {name: getattr(self, name) for name in _OF_SHAPE}

    def like(self, other: "PodInfo") -> None:
        """Share what a pod of the same shape has (columns/shape.py), and its spec.

        What nobody reads is let go, so that many pods can be held.
        """
        self.__dict__.update(other.shared)
        self.spec = other.spec
        self.obj = {
            "metadata": _picked(self.obj, "metadata", _METADATA),
            "spec": self.spec,
            "status": _picked(self.obj, "status", _STATUS),
        }

    @property
    def key(self) -> str:
        """`namespace/name`"""
        return f"{self.namespace}/{self.name}"

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells it from all others."""
        return self.uid, self.namespace, self.name

    @property
    def scheduler_name(self) -> str:
        """The profile that it asks for."""
        return text(self.spec, "schedulerName") or DEFAULT_SCHEDULER_NAME

    @cached_property
    def priority(self) -> int:
        """0 where admission set none."""
        return integer(self.spec, "priority")

    @property
    def nominated_node_name(self) -> str:
        """Where preemption made room for it."""
        return text(self.obj, "status", "nominatedNodeName")

    @property
    def holds_room(self) -> bool:
        """Whether it is on a node, or one is kept for it."""
        return bool(self.node_name or self.nominated_node_name)

    @property
    def ended(self) -> bool:
        """Whether all its containers have ended for good."""
        return text(self.obj, "status", "phase") in ("Succeeded", "Failed")

    @property
    def terminating(self) -> bool:
        """Whether its deletion has begun."""
        return at(self.obj, "metadata", "deletionTimestamp") is not None

    @cached_property
    def start_micros(self) -> float:
        """When it started, in microseconds since the epoch; one that has not starts last of all."""
        started = text(self.obj, "status", "startTime")
        return parse_micros(started) if started else float("inf")

    # Resources

    @cached_property
    def requests(self) -> Resource:
        """What it takes on a node, with what a resize has in force."""
        return Resource.of(pod_requests(self.obj, with_status=True))

    @cached_property
    def spec_requests(self) -> Resource:
        """What it needs of a node that it is not on yet."""
        return Resource.of(pod_requests(self.obj, with_status=False))

    @cached_property
    def non_zero_requests(self) -> Resource:
        """What it takes, where containers without requests are thought to need something."""
        missing: Mapping[str, Quantity] = DEFAULT_REQUESTS
        if has_pod_level_requests(self.obj):
            known = pod_requests(self.obj, with_status=True)
            missing = {name: each for name, each in missing.items() if name not in known}
        amounts = pod_requests(self.obj, with_status=True, missing=missing)
        return Resource.of({name: amounts[name] for name in (CPU, MEMORY) if name in amounts})

    @cached_property
    def scored_requests(self) -> Resource:
        """What NodeResourcesFit scores it with, which leaves out what is requested for the pod
        as a whole (its scorer is made without EnablePodLevelResources).
        """
        amounts = pod_requests(
            self.obj, with_status=False, missing=DEFAULT_REQUESTS, pod_level=False
        )
        return Resource.of(amounts)

    # What it wants of nodes

    @cached_property
    def tolerations(self) -> Sequence[Object]:
        """Its tolerations as they are."""
        return mappings(self.spec, "tolerations")

    @cached_property
    def node_affinity(self) -> RequiredNodeAffinity:
        """Its nodeSelector and required node affinity."""
        return RequiredNodeAffinity.of(self.spec)

    @cached_property
    def host_ports(self) -> tuple[HostPort, ...]:
        """Ports of the node that it takes: GetHostPorts in pkg/scheduler/util/utils.go."""
        sidecars = [c for c in mappings(self.spec, "initContainers") if is_restartable(c)]
        return tuple(
            (
                text(port, "hostIP") or "0.0.0.0",
                text(port, "protocol") or "TCP",
                integer(port, "hostPort"),
            )
            for container in (*mappings(self.spec, "containers"), *sidecars)
            for port in mappings(container, "ports")
            if integer(port, "hostPort") > 0
        )

    @cached_property
    def volumes(self) -> Sequence[Object]:
        """Its volumes as they are."""
        return mappings(self.spec, "volumes")

    @cached_property
    def images(self) -> tuple[str, ...]:
        """Images of its containers and of its image volumes."""
        containers = (*mappings(self.spec, "initContainers"), *mappings(self.spec, "containers"))
        volumes = [mapping(v, "image") for v in self.volumes if v.get("image") is not None]
        return (
            *(text(container, "image") for container in containers),
            *(text(image, "reference") for image in volumes),
        )

    @cached_property
    def claim_names(self) -> tuple[str, ...]:
        """The PersistentVolumeClaims that it names."""
        return tuple(
            text(volume, "persistentVolumeClaim", "claimName")
            for volume in self.volumes
            if volume.get("persistentVolumeClaim") is not None
        )

    @cached_property
    def scheduling_gates(self) -> tuple[str, ...]:
        """Names of what it still waits for."""
        return tuple(text(gate, "name") for gate in mappings(self.spec, "schedulingGates"))

    # What it wants of other pods

    @cached_property
    def required_affinity(self) -> tuple[AffinityTerm, ...]:
        """Required terms; none where one cannot be read, as Kubernetes has it."""
        return self._affinity("podAffinity", _REQUIRED)[0]

    @cached_property
    def required_anti_affinity(self) -> tuple[AffinityTerm, ...]:
        """Required terms of pods that it stays away from."""
        return self._affinity("podAntiAffinity", _REQUIRED)[0]

    @cached_property
    def preferred_affinity(self) -> tuple[AffinityTerm, ...]:
        """Preferred terms with their weights."""
        return self._affinity("podAffinity", _PREFERRED)[0]

    @cached_property
    def preferred_anti_affinity(self) -> tuple[AffinityTerm, ...]:
        """Preferred terms of pods that it rather stays away from."""
        return self._affinity("podAntiAffinity", _PREFERRED)[0]

    @cached_property
    def has_affinity(self) -> bool:
        """Whether it has any term: podWithAffinity."""
        affinity = mapping(self.spec, "affinity")
        return (
            affinity.get("podAffinity") is not None or affinity.get("podAntiAffinity") is not None
        )

    @property
    def affinity_errors(self) -> str:
        """What is wrong with its terms, in one line; empty if nothing."""
        kinds = (
            ("requiredAffinityTerms", "podAffinity", _REQUIRED),
            ("requiredAntiAffinityTerms", "podAntiAffinity", _REQUIRED),
            ("preferredAffinityTerms", "podAffinity", _PREFERRED),
            ("preferredAntiAffinityTerms", "podAntiAffinity", _PREFERRED),
        )
        found = [
            f"{kind}: {problem}"
            for kind, side, rule in kinds
            if (problem := self._affinity(side, rule)[1])
        ]
        return found[0] if len(found) == 1 else f"[{', '.join(found)}]" if found else ""

    def _affinity(self, side: str, rule: str) -> tuple[tuple[AffinityTerm, ...], str]:
        read: Callable[[Object, Sequence[Object]], tuple[AffinityTerm, ...]]
        read = read_terms if rule == _REQUIRED else read_weighted_terms
        try:
            return read(self.obj, mappings(self.spec, "affinity", side, rule)), ""
        except SelectorError as problem:
            return (), str(problem)

    @property
    def owner(self) -> Object | None:
        """The controller that owns it: GetControllerOf."""
        for reference in mappings(self.obj, "metadata", "ownerReferences"):
            if reference.get("controller") is True:
                return reference
        return None

    def not_modelled(self) -> str:
        """What it uses that this model does not know; empty if nothing."""
        if mappings(self.spec, "resourceClaims"):
            return "dynamic resources (spec.resourceClaims)"
        for name in ("schedulingGroup", "workloadRef"):
            if self.spec.get(name) is not None:
                return f"gang scheduling (spec.{name})"
        return ""


def _picked(obj: Object, part: str, names: Sequence[str]) -> Object:
    found = mapping(obj, part)
    return {name: found[name] for name in names if name in found}
