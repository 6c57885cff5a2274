"""SchedulingGates: a pod with gates stays out of the queue.

pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go (v1.36).
"""

from engine.scheduler.contract import SUCCESS, PreEnqueuePlugin, Status, unresolvable
from engine.scheduler.events import Action, Change, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo

REASON = "waiting for scheduling gates: [{}]"


class SchedulingGates(PreEnqueuePlugin):
    """Keeps gated pods out."""

    name = "SchedulingGates"

    def events(self) -> tuple[EventWithHint, ...]:
        """The last gate is gone."""
        action = Action.UPDATE_POD_SCHEDULING_GATES_ELIMINATED
        return (on(Resource.POD, action, _after_gates_are_gone),)

    def pre_enqueue(self, pod: PodInfo) -> Status:
        """Success once there are no gates."""
        if not pod.scheduling_gates:
            return SUCCESS
        return unresolvable(REASON.format(" ".join(pod.scheduling_gates)))


def _after_gates_are_gone(pod: PodInfo, change: Change) -> bool:
    """Whether they were this pod's."""
    return change.new_pod is not None and change.new_pod.uid == pod.uid
