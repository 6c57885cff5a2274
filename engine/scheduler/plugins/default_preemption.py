"""DefaultPreemption: makes room for pods by evicting less important ones.

pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go (v1.36).
"""

from typing import Any

from engine.scheduler.contract import Status
from engine.scheduler.framework import FailedAttempt, PostFilterPlugin
from engine.scheduler.preemption import CandidateNumber, preempt


class DefaultPreemption(PostFilterPlugin):
    """Calls engine/scheduler/preemption.py and says who speaks."""

    name = "DefaultPreemption"

    def __init__(self, number: CandidateNumber | None = None) -> None:
        self._number = number or CandidateNumber()

    def post_filter(self, attempt: FailedAttempt) -> tuple[Status, Any]:
        """(Success if a node was found, the engine.scheduler.preemption.Preemption)."""
        status, found = preempt(attempt, self._number)
        if status.message:
            status = Status(status.code, (f"preemption: {status.message}",))
        return status, found
