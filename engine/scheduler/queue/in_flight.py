"""What happens while pods are being scheduled, for those that come back unscheduled.

After inFlightPods and inFlightEvents in pkg/scheduler/backend/queue/active_queue.go (v1.36).
"""

from dataclasses import dataclass

from engine.scheduler.events import Change, ClusterEvent


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, and what changed."""

    event: ClusterEvent
    change: Change


class InFlight:
    """Pods that were taken from the queue, and the events since then."""

    def __init__(self) -> None:
        self._events: list[Happened] = []
        self._dropped = 0
        """How many events before the first in the list are forgotten."""
        self._starts: dict[str, int] = {}
        """By uid, in the order of time: how many events there were before."""

    def __contains__(self, uid: str) -> bool:
        return uid in self._starts

    def __len__(self) -> int:
        return len(self._starts)

    def start(self, uid: str) -> None:
        """A pod was taken from the queue."""
        self._starts[uid] = self._dropped + len(self._events)

    def note(self, event: ClusterEvent, change: Change) -> None:
        """Keep an event as long as any pod that is in flight may ask for it."""
        if self._starts:
            self._events.append(Happened(event, change))

    def events_since(self, uid: str) -> list[Happened]:
        """What happened since the pod was taken."""
        return self._events[self._starts[uid] - self._dropped :]

    def done(self, uid: str) -> None:
        """The pod is back, or bound; events that no other pod may ask for are forgotten."""
        if self._starts.pop(uid, None) is None:
            return
        end = self._dropped + len(self._events)
        first = next(iter(self._starts.values()), end)
        del self._events[: first - self._dropped]
        self._dropped = first
