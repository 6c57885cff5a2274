"""Events of the cluster that can make a waiting pod schedulable, as plugins ask for them.

After staging/src/k8s.io/kube-scheduler/framework/types.go and MatchClusterEvents in
pkg/scheduler/framework/types.go (v1.36).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag, StrEnum, auto
from functools import cached_property

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object
from engine.scheduler.snapshot import NodeInfo, Objects


class Action(IntFlag):
    """What happened to an object; Kubernetes' ActionTypes, in its order."""

    ADD = auto()
    DELETE = auto()
    UPDATE_NODE_ALLOCATABLE = auto()
    UPDATE_NODE_LABEL = auto()
    UPDATE_NODE_TAINT = auto()
    UPDATE_NODE_CONDITION = auto()
    UPDATE_NODE_ANNOTATION = auto()
    UPDATE_NODE_DECLARED_FEATURE = auto()
    UPDATE_POD_LABEL = auto()
    UPDATE_POD_SCALE_DOWN = auto()
    UPDATE_POD_TOLERATION = auto()
    UPDATE_POD_SCHEDULING_GATES_ELIMINATED = auto()
    UPDATE_POD_GENERATED_RESOURCE_CLAIM = auto()


ALL = ~Action(0)
UPDATE = ALL & ~(Action.ADD | Action.DELETE)
"""Any change; as an event, one that is none of the special ones."""


class Resource(StrEnum):
    """Whose event it is; the values are Kubernetes' own."""

    POD = "Pod"
    """For plugins: a pod of either of the next two kinds."""
    ASSIGNED_POD = "AssignedPod"
    UNSCHEDULED_POD = "UnscheduledPod"
    NODE = "Node"
    VOLUME = "PersistentVolume"
    CLAIM = "PersistentVolumeClaim"
    CSI_NODE = "storage.k8s.io/CSINode"
    CSI_DRIVER = "storage.k8s.io/CSIDriver"
    VOLUME_ATTACHMENT = "storage.k8s.io/VolumeAttachment"
    CSI_STORAGE_CAPACITY = "storage.k8s.io/CSIStorageCapacity"
    STORAGE_CLASS = "storage.k8s.io/StorageClass"
    ANY = "*"


_PODS = (Resource.ASSIGNED_POD, Resource.UNSCHEDULED_POD)


@dataclass(frozen=True, slots=True)
class ClusterEvent:
    """A kind of event: of one that happens, or of those that a plugin asks for."""

    resource: Resource
    action: Action

    @property
    def is_wildcard(self) -> bool:
        """Whether it moves pods whatever they wait for."""
        return self.resource is Resource.ANY and self.action == ALL

    def matches(self, event: "ClusterEvent") -> bool:
        """Whether an event that happens is one of these."""
        if self.is_wildcard:
            return True
        same = self.resource is event.resource or self.resource is Resource.ANY
        if not same and not (self.resource is Resource.POD and event.resource in _PODS):
            return False
        return event.action & self.action == event.action


ASSIGNED_POD_ADD = ClusterEvent(Resource.ASSIGNED_POD, Action.ADD)
ASSIGNED_POD_DELETE = ClusterEvent(Resource.ASSIGNED_POD, Action.DELETE)
EVERYTHING = ClusterEvent(Resource.ANY, ALL)
"""What a pod waited for too long, or what a plugin wakes by force."""


class Change:
    """The objects of an event, old and new, read no more often than once for all waiting pods.

    An object that was added has no old form, one that was deleted no new one.
    """

    def __init__(self, old: Object | None, new: Object | None, objects: Objects) -> None:
        self.old = old
        self.new = new
        self.objects = objects
        """The other objects as they are now."""

    @cached_property
    def old_pod(self) -> PodInfo | None:
        """The old form of a pod."""
        return PodInfo(self.old) if self.old is not None else None

    @cached_property
    def new_pod(self) -> PodInfo | None:
        """The new form of a pod."""
        return PodInfo(self.new) if self.new is not None else None

    @cached_property
    def old_node(self) -> NodeInfo | None:
        """The old form of a node, empty of pods."""
        return NodeInfo(self.old) if self.old is not None else None

    @cached_property
    def new_node(self) -> NodeInfo | None:
        """The new form of a node, empty of pods."""
        return NodeInfo(self.new) if self.new is not None else None


Hint = Callable[[PodInfo, Change], bool]
"""Whether what happened may make a pod schedulable that the plugin rejected (Queue), or surely does
not (QueueSkip)."""


@dataclass(frozen=True, slots=True)
class EventWithHint:
    """What a plugin asks for; without a hint each such event is worth a try."""

    event: ClusterEvent
    hint: Hint | None = None


def on(resource: Resource, action: Action, hint: Hint | None = None) -> EventWithHint:
    """An event that a plugin asks for."""
    return EventWithHint(ClusterEvent(resource, action), hint)
