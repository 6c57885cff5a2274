"""PrioritySort: the order of the active queue.

pkg/scheduler/framework/plugins/queuesort/priority_sort.go (v1.36).
"""

from engine.scheduler.contract import Plugin
from engine.scheduler.pod_info import PodInfo


class PrioritySort(Plugin):
    """Higher priorities first, then what was queued first."""

    name = "PrioritySort"

    def key(self, pod: PodInfo, queued_ns: int) -> tuple[int, int]:
        """What the queue sorts by; `queued_ns` is when the pod was added to it."""
        return -pod.priority, queued_ns
