"""Keeps pods out of the queue while their victims are being deleted.

After PreEnqueue of pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go and
IsPodRunningPreemption in pkg/scheduler/framework/preemption/executor.go (v1.36,
SchedulerAsyncPreemption on, as it is by default). Plugins keep nothing from one cycle to the next,
so that this stands beside DefaultPreemption, one for each scheduler.
"""

from collections.abc import Iterable

from engine.scheduler.contract import SUCCESS, PreEnqueuePlugin, Status, unresolvable
from engine.scheduler.plugins.default_preemption import DefaultPreemption
from engine.scheduler.pod_info import PodInfo

REASON = "waiting for the preemption for this pod to be finished"


class PreemptionGate(PreEnqueuePlugin):
    """What DefaultPreemption says at PreEnqueue."""

    name = DefaultPreemption.name

    def __init__(self) -> None:
        self._running: set[str] = set()
        """The uids of the pods whose victims are being deleted."""

    def start(self, uid: str) -> None:
        """The victims of a pod are to be deleted."""
        self._running.add(uid)

    def finish(self, uid: str) -> None:
        """They are, but for the last one."""
        self._running.discard(uid)

    def pre_enqueue(self, pod: PodInfo) -> Status:
        """Success, but for such pods."""
        return unresolvable(REASON) if pod.uid in self._running else SUCCESS

    def among(self, plugins: Iterable[PreEnqueuePlugin]) -> list[PreEnqueuePlugin]:
        """The PreEnqueue plugins of a profile, with this one where DefaultPreemption stands."""
        return [self if isinstance(each, DefaultPreemption) else each for each in plugins]
