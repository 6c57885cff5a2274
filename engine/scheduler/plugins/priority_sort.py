"""PrioritySort: the order of the active queue.

pkg/scheduler/framework/plugins/queuesort/priority_sort.go (v1.36).
"""

from engine.scheduler.contract import QueueSortPlugin
from engine.scheduler.pod_info import PodInfo


class PrioritySort(QueueSortPlugin):
    """Higher priorities first, then what was queued first."""

    name = "PrioritySort"

    def key(self, pod: PodInfo, queued_ns: int) -> tuple[int, ...]:
        """The priority, then the time."""
        return -pod.priority, queued_ns
