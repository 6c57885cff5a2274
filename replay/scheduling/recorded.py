"""How the record names the scheduler's decisions, and the condition that tells of a failure.

The reasons are those of the scheduler's Events: pkg/scheduler/schedule_one.go (v1.36).
"""

from __future__ import annotations

from engine.scheduler.cycle import SCHEDULER_ERROR, UNSCHEDULABLE
from engine.scheduler.reading import Object, mappings, text

SCHEDULED, FAILED_SCHEDULING = "Scheduled", "FailedScheduling"


def failure_of(pod: Object) -> Object:
    """The condition with which the scheduler says that the pod goes nowhere; empty if none.

    Gates keep a pod out of the queue: that condition is none of a decision.
    """
    for condition in mappings(pod, "status", "conditions"):
        if text(condition, "type") == "PodScheduled":
            failed = text(condition, "status") == "False"
            reasons = (UNSCHEDULABLE, SCHEDULER_ERROR)
            return condition if failed and text(condition, "reason") in reasons else {}
    return {}
