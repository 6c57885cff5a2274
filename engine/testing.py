"""Builders of objects for tests, in Kubernetes' manner: `pod("a").node("n1").cpu("100m")`.

Each call returns the builder; `obj` is the object, to be changed where no call does what is needed.
"""

from collections.abc import Mapping
from typing import Any, Self

Json = dict[str, Any]

HOSTNAME = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"


class Builder:
    """What all objects have."""

    def __init__(self, api_version: str, kind: str, name: str, namespace: str = "") -> None:
        self.obj: Json = {
            "apiVersion": api_version,
            "kind": kind,
            "metadata": {"name": name, "uid": f"{kind}/{namespace}/{name}"},
            "spec": {},
            "status": {},
        }
        if namespace:
            self.obj["metadata"]["namespace"] = namespace

    @property
    def spec(self) -> Json:
        """What is wanted."""
        spec: Json = self.obj["spec"]
        return spec

    @property
    def status(self) -> Json:
        """What is so."""
        status: Json = self.obj["status"]
        return status

    @property
    def metadata(self) -> Json:
        """Name, labels and the like."""
        metadata: Json = self.obj["metadata"]
        return metadata

    def label(self, key: str, value: str) -> Self:
        """Set a label."""
        self.metadata.setdefault("labels", {})[key] = value
        return self

    def annotation(self, key: str, value: str) -> Self:
        """Set an annotation."""
        self.metadata.setdefault("annotations", {})[key] = value
        return self

    def owned_by(self, owner: "Builder") -> Self:
        """Have a controller."""
        self.metadata["ownerReferences"] = [
            {
                "apiVersion": owner.obj["apiVersion"],
                "kind": owner.obj["kind"],
                "name": owner.metadata["name"],
                "uid": owner.metadata["uid"],
                "controller": True,
            }
        ]
        return self


class PodBuilder(Builder):
    """A pod with one container."""

    def __init__(self, name: str, namespace: str) -> None:
        super().__init__("v1", "Pod", name, namespace)
        self.spec["containers"] = [{"name": "c", "image": "pause"}]
        self.status["phase"] = "Pending"

    def _requests(self, container: Json) -> Json:
        requests: Json = container.setdefault("resources", {}).setdefault("requests", {})
        return requests

    def request(self, **amounts: str) -> Self:
        """Request resources for the first container; `_` stands for `-` in their names."""
        requests = self._requests(self.spec["containers"][0])
        requests |= {name.replace("_", "-"): amount for name, amount in amounts.items()}
        return self

    def request_of(self, name: str, amount: str) -> Self:
        """Request a resource whose name is no Python name."""
        self._requests(self.spec["containers"][0])[name] = amount
        return self

    def cpu(self, amount: str) -> Self:
        """Request CPU."""
        return self.request(cpu=amount)

    def memory(self, amount: str) -> Self:
        """Request memory."""
        return self.request(memory=amount)

    def container(self, **requests: str) -> Self:
        """Add a container."""
        self._requests(container := {"name": f"c{len(self.spec['containers'])}"}).update(requests)
        self.spec["containers"].append(container)
        return self

    def init_container(self, *, sidecar: bool = False, **requests: str) -> Self:
        """Add an init container, or a native sidecar."""
        containers = self.spec.setdefault("initContainers", [])
        container: Json = {"name": f"i{len(containers)}"}
        if sidecar:
            container["restartPolicy"] = "Always"
        self._requests(container).update(requests)
        containers.append(container)
        return self

    def image(self, name: str) -> Self:
        """Set the first container's image."""
        self.spec["containers"][0]["image"] = name
        return self

    def node(self, name: str) -> Self:
        """Run on a node."""
        self.spec["nodeName"] = name
        self.status["phase"] = "Running"
        return self

    def nominated(self, name: str) -> Self:
        """Wait for room on a node."""
        self.status["nominatedNodeName"] = name
        return self

    def phase(self, phase: str) -> Self:
        """Be in a phase."""
        self.status["phase"] = phase
        return self

    def started(self, time: str) -> Self:
        """Have started then."""
        self.status["startTime"] = time
        return self

    def terminating(self) -> Self:
        """Be deleted, and not gone yet."""
        self.metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        return self

    def priority(self, value: int) -> Self:
        """Have a priority."""
        self.spec["priority"] = value
        return self

    def gate(self, name: str) -> Self:
        """Wait for a scheduling gate."""
        self.spec.setdefault("schedulingGates", []).append({"name": name})
        return self

    def host_port(self, port: int, ip: str = "", protocol: str = "TCP") -> Self:
        """Take a port of the node."""
        wanted = {"containerPort": port, "hostPort": port, "hostIP": ip, "protocol": protocol}
        self.spec["containers"][0].setdefault("ports", []).append(wanted)
        return self

    def tolerates(self, key: str, effect: str = "", value: str = "") -> Self:
        """Tolerate a taint, with any value if none is given."""
        toleration = {"key": key, "operator": "Equal" if value else "Exists", "effect": effect}
        self.spec.setdefault("tolerations", []).append(toleration | {"value": value})
        return self

    def node_selector(self, key: str, value: str) -> Self:
        """Want nodes with a label."""
        self.spec.setdefault("nodeSelector", {})[key] = value
        return self

    def _affinity(self, side: str) -> Json:
        affinity: Json = self.spec.setdefault("affinity", {}).setdefault(side, {})
        return affinity

    def requires_node(self, key: str, operator: str, *values: str, field: bool = False) -> Self:
        """Add a term of required node affinity."""
        required = self._affinity("nodeAffinity").setdefault(
            "requiredDuringSchedulingIgnoredDuringExecution", {"nodeSelectorTerms": []}
        )
        kind = "matchFields" if field else "matchExpressions"
        requirement = {"key": key, "operator": operator, "values": list(values)}
        required["nodeSelectorTerms"].append({kind: [requirement]})
        return self

    def prefers_node(self, weight: int, key: str, operator: str, *values: str) -> Self:
        """Add a term of preferred node affinity."""
        requirement = {"key": key, "operator": operator, "values": list(values)}
        self._affinity("nodeAffinity").setdefault(
            "preferredDuringSchedulingIgnoredDuringExecution", []
        ).append({"weight": weight, "preference": {"matchExpressions": [requirement]}})
        return self

    def _pod_term(self, side: str, labels: Mapping[str, str], topology: str, weight: int) -> Self:
        term: Json = {"labelSelector": {"matchLabels": dict(labels)}, "topologyKey": topology}
        rule = "requiredDuringSchedulingIgnoredDuringExecution"
        if weight:
            rule = "preferredDuringSchedulingIgnoredDuringExecution"
            term = {"weight": weight, "podAffinityTerm": term}
        self._affinity(side).setdefault(rule, []).append(term)
        return self

    def near(self, labels: Mapping[str, str], topology: str = HOSTNAME, weight: int = 0) -> Self:
        """Require pods with these labels nearby, or, with a weight, prefer that."""
        return self._pod_term("podAffinity", labels, topology, weight)

    def far_from(
        self, labels: Mapping[str, str], topology: str = HOSTNAME, weight: int = 0
    ) -> Self:
        """Require, or prefer, to be away from pods with these labels."""
        return self._pod_term("podAntiAffinity", labels, topology, weight)

    def spread(
        self, topology: str, labels: Mapping[str, str], *, skew: int = 1, hard: bool = True,
        **more: Any,
    ) -> Self:  # fmt: skip
        """Add a topology spread constraint."""
        constraint = {
            "maxSkew": skew,
            "topologyKey": topology,
            "whenUnsatisfiable": "DoNotSchedule" if hard else "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(labels)},
        }
        self.spec.setdefault("topologySpreadConstraints", []).append(constraint | more)
        return self

    def volume(self, **source: Json) -> Self:
        """Add a volume: `volume(awsElasticBlockStore={"volumeID": "v"})`."""
        volumes = self.spec.setdefault("volumes", [])
        volumes.append({"name": f"v{len(volumes)}", **source})
        return self

    def claim(self, name: str) -> Self:
        """Use a PersistentVolumeClaim."""
        return self.volume(persistentVolumeClaim={"claimName": name})


class NodeBuilder(Builder):
    """A node that has room for 110 pods."""

    def __init__(self, name: str) -> None:
        super().__init__("v1", "Node", name)
        self.label(HOSTNAME, name)
        self.allocatable(pods="110")

    def allocatable(self, **amounts: str) -> Self:
        """Have resources."""
        self.status.setdefault("allocatable", {}).update(amounts)
        return self

    def cpu(self, amount: str) -> Self:
        """Have CPU."""
        return self.allocatable(cpu=amount)

    def memory(self, amount: str) -> Self:
        """Have memory."""
        return self.allocatable(memory=amount)

    def zone(self, name: str) -> Self:
        """Be in a zone."""
        return self.label(ZONE, name)

    def taint(self, key: str, effect: str, value: str = "") -> Self:
        """Keep pods out, or rather not have them."""
        taint = {"key": key, "effect": effect, "value": value}
        self.spec.setdefault("taints", []).append(taint)
        return self

    def cordoned(self) -> Self:
        """Take no more pods."""
        self.spec["unschedulable"] = True
        return self

    def image(self, name: str, size_bytes: int) -> Self:
        """Have an image."""
        images = self.status.setdefault("images", [])
        images.append({"names": [name], "sizeBytes": size_bytes})
        return self


def pod(name: str, namespace: str = "default") -> PodBuilder:
    """A pod."""
    return PodBuilder(name, namespace)


def node(name: str) -> NodeBuilder:
    """A node."""
    return NodeBuilder(name)


def other(api_version: str, kind: str, name: str, namespace: str = "", **fields: Any) -> Builder:
    """An object of any kind, with top-level fields such as `spec`."""
    builder = Builder(api_version, kind, name, namespace)
    builder.obj |= fields
    return builder
