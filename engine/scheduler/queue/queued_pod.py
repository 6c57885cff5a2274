"""A pod in the queue, with what its earlier attempts left behind: QueuedPodInfo.

After pkg/scheduler/framework/types.go (v1.36).
"""

from dataclasses import dataclass

from engine.scheduler.events import EventWithHint
from engine.scheduler.pod_info import PodInfo


@dataclass(slots=True)
class QueuedPod:
    """What the queue knows of a pod. It is the same one from its first entry to its binding."""

    info: PodInfo
    sequence: int
    """Counts the pods that the queue was ever given: the older of two equal ones is first."""
    timestamp_ns: int
    """When it was added, or came back unscheduled."""
    first_attempt_ns: int | None = None
    """When it became active for the first time."""
    attempts: int = 0
    unschedulable_count: int = 0
    """How many attempts ended with a rejection."""
    consecutive_errors: int = 0
    """How many of the last attempts ended with an error."""
    unschedulable_plugins: frozenset[str] = frozenset()
    """The plugins that rejected it."""
    pending_plugins: frozenset[str] = frozenset()
    """The plugins that said Pending: what wakes it for them needs no backoff."""
    gating_plugin: str = ""
    """The PreEnqueue plugin that keeps it out of the active queue."""
    gating_events: tuple[EventWithHint, ...] = ()
    backoff_until_ns: int | None = None
    """When its backoff ends; worked out once for each attempt."""

    @property
    def key(self) -> str:
        """`namespace/name`"""
        return self.info.key

    @property
    def uid(self) -> str:
        """What tells it from one of the same name before or after it."""
        return self.info.uid

    @property
    def is_gated(self) -> bool:
        """Whether a PreEnqueue plugin keeps it out."""
        return bool(self.gating_plugin)

    @property
    def rejectors(self) -> frozenset[str]:
        """All plugins that it waits for."""
        return self.unschedulable_plugins | self.pending_plugins

    def start_attempt(self) -> None:
        """Forget what the last attempt found out."""
        self.attempts += 1
        self.backoff_until_ns = None
        self.unschedulable_plugins = self.pending_plugins = frozenset()
        self.gating_plugin, self.gating_events = "", ()
