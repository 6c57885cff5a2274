"""Pods that wait before they are tried again.

After pkg/scheduler/backend/queue/backoff_queue.go (v1.36, SchedulerPopFromBackoffQ on, as it is by
default).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.model.timestamp import SECOND_NS
from engine.scheduler.queue.queued_pod import QueuedPod
from engine.scheduler.queue.sorted_pods import SortedPods, SortKey

# DefaultPodInitialBackoffDuration and DefaultPodMaxBackoffDuration.
INITIAL_BACKOFF_NS = 1 * SECOND_NS
MAX_BACKOFF_NS = 10 * SECOND_NS

# backoffQOrderingWindowDuration: within one the more important pod is first.
WINDOW_NS = SECOND_NS


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long pods wait: podInitialBackoffSeconds and podMaxBackoffSeconds."""

    initial_ns: int = INITIAL_BACKOFF_NS
    max_ns: int = MAX_BACKOFF_NS

    def duration_ns(self, count: int) -> int:
        """After so many attempts in vain: calculateBackoffDuration."""
        # No shift by more than an int64 has bits.
        shift = min(count - 1, 63)
        if self.initial_ns > self.max_ns >> shift:
            return self.max_ns
        return self.initial_ns << shift

    def until_ns(self, pod: QueuedPod) -> int | None:
        """When a pod's backoff ends, None if it has none: getBackoffTime."""
        count = pod.consecutive_errors or pod.unschedulable_count
        if self.max_ns == 0 or count == 0:
            return None
        if pod.backoff_until_ns is None:
            pod.backoff_until_ns = window_of(pod.timestamp_ns + self.duration_ns(count))
        return pod.backoff_until_ns

    def is_backing_off(self, pod: QueuedPod, now_ns: int) -> bool:
        """Whether it still waits; to the end of the window in which its backoff ends."""
        until_ns = self.until_ns(pod)
        return until_ns is not None and until_ns >= window_of(now_ns)


def window_of(time_ns: int) -> int:
    """The beginning of the window: alignToWindow."""
    return time_ns - time_ns % WINDOW_NS


class BackoffQueue:
    """Rejected pods, which an idle scheduler may take early, and pods after errors, which wait."""

    def __init__(self, backoff: Backoff, order: Callable[[QueuedPod], SortKey]) -> None:
        self.backoff = backoff

        def by_window(pod: QueuedPod) -> SortKey:
            return (backoff.until_ns(pod) or 0, *order(pod))

        self._rejected = SortedPods(by_window)
        self._failed = SortedPods(by_window)

    def __iter__(self) -> Iterator[QueuedPod]:
        yield from self._rejected
        yield from self._failed

    def add(self, pod: QueuedPod) -> None:
        """A pod that no plugin rejected comes back because of an error."""
        (self._rejected if pod.rejectors else self._failed).add(pod)

    def get(self, key: str) -> QueuedPod | None:
        """The pod of that `namespace/name`."""
        return self._rejected.get(key) or self._failed.get(key)

    def remove(self, key: str) -> QueuedPod | None:
        """Take a pod out."""
        return self._rejected.remove(key) or self._failed.remove(key)

    def sort_again(self, pod: QueuedPod) -> None:
        """Put a pod whose object changed where it belongs now."""
        (self._rejected if self._rejected.get(pod.key) else self._failed).sort_again(pod)

    @property
    def has_early(self) -> bool:
        """Whether there is a pod for an idle scheduler."""
        return len(self._rejected) > 0

    def pop_early(self) -> QueuedPod | None:
        """The next rejected pod, though its backoff has not ended: popBackoff."""
        return self._rejected.pop()

    def pop_completed(self, now_ns: int) -> Iterator[QueuedPod]:
        """Take out the pods whose backoff has ended."""
        for pods in (self._rejected, self._failed):
            while (pod := pods.first()) and not self.backoff.is_backing_off(pod, now_ns):
                pods.remove(pod.key)
                yield pod

    def next_completed_ns(self) -> int | None:
        """When the next pods will be taken out: at the first whole second after their window."""
        firsts = (self._rejected.first(), self._failed.first())
        ends = [self.backoff.until_ns(pod) or 0 for pod in firsts if pod is not None]
        return min(ends) + WINDOW_NS if ends else None
