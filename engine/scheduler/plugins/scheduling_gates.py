"""SchedulingGates: a pod with gates stays out of the queue.

pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go (v1.36).
"""

from engine.scheduler.contract import SUCCESS, PreEnqueuePlugin, Status, unresolvable
from engine.scheduler.pod_info import PodInfo

REASON = "waiting for scheduling gates: [{}]"


class SchedulingGates(PreEnqueuePlugin):
    """Keeps gated pods out."""

    name = "SchedulingGates"

    def pre_enqueue(self, pod: PodInfo) -> Status:
        """Success once there are no gates."""
        if not pod.scheduling_gates:
            return SUCCESS
        return unresolvable(REASON.format(" ".join(pod.scheduling_gates)))
