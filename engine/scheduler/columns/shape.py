"""What pods of one template have in common, by which they share what was worked out for one.

A shape is told by all of a pod that the scheduler reads, save its labels, its owner and its node.
What is left out here is known not to be read; all else makes another shape, if for no reason.
"""

from typing import Any

import msgspec

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, mapping, mappings, text

_encoder = msgspec.json.Encoder(order="sorted")

_SHAPES_MAX = 4096

# Of a pod's spec. Containers and volumes are read by their own lists.
_NOT_READ = frozenset({
    "nodeName", "hostname", "subdomain", "serviceAccount", "serviceAccountName", "schedulerName",
    "securityContext", "imagePullSecrets", "containers", "initContainers", "ephemeralContainers",
    "volumes",
})  # fmt: skip
_NOT_READ_OF_CONTAINERS = frozenset({
    "args", "command", "env", "envFrom", "lifecycle", "livenessProbe", "readinessProbe",
    "securityContext", "startupProbe", "terminationMessagePath", "terminationMessagePolicy",
    "volumeMounts",
})  # fmt: skip
# Volumes that can be had on every node.
_ANYWHERE = frozenset({
    "configMap", "downwardAPI", "emptyDir", "hostPath", "projected", "secret",
})  # fmt: skip


def shape_of(pod: PodInfo) -> bytes:
    """What is equal for pods of one shape."""
    spec = pod.spec
    return _encoder.encode((
        pod.namespace,
        _without(spec, _NOT_READ),
        [_without(each, _NOT_READ_OF_CONTAINERS) for each in mappings(spec, "containers")],
        [_without(each, _NOT_READ_OF_CONTAINERS) for each in mappings(spec, "initContainers")],
        [each for each in pod.volumes if _ANYWHERE.isdisjoint(each)],
        _resized(pod.obj),
    ))  # fmt: skip


def _without(obj: Object, names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in obj.items() if name not in names}


def _resized(pod: Object) -> list[object]:
    """What the status says of resources: only pods that run have it."""
    status = mapping(pod, "status")
    if not status.get("containerStatuses") and not status.get("initContainerStatuses"):
        return []
    statuses = [
        (each.get("name"), each.get("resources"), each.get("allocatedResources"))
        for name in ("containerStatuses", "initContainerStatuses")
        for each in mappings(status, name)
        if each.get("resources") is not None or each.get("allocatedResources") is not None
    ]
    pending = [
        text(condition, "reason")
        for condition in mappings(status, "conditions")
        if condition.get("type") == "PodResizePending"
    ]
    return [statuses, pending] if statuses else []


class Shapes:
    """An example for each shape; the least recently seen go."""

    def __init__(self) -> None:
        self._examples: dict[bytes, PodInfo] = {}

    def read(self, obj: Object) -> tuple[PodInfo, bytes]:
        """A pod and its shape."""
        pod = PodInfo(obj)
        shape = shape_of(pod)
        example = self._examples.pop(shape, None)
        if example is None:
            example = pod
            if len(self._examples) >= _SHAPES_MAX:
                del self._examples[next(iter(self._examples))]
        else:
            pod.like(example)
        self._examples[shape] = example
        return pod, shape


Kind = tuple[object, ...]
"""A shape with the rest that a verdict depends on."""


def kind_of(pod: PodInfo, shape: bytes) -> Kind:
    """What is equal for pods about which the same is said of each node."""
    owner = pod.owner
    owned_by = owner and (text(owner, "apiVersion"), text(owner, "kind"), text(owner, "name"))
    return shape, frozenset(pod.labels.items()), owned_by, pod.node_name
