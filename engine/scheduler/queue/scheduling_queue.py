"""The scheduling queue: which pod is tried next, and when one that was rejected is tried again.

After pkg/scheduler/backend/queue/scheduling_queue.go (v1.36, SchedulerQueueingHints and
SchedulerPopFromBackoffQ on, as they are by default). The time is an argument: what Kubernetes does
every second and every 30 seconds is made up for in `advance`.
"""

from collections.abc import Callable, Iterable, Iterator

from engine.model.timestamp import SECOND_NS
from engine.scheduler.changes import pod_events
from engine.scheduler.events import EVERYTHING, Change, ClusterEvent
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.queue.backoff import BackoffQueue, window_of
from engine.scheduler.queue.hints import Strategy
from engine.scheduler.queue.in_flight import InFlight
from engine.scheduler.queue.nominator import Nominator
from engine.scheduler.queue.options import QueueOptions
from engine.scheduler.queue.queued_pod import QueuedPod
from engine.scheduler.queue.sorted_pods import SortedPods, SortKey
from engine.scheduler.snapshot import Objects

# How often PriorityQueue.Run looks for pods that wait for too long.
FLUSH_EVERY_NS = 30 * SECOND_NS

Check = Callable[[PodInfo], bool]
"""Whether an event can concern a pod at all: PreEnqueueCheck."""


class SchedulingQueue:
    """Every pod that waits is in one of three: active, backing off, unschedulable."""

    def __init__(self, options: QueueOptions, start_ns: int) -> None:
        self._options = options
        self._active = SortedPods(self._order)
        self._backing_off = BackoffQueue(options.backoff, self._order)
        self._unschedulable: dict[str, QueuedPod] = {}
        self._in_flight = InFlight()
        self.nominator = Nominator()
        self._count = 0
        self._start_ns = self._flushed_ns = start_ns
        self._nothing = Change(None, None, Objects())

    def _order(self, pod: QueuedPod) -> SortKey:
        return (*self._options.sort.key(pod.info, pod.timestamp_ns), pod.sequence)

    # What is in it

    @property
    def active(self) -> list[QueuedPod]:
        """The pods that are tried next, in that order."""
        return list(self._active)

    @property
    def backing_off(self) -> list[QueuedPod]:
        """The pods that wait for a time."""
        return list(self._backing_off)

    @property
    def unschedulable(self) -> list[QueuedPod]:
        """The pods that wait for an event, or are gated."""
        return list(self._unschedulable.values())

    # Time

    def advance(self, now_ns: int) -> None:
        """Do what Kubernetes' timers have done up to now."""
        flushed_ns = now_ns - (now_ns - self._start_ns) % FLUSH_EVERY_NS
        if flushed_ns > self._flushed_ns:
            self._flushed_ns = flushed_ns
            self._flush_unschedulable(flushed_ns)
        for pod in list(self._backing_off.pop_completed(window_of(now_ns))):
            self._enter_active(pod, now_ns, checked=True)

    def _flush_unschedulable(self, now_ns: int) -> None:
        """Try the pods again that waited for too long: flushUnschedulablePodsLeftover."""
        longest_ns = self._options.max_unschedulable_ns
        waiting = self._unschedulable.values()
        late = [pod for pod in waiting if now_ns - pod.timestamp_ns > longest_ns]
        if late:
            self._move(late, EVERYTHING, self._nothing, now_ns)

    def next_wake_ns(self, now_ns: int) -> int | None:
        """When there is something to do; None if it takes an event."""
        if len(self._active) or self._backing_off.has_early:
            return now_ns
        times = [self._flush_ns(pod) for pod in self._unschedulable.values() if not pod.is_gated]
        completed_ns = self._backing_off.next_completed_ns()
        if completed_ns is not None:
            times.append(completed_ns)
        return max(min(times), now_ns) if times else None

    def _flush_ns(self, pod: QueuedPod) -> int:
        """The first flush that finds a pod to have waited for longer than it should."""
        waited_ns = pod.timestamp_ns + self._options.max_unschedulable_ns - self._start_ns
        return self._start_ns + (waited_ns // FLUSH_EVERY_NS + 1) * FLUSH_EVERY_NS

    # One pod

    def add(self, info: PodInfo, now_ns: int) -> None:
        """A pod that is new."""
        self._count += 1
        self._enter_active(QueuedPod(info, self._count, now_ns), now_ns, is_own_event=True)

    def pop(self, now_ns: int) -> QueuedPod | None:
        """The pod to try now, None if there is none; it is in flight until it is `done`."""
        pod = self._active.pop() or self._backing_off.pop_early()
        if pod is None:
            return None
        if pod.first_attempt_ns is None:
            pod.first_attempt_ns = now_ns
        pod.start_attempt()
        self._in_flight.start(pod.uid)
        return pod

    def done(self, uid: str) -> None:
        """The pod will not come back from this attempt."""
        self._in_flight.done(uid)

    def put_back(self, pod: QueuedPod, now_ns: int) -> None:
        """A pod that could not be scheduled comes back: AddUnschedulableIfNotPresent."""
        if not self._has(pod.key):
            if pod.rejectors:
                pod.unschedulable_count += 1
                pod.consecutive_errors = 0
            else:
                pod.consecutive_errors += 1
            pod.timestamp_ns = now_ns
            pod.backoff_until_ns = None
            self._requeue(pod, self._strategy_in_flight(pod), now_ns)
        self._in_flight.done(pod.uid)

    def _strategy_in_flight(self, pod: QueuedPod) -> Strategy:
        """What happened meanwhile may have made the pod schedulable already."""
        if not pod.rejectors or pod.uid not in self._in_flight:
            return Strategy.AFTER_BACKOFF
        found = [
            self._options.hints.strategy(pod.info.scheduler_name, pod, each.event, each.change)
            for each in self._in_flight.events_since(pod.uid)
        ]
        for strategy in (Strategy.IMMEDIATELY, Strategy.AFTER_BACKOFF):
            if strategy in found:
                return strategy
        return Strategy.SKIP

    def update(self, change: Change, now_ns: int) -> None:
        """A pod that waits was changed."""
        old, new = change.old_pod, change.new_pod
        assert old is not None
        assert new is not None
        events = pod_events(old, new)
        if new.uid in self._in_flight:
            for event in events:
                self._in_flight.note(event, change)
            return
        pod = self._get(new.key)
        if pod is None:
            self.add(new, now_ns)
            return
        pod.info = new
        self.nominator.update(old, new)
        if pod.key not in self._unschedulable:
            (self._active if self._active.get(pod.key) else self._backing_off).sort_again(pod)
            return
        for event in events:
            strategy = self._options.hints.strategy(new.scheduler_name, pod, event, change)
            self._requeue(pod, strategy, now_ns)
            if pod.key not in self._unschedulable:
                break

    def delete(self, pod: PodInfo) -> None:
        """A pod is gone, or bound."""
        self.nominator.remove(pod.uid)
        if self._active.remove(pod.key) is None and self._backing_off.remove(pod.key) is None:
            self._unschedulable.pop(pod.key, None)

    def activate(self, info: PodInfo, now_ns: int) -> None:
        """Try a pod again whatever it waits for, at once or when it comes back: Activate."""
        pod = self._unschedulable.get(info.key)
        if pod is not None:
            self._enter_active(pod, now_ns)
        elif (pod := self._backing_off.remove(info.key)) is not None:
            self._enter_active(pod, now_ns, checked=True)
        elif info.uid in self._in_flight:
            self._in_flight.note(EVERYTHING, Change(None, info.obj, self._nothing.objects))

    # Events of the cluster

    def happened(
        self, event: ClusterEvent, change: Change, now_ns: int, check: Check | None = None
    ) -> None:
        """Move the pods that an event may have made schedulable: MoveAllToActiveOrBackoffQueue."""
        if not self._options.hints.is_of_interest(event):
            return
        waiting = self._unschedulable.values()
        self._move([p for p in waiting if check is None or check(p.info)], event, change, now_ns)

    def _move(
        self, pods: Iterable[QueuedPod], event: ClusterEvent, change: Change, now_ns: int
    ) -> None:
        if not self._options.hints.is_of_interest(event):
            return
        for pod in pods:
            if pod.is_gated and not any(each.event.matches(event) for each in pod.gating_events):
                continue
            hints = self._options.hints
            strategy = hints.strategy(pod.info.scheduler_name, pod, event, change)
            if strategy is not Strategy.SKIP:
                del self._unschedulable[pod.key]
                self._requeue(pod, strategy, now_ns)
        self._in_flight.note(event, change)

    # Where a pod goes

    def _requeue(self, pod: QueuedPod, strategy: Strategy, now_ns: int) -> None:
        """requeuePodWithQueueingStrategy."""
        if strategy is Strategy.SKIP:
            self._unschedulable[pod.key] = pod
        elif strategy is Strategy.AFTER_BACKOFF and self._options.backoff.is_backing_off(
            pod, now_ns
        ):
            self._enter_backoff(pod)
        else:
            self._enter_active(pod, now_ns)

    def _enter_active(
        self, pod: QueuedPod, now_ns: int, *, checked: bool = False, is_own_event: bool = False
    ) -> None:
        """Make a pod active, or gated. `checked`: PreEnqueue let it pass when it began to wait."""
        if not checked and self._is_gated(pod):
            self._unschedulable[pod.key] = pod
            return
        if pod.first_attempt_ns is None:
            pod.first_attempt_ns = now_ns
        self._unschedulable.pop(pod.key, None)
        self._active.add(pod)
        if is_own_event:
            self.nominator.add(pod.info)

    def _enter_backoff(self, pod: QueuedPod) -> None:
        """Make a pod wait for its time, or gated."""
        if self._is_gated(pod):
            self._unschedulable[pod.key] = pod
            return
        self._unschedulable.pop(pod.key, None)
        self._backing_off.add(pod)

    def _is_gated(self, pod: QueuedPod) -> bool:
        """Ask the PreEnqueue plugins, the one that gates it already first of all."""
        plugins = self._options.pre_enqueue[pod.info.scheduler_name]
        for plugin in sorted(plugins, key=lambda each: each.name != pod.gating_plugin):
            if not plugin.pre_enqueue(pod.info).succeeded:
                pod.unschedulable_plugins |= {plugin.name}
                pod.gating_plugin = plugin.name
                pod.gating_events = self._options.hints.of_plugin(
                    pod.info.scheduler_name, plugin.name
                )
                return True
        pod.gating_plugin, pod.gating_events = "", ()
        return False

    def _get(self, key: str) -> QueuedPod | None:
        return self._active.get(key) or self._backing_off.get(key) or self._unschedulable.get(key)

    def _has(self, key: str) -> bool:
        return self._get(key) is not None

    def __iter__(self) -> Iterator[QueuedPod]:
        """All pods that wait."""
        yield from self._active
        yield from self._backing_off
        yield from self._unschedulable.values()
