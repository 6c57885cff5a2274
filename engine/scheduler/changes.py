"""What an update of a pod or a node means to the scheduler.

After PodSchedulingPropertiesChange and NodeSchedulingPropertiesChange in
pkg/scheduler/framework/events.go (v1.36).
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.model.quantity import Quantity
from engine.scheduler.events import UPDATE, Action, ClusterEvent, Resource
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import (
    Object,
    labels_of,
    mapping,
    mappings,
    strings,
    text,
    truth,
)
from engine.scheduler.resources import amounts_of, pod_requests


def pod_events(old: PodInfo, new: PodInfo) -> list[ClusterEvent]:
    """The events that an update of a pod is; a plain update if it is nothing special."""
    resource = Resource.ASSIGNED_POD if new.node_name else Resource.UNSCHEDULED_POD
    found = [action for action, differs in _POD_CHANGES if differs(old, new)]
    return [ClusterEvent(resource, action) for action in found or [UPDATE]]


def _is_scaled_down(old: PodInfo, new: PodInfo) -> bool:
    """Whether it requests less of anything: extractPodScaleDown."""
    now = pod_requests(new.obj, with_status=True)
    return any(
        name not in now or amount.milli_value() > now[name].milli_value()
        for name, amount in pod_requests(old.obj, with_status=True).items()
    )


def _claims_of(pod: PodInfo) -> tuple[Any, Any]:
    """The ResourceClaims that were made for it."""
    status = mapping(pod.obj, "status")
    return status.get("resourceClaimStatuses"), status.get("extendedResourceClaimStatus")


_POD_CHANGES: tuple[tuple[Action, Callable[[PodInfo, PodInfo], bool]], ...] = (
    (Action.UPDATE_POD_LABEL, lambda old, new: old.labels != new.labels),
    (Action.UPDATE_POD_SCALE_DOWN, _is_scaled_down),
    (
        Action.UPDATE_POD_SCHEDULING_GATES_ELIMINATED,
        lambda old, new: bool(old.scheduling_gates) and not new.scheduling_gates,
    ),
    # The API server lets tolerations be added only, so that a new one is a longer list.
    (
        Action.UPDATE_POD_TOLERATION,
        lambda old, new: len(old.tolerations) != len(new.tolerations),
    ),
    (
        Action.UPDATE_POD_GENERATED_RESOURCE_CLAIM,
        lambda old, new: _claims_of(old) != _claims_of(new),
    ),
)


def node_events(old: Object, new: Object) -> list[ClusterEvent]:
    """The events that an update of a node is; none if nothing changed that counts."""
    return [
        ClusterEvent(Resource.NODE, action)
        for action, differs in _NODE_CHANGES
        if differs(old, new)
    ]


def _of(read: Callable[[Object], Any]) -> Callable[[Object, Object], bool]:
    """Whether a part of a node differs."""
    return lambda old, new: read(old) != read(new)


def _allocatable(node: Object) -> Mapping[str, Quantity]:
    return amounts_of(node, "status", "allocatable")


def _condition_statuses(node: Object) -> dict[str, str]:
    conditions = mappings(node, "status", "conditions")
    return {text(each, "type"): text(each, "status") for each in conditions}


_NODE_CHANGES: tuple[tuple[Action, Callable[[Object, Object], bool]], ...] = (
    (
        Action.UPDATE_NODE_TAINT,
        lambda old, new: (
            truth(old, "spec", "unschedulable") and not truth(new, "spec", "unschedulable")
        ),
    ),
    (Action.UPDATE_NODE_ALLOCATABLE, _of(_allocatable)),
    (Action.UPDATE_NODE_LABEL, _of(labels_of)),
    (Action.UPDATE_NODE_TAINT, _of(lambda node: list(mappings(node, "spec", "taints")))),
    (Action.UPDATE_NODE_CONDITION, _of(_condition_statuses)),
    (Action.UPDATE_NODE_ANNOTATION, _of(lambda node: mapping(node, "metadata", "annotations"))),
    (
        Action.UPDATE_NODE_DECLARED_FEATURE,
        _of(lambda node: list(strings(node, "status", "declaredFeatures"))),
    ),
)
