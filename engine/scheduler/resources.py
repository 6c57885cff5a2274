"""What pods request, and what nodes have: amounts as the scheduler counts them.

After PodRequests in staging/src/k8s.io/component-helpers/resource/helpers.go and Resource in
staging/src/k8s.io/kube-scheduler/framework/types.go (v1.36).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from engine.model.naming import label_key_problems
from engine.model.quantity import Quantity
from engine.scheduler.reading import Object, at, mapping, mappings, text

CPU, MEMORY, EPHEMERAL_STORAGE, PODS = "cpu", "memory", "ephemeral-storage", "pods"
HUGE_PAGES_PREFIX = "hugepages-"

Amounts = dict[str, Quantity]

# What scoring assumes of a container that requests none: pkg/scheduler/util/pod_resources.go
# (v1.36).
DEFAULT_REQUESTS: Mapping[str, Quantity] = {
    CPU: Quantity.parse("100m"),
    MEMORY: Quantity.parse("209715200"),
}


@dataclass(slots=True)
class Resource:
    """Amounts in the scheduler's units: thousandths of a CPU, bytes, whole devices."""

    milli_cpu: int = 0
    memory: int = 0
    ephemeral_storage: int = 0
    scalars: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, amounts: Mapping[str, Quantity]) -> "Resource":
        """The amounts that the scheduler knows, each rounded up."""
        resource = cls()
        for name, quantity in amounts.items():
            if name == CPU:
                resource.milli_cpu = quantity.milli_value()
            elif name == MEMORY:
                resource.memory = quantity.value()
            elif name == EPHEMERAL_STORAGE:
                resource.ephemeral_storage = quantity.value()
            elif is_scalar(name):
                resource.scalars[name] = quantity.value()
        return resource

    def add(self, other: "Resource", times: int = 1) -> None:
        """Add (1) or take away (-1) other amounts."""
        self.milli_cpu += times * other.milli_cpu
        self.memory += times * other.memory
        self.ephemeral_storage += times * other.ephemeral_storage
        for name, amount in other.scalars.items():
            self.scalars[name] = self.scalars.get(name, 0) + times * amount

    def copy(self) -> "Resource":
        """A copy that can be changed."""
        return Resource(self.milli_cpu, self.memory, self.ephemeral_storage, dict(self.scalars))

    def names(self) -> list[str]:
        """The resources of which there is any."""
        names = (CPU, MEMORY, EPHEMERAL_STORAGE, *self.scalars)
        return [name for name in names if self.amount(name) > 0]

    def amount(self, name: str) -> int:
        """The amount of a resource, 0 if there is none."""
        if name == CPU:
            return self.milli_cpu
        if name == MEMORY:
            return self.memory
        if name == EPHEMERAL_STORAGE:
            return self.ephemeral_storage
        return self.scalars.get(name, 0)


def is_extended(name: str) -> bool:
    """IsExtendedResourceName in pkg/apis/core/v1/helper/helpers.go (v1.36)."""
    native = "/" not in name or "kubernetes.io/" in name
    return not native and not name.startswith("requests.") and _is_quota_name(name)


@lru_cache(maxsize=1024)
def _is_quota_name(name: str) -> bool:
    return not label_key_problems(f"requests.{name}")


def is_scalar(name: str) -> bool:
    """IsScalarResourceName in pkg/scheduler/util/utils.go (v1.36)."""
    return (
        name.startswith((HUGE_PAGES_PREFIX, "attachable-volumes-"))
        or "kubernetes.io/" in name
        or is_extended(name)
    )


# Typed: True is no quantity, though it equals 1.
@lru_cache(maxsize=4096, typed=True)
def _parsed(value: str | int | float) -> Quantity:
    return Quantity.from_json(value)


def amounts_of(obj: object, *path: str) -> Amounts:
    """The ResourceList at a path; QuantityError where one is no quantity."""
    found = mapping(obj, *path)
    return {
        name: _parsed(value) if isinstance(value, str | int | float) else Quantity.from_json(value)
        for name, value in found.items()
    }


def pod_requests(
    pod: Object,
    *,
    with_status: bool,
    missing: Mapping[str, Quantity] | None = None,
    pod_level: bool = True,
) -> Amounts:
    """What a pod requests in all.

    `with_status`: what is allocated and in force counts too, where a pod is being resized.
    `missing`: what a container requests of these resources that says nothing of them.
    `pod_level`: what is requested for the pod as a whole stands for what its containers request.
    """

    def of_container(container: Object) -> Amounts:
        requests = _container_requests(pod, container, with_status)
        return {**missing, **requests} if missing else requests

    total = _running(pod, of_container)
    if pod_level:
        whole = amounts_of(pod, "spec", "resources", "requests")
        total |= {name: quantity for name, quantity in whole.items() if is_pod_level(name)}
    _add(total, amounts_of(pod, "spec", "overhead"))
    return total


def is_pod_level(name: str) -> bool:
    """Whether a resource can be requested for the pod as a whole."""
    return name in (CPU, MEMORY) or name.startswith(HUGE_PAGES_PREFIX)


def has_pod_level_requests(pod: Object) -> bool:
    """IsPodLevelRequestsSet."""
    return any(is_pod_level(name) for name in mapping(pod, "spec", "resources", "requests"))


def is_restartable(container: Object) -> bool:
    """Whether an init container is a sidecar."""
    return text(container, "restartPolicy") == "Always"


def _running(pod: Object, requests_of: Callable[[Object], Amounts]) -> Amounts:
    """The most that the containers need at one time: while initializing, or running together."""
    total: Amounts = {}
    for container in mappings(pod, "spec", "containers"):
        _add(total, requests_of(container))
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in mappings(pod, "spec", "initContainers"):
        requests = requests_of(container)
        if is_restartable(container):
            _add(total, requests)
            _add(sidecars, requests)
            _raise_to(peak, sidecars)
        else:
            _add(requests := dict(requests), sidecars)
            _raise_to(peak, requests)
    _raise_to(total, peak)
    return total


def _container_requests(pod: Object, container: Object, with_status: bool) -> Amounts:
    requests = amounts_of(container, "resources", "requests")
    status = _status_of(pod, text(container, "name")) if with_status else None
    if status is None or at(status, "resources") is None:
        return requests
    if _resize_is_infeasible(pod):
        requests = {}
    requests = dict(requests)
    _raise_to(requests, amounts_of(status, "resources", "requests"))
    _raise_to(requests, amounts_of(status, "allocatedResources"))
    return requests


def _status_of(pod: Object, name: str) -> Object | None:
    for statuses in ("containerStatuses", "initContainerStatuses"):
        for status in mappings(pod, "status", statuses):
            if status.get("name") == name:
                return status
    return None


def _resize_is_infeasible(pod: Object) -> bool:
    for condition in mappings(pod, "status", "conditions"):
        if condition.get("type") == "PodResizePending":
            return condition.get("reason") == "Infeasible"
    return False


def _add(total: Amounts, more: Mapping[str, Quantity]) -> None:
    for name, quantity in more.items():
        known = total.get(name)
        total[name] = quantity if known is None else known + quantity


def _raise_to(total: Amounts, least: Mapping[str, Quantity]) -> None:
    for name, quantity in least.items():
        known = total.get(name)
        if known is None or quantity > known:
            total[name] = quantity
