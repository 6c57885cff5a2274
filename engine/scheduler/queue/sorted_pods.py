"""Pods by a sort key: a heap that gives up any of its members, after pkg/scheduler/backend/heap."""

from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush

from engine.scheduler.queue.queued_pod import QueuedPod

SortKey = tuple[int, ...]

_PASSED_OVER_MAX = 64
"""So many entries of pods that are elsewhere now may lie in a small heap."""


class SortedPods:
    """A heap of pods. The keys of two pods must differ, so that no order is left to chance."""

    def __init__(self, key: Callable[[QueuedPod], SortKey]) -> None:
        self._key = key
        self._heap: list[tuple[SortKey, str]] = []
        self._pods: dict[str, tuple[SortKey, QueuedPod]] = {}

    def __len__(self) -> int:
        return len(self._pods)

    def __iter__(self) -> Iterator[QueuedPod]:
        """In the order of the keys."""
        for _, pod in sorted(self._pods.values(), key=lambda entry: entry[0]):
            yield pod

    def get(self, key: str) -> QueuedPod | None:
        """The pod of that `namespace/name`."""
        entry = self._pods.get(key)
        return None if entry is None else entry[1]

    def add(self, pod: QueuedPod) -> None:
        """Add a pod."""
        key = self._key(pod)
        before = self._pods.get(pod.key)
        self._pods[pod.key] = (key, pod)
        if before is None or before[0] != key:
            heappush(self._heap, (key, pod.key))
        if len(self._heap) > 2 * len(self._pods) + _PASSED_OVER_MAX:
            self._heap = [(key, name) for name, (key, _) in self._pods.items()]
            heapify(self._heap)

    def sort_again(self, pod: QueuedPod) -> None:
        """Put a pod whose object changed where it belongs now."""
        self.add(pod)

    def remove(self, key: str) -> QueuedPod | None:
        """Take a pod out; what the heap still says of it is passed over later."""
        entry = self._pods.pop(key, None)
        return None if entry is None else entry[1]

    def first(self) -> QueuedPod | None:
        """The one with the lowest key, which stays."""
        while self._heap:
            key, name = self._heap[0]
            entry = self._pods.get(name)
            if entry is not None and entry[0] == key:
                return entry[1]
            heappop(self._heap)
        return None

    def pop(self) -> QueuedPod | None:
        """The same, taken out."""
        found = self.first()
        if found is not None:
            self.remove(found.key)
        return found
