"""Whether an event is worth another attempt for a pod: the plugins that rejected it say so.

After isPodWorthRequeuing in pkg/scheduler/backend/queue/scheduling_queue.go (v1.36).
"""

from collections.abc import Iterable, Mapping
from enum import Enum, auto

from engine.model.selector import SelectorError
from engine.scheduler.events import Change, ClusterEvent, EventWithHint
from engine.scheduler.queue.queued_pod import QueuedPod


class Strategy(Enum):
    """What becomes of a pod that waits: queueingStrategy."""

    SKIP = auto()
    """It stays unschedulable."""
    AFTER_BACKOFF = auto()
    IMMEDIATELY = auto()


PluginEvents = Mapping[str, tuple[EventWithHint, ...]]
"""What the plugins of a profile ask for, by their names."""


class Hints:
    """The events and hints of all profiles, by scheduler name and plugin."""

    def __init__(self, by_profile: Mapping[str, PluginEvents]) -> None:
        self._by_profile = by_profile
        self._wanted = list(
            dict.fromkeys(
                each.event
                for plugins in by_profile.values()
                for events in plugins.values()
                for each in events
            )
        )

    def of_plugin(self, scheduler_name: str, plugin: str) -> tuple[EventWithHint, ...]:
        """What one plugin asks for."""
        return self._by_profile[scheduler_name].get(plugin, ())

    def is_of_interest(self, event: ClusterEvent) -> bool:
        """Whether any plugin of any profile asks for an event."""
        return event.is_wildcard or any(wanted.matches(event) for wanted in self._wanted)

    def strategy(
        self, scheduler_name: str, pod: QueuedPod, event: ClusterEvent, change: Change
    ) -> Strategy:
        """What an event means for a pod."""
        if not pod.rejectors:
            return Strategy.AFTER_BACKOFF
        if event.is_wildcard:
            return _for_all_or_one(pod, change)
        # A plugin that said Pending counts more, so it is asked first.
        for plugins, strategy in (
            (pod.pending_plugins, Strategy.IMMEDIATELY),
            (pod.unschedulable_plugins, Strategy.AFTER_BACKOFF),
        ):
            for plugin in sorted(plugins):
                if _is_hinted(self.of_plugin(scheduler_name, plugin), pod, event, change):
                    return strategy
        return Strategy.SKIP


def _for_all_or_one(pod: QueuedPod, change: Change) -> Strategy:
    """A wildcard event that names a pod is for that one only."""
    if change.new_pod is not None and change.new_pod.uid != pod.uid:
        return Strategy.SKIP
    return Strategy.AFTER_BACKOFF


def _is_hinted(
    events: Iterable[EventWithHint], pod: QueuedPod, event: ClusterEvent, change: Change
) -> bool:
    """Whether a plugin thinks that an event may help a pod.

    A hint that fails counts as one that says so: the pod must not be stuck for it.
    """
    for each in events:
        if not each.event.matches(event):
            continue
        try:
            if each.hint is None or each.hint(pod.info, change):
                return True
        except SelectorError:
            return True
    return False
