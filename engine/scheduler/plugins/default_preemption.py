"""DefaultPreemption: makes room for pods by evicting less important ones.

pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go (v1.36).
"""

from typing import Any

from engine.scheduler.contract import SUCCESS, PreEnqueuePlugin, Status
from engine.scheduler.events import Action, EventWithHint, Resource, on
from engine.scheduler.framework import FailedAttempt, PostFilterPlugin
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.preemption import CandidateNumber, preempt


class DefaultPreemption(PostFilterPlugin, PreEnqueuePlugin):
    """Calls engine/scheduler/preemption.py and says who speaks."""

    name = "DefaultPreemption"

    def __init__(self, number: CandidateNumber | None = None) -> None:
        self._number = number or CandidateNumber()

    def events(self) -> tuple[EventWithHint, ...]:
        """It never wakes a pod: the plugins do whose rejection the deletions resolve."""
        return (on(Resource.POD, Action.DELETE, lambda pod, change: False),)

    def pre_enqueue(self, pod: PodInfo) -> Status:
        """Success: of pods whose victims are being deleted the scheduler's PreemptionGate knows."""
        return SUCCESS

    def post_filter(self, attempt: FailedAttempt) -> tuple[Status, Any]:
        """(Success if a node was found, the engine.scheduler.preemption.Preemption)."""
        status, found = preempt(attempt, self._number)
        if status.message:
            status = Status(status.code, (f"preemption: {status.message}",))
        return status, found
