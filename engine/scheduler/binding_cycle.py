"""Pods between the choice of their node and the answer to their Binding.

After bindingCycle in pkg/scheduler/schedule_one.go and waitingPod in
pkg/scheduler/framework/runtime/waiting_pods_map.go (v1.36).
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from engine.model.timestamp import SECOND_NS
from engine.scheduler.binding import Reservation
from engine.scheduler.framework import Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.queue.queued_pod import QueuedPod
from engine.scheduler.snapshot import NodeInfo

# How often PreBind of VolumeBinding looks whether volumes are bound: binder.go (v1.36).
POLL_NS = SECOND_NS


class Stage(Enum):
    """How far a pod is."""

    PERMIT = auto()
    """It waits for Permit plugins."""
    PRE_BIND = auto()
    """It waits for what was written before."""
    BIND = auto()
    """Its Binding was sent."""


@dataclass(slots=True)
class BindingPod:
    """A pod that is being bound."""

    queued: QueuedPod
    assumed: PodInfo
    """With its node."""
    node_info: NodeInfo
    framework: Framework
    held: Reservation
    stage: Stage = Stage.BIND
    waits_for: dict[str, int] = field(default_factory=dict)
    """Permit plugins, each with the time at which its patience ends."""
    next_poll_ns: int = 0
    deadline_ns: int = 0

    @property
    def node(self) -> str:
        """Where it shall run."""
        return self.node_info.name

    def next_ns(self) -> int | None:
        """When to look after it; None if only an answer or a plugin helps."""
        if self.stage is Stage.PERMIT:
            return min(self.waits_for.values())
        return self.next_poll_ns if self.stage is Stage.PRE_BIND else None
