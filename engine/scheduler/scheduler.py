"""kube-scheduler as a library: told what informers see, it says step by step what it would write.

    scheduler = Scheduler(Configuration(), start_ns=now_ns, draw=first_by_name)
    scheduler.told(node, now_ns)
    scheduler.told(pod, now_ns)
    outcome = scheduler.step(now_ns)

After pkg/scheduler/scheduler.go and pkg/scheduler/schedule_one.go (v1.36). Time comes in as an
argument and never runs backwards. Whoever sends the writes tells what was answered: `answered`, and
`victims_deleted` before the last victim is.
"""

from engine.scheduler.binding import bind, check, permit, pre_bind, reserve
from engine.scheduler.binding_cycle import POLL_NS, BindingPod, Stage
from engine.scheduler.cache import Cache
from engine.scheduler.configuration import Configuration
from engine.scheduler.contract import Code, Status, error, unschedulable
from engine.scheduler.cycle import SCHEDULER_ERROR, UNSCHEDULABLE, schedule
from engine.scheduler.diagnosis import Diagnosis, fit_error
from engine.scheduler.events import ASSIGNED_POD_DELETE, Change
from engine.scheduler.framework import Framework
from engine.scheduler.outcome import Draw, Outcome, first_by_name
from engine.scheduler.plugins.default_preemption import DefaultPreemption
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.preemption import Candidate
from engine.scheduler.preemption_gate import PreemptionGate
from engine.scheduler.queue.options import queue_options
from engine.scheduler.queue.queued_pod import QueuedPod
from engine.scheduler.queue.scheduling_queue import SchedulingQueue
from engine.scheduler.reading import Object
from engine.scheduler.sampling import Sampling
from engine.scheduler.watching import Watching
from engine.scheduler.writes import (
    deleted,
    disrupted,
    failed,
    nominated,
    preempted,
    scheduled,
    skipped,
    unscheduled,
)


class Scheduler:
    """All profiles with their one queue and one cache."""

    def __init__(
        self, configuration: Configuration, *, start_ns: int, draw: Draw = first_by_name
    ) -> None:
        self._frameworks = {n: Framework(each) for n, each in configuration.profiles.items()}
        self._draw = draw
        self._percentage = configuration.percentage_of_nodes_to_score
        self._start_node = 0
        self.cache = Cache()
        self._gate = PreemptionGate()
        options = queue_options(self._frameworks, self._gate, configuration.backoff)
        self.queue = SchedulingQueue(options, start_ns)
        self._watching = Watching(self.cache, self.queue, self._frameworks, self._assumed_goes)
        self._binding: dict[str, BindingPod] = {}
        """By uid."""
        self._cancelled: list[Outcome] = []
        """Of bindings that ended because something else happened, told at the next step."""

    # What comes in

    def told(self, obj: Object, now_ns: int, *, deleted: bool = False) -> None:
        """An object is there as it is now, or is gone."""
        self.queue.advance(now_ns)
        self._watching.told(obj, now_ns, deleted=deleted)

    def answered(self, uid: str, now_ns: int, problem: str = "") -> Outcome | None:
        """The API server took a pod's Binding, or what is written before it, or it refused.

        None where that changes nothing.
        """
        self.queue.advance(now_ns)
        binding = self._binding.get(uid)
        if binding is None:
            return None
        if problem:
            return self._end_binding(binding, error(problem), now_ns)
        if binding.stage is not Stage.BIND:
            return None
        del self._binding[uid]
        outcome = Outcome(binding.assumed, node=binding.node)
        outcome.events.append(scheduled(binding.assumed, binding.node))
        return outcome

    def victims_deleted(self, pod: PodInfo, now_ns: int, *, failed: bool = False) -> None:
        """All victims but the last of a preemption are deleted, or one could not be.

        Until then the pod stays out of the queue. After a failure it is tried again at once.
        """
        self.queue.advance(now_ns)
        self._gate.finish(pod.uid)
        if failed:
            self.queue.activate(pod, now_ns)

    def allow(self, uid: str, plugin: str, now_ns: int) -> Outcome | None:
        """A Permit plugin lets a pod go that it made wait; None while others make it wait."""
        binding = self._binding[uid]
        binding.waits_for.pop(plugin, None)
        return None if binding.waits_for else self._pre_bind(binding, now_ns)

    # What goes out

    def next_wake_ns(self, now_ns: int) -> int | None:
        """When the next step has something to do, None if it takes an event or an answer."""
        if self._cancelled:
            return now_ns
        times = [self.queue.next_wake_ns(now_ns)]
        times += [binding.next_ns() for binding in self._binding.values()]
        known = [time for time in times if time is not None]
        return max(min(known), now_ns) if known else None

    def step(self, now_ns: int) -> Outcome | None:
        """Look after one pod that is being bound, or try one that waits; None if there is none."""
        self.queue.advance(now_ns)
        if self._cancelled:
            return self._cancelled.pop(0)
        for binding in list(self._binding.values()):
            due_ns = binding.next_ns()
            if due_ns is not None and due_ns <= now_ns:
                outcome = self._look_after(binding, now_ns)
                if outcome is not None:
                    return outcome
        queued = self.queue.pop(now_ns)
        return None if queued is None else self._try(queued, now_ns)

    def _try(self, queued: QueuedPod, now_ns: int) -> Outcome:
        """One scheduling cycle: ScheduleOne."""
        pod = queued.info
        if pod.terminating or self.cache.is_assumed(pod):
            self.queue.done(pod.uid)
            return Outcome(pod, events=[skipped(pod)] if pod.terminating else [])
        framework = self._frameworks[pod.scheduler_name]
        snapshot = self.cache.snapshot(self.queue.nominator.by_node())
        decision = schedule(framework, snapshot, pod, sampling=self._sampling(framework))
        sampled = self._start_node + decision.nodes_sampled
        self._start_node = sampled % max(len(snapshot.nodes), 1)
        outcome = Outcome(pod, decision)
        if decision.best:
            outcome.node = self._draw(pod, decision.best)
            self._reserve(queued, framework, outcome, now_ns)
            return outcome
        queued.unschedulable_plugins, queued.pending_plugins = decision.rejectors()
        node = self._preempt(framework, outcome, now_ns)
        self._fail(queued, decision.reason, decision.message, node, outcome, now_ns)
        return outcome

    def _sampling(self, framework: Framework) -> Sampling:
        """Where the last cycle ended, with the profile's own share if it has one."""
        share = framework.percentage_of_nodes_to_score
        return Sampling(self._start_node, self._percentage if share is None else share)

    # Binding

    def _reserve(
        self, queued: QueuedPod, framework: Framework, outcome: Outcome, now_ns: int
    ) -> None:
        """Reserve and Permit."""
        assert outcome.decision is not None
        assumed = self.cache.assume(queued.info, outcome.node)
        self.queue.nominator.remove(assumed.uid)
        node = self.cache.node(outcome.node)
        assert node is not None
        status, held = reserve(framework, assumed, node, outcome.decision.pre_filtered.state)
        self.cache.assume_objects(held.assumed)
        binding = BindingPod(queued, assumed, node, framework, held)
        waits: dict[str, int] = {}
        if status.succeeded:
            status, waits = permit(framework, assumed, node)
        if status.code is Code.WAIT:
            self._binding[assumed.uid] = binding
            binding.stage = Stage.PERMIT
            binding.waits_for = {plugin: now_ns + wait_ns for plugin, wait_ns in waits.items()}
            outcome.write(nominated(queued.info, outcome.node))
        elif status.succeeded:
            self._binding[assumed.uid] = binding
            writes = self._pre_bind(binding, now_ns).writes
            if binding.stage is Stage.PRE_BIND:
                outcome.write(nominated(queued.info, outcome.node))
            outcome.writes += writes
        else:
            self._undo(binding)
            self._reject(binding, status, outcome, now_ns)

    def _pre_bind(self, binding: BindingPod, now_ns: int) -> Outcome:
        """Write what must be before the pod is bound, or bind it at once."""
        self.queue.done(binding.assumed.uid)
        node, pod = binding.node_info, binding.assumed
        writes = pre_bind(binding.framework, pod, node, binding.held)
        if not writes:
            return self._bind(binding)
        binding.stage = Stage.PRE_BIND
        binding.next_poll_ns = now_ns + POLL_NS
        timeouts = [plugin.timeout_ns for plugin in binding.framework.pre_binds]
        binding.deadline_ns = now_ns + max(timeouts)
        return Outcome(pod, node=binding.node, writes=writes)

    def _bind(self, binding: BindingPod) -> Outcome:
        binding.stage = Stage.BIND
        outcome = Outcome(binding.assumed, node=binding.node)
        outcome.write(bind(binding.framework, binding.assumed, binding.node_info))
        return outcome

    def _look_after(self, binding: BindingPod, now_ns: int) -> Outcome | None:
        """A pod has waited long enough, or what it waits for may have come."""
        if binding.stage is Stage.PERMIT:
            plugin = min(binding.waits_for, key=lambda name: (binding.waits_for[name], name))
            status = unschedulable(f"rejected due to timeout at plugin {plugin}").by(plugin)
            return self._end_binding(binding, status, now_ns)
        node = self.cache.node(binding.node)
        if node is None:
            problem = f'binding volumes: failed to get node "{binding.node}"'
            return self._end_binding(binding, error(problem), now_ns)
        status = check(binding.framework, binding.assumed, node, binding.held, self.cache.objects)
        if status.succeeded:
            return self._bind(binding)
        if status.code is Code.WAIT and now_ns < binding.deadline_ns:
            binding.next_poll_ns = now_ns + POLL_NS
            return None
        if status.code is Code.WAIT:
            status = error("binding volumes: context deadline exceeded")
        return self._end_binding(binding, status, now_ns)

    def _end_binding(self, binding: BindingPod, status: Status, now_ns: int) -> Outcome:
        """The pod is not bound: handleBindingCycleError."""
        del self._binding[binding.assumed.uid]
        was_assumed = self.cache.is_assumed(binding.assumed)
        self._undo(binding)
        freed = Change(binding.assumed.obj, None, self.cache.objects)
        outcome = Outcome(binding.assumed)
        # A pod that was rejected must not be woken by the room that it gave back itself.
        if was_assumed and not status.rejected:
            self.queue.happened(ASSIGNED_POD_DELETE, freed, now_ns)
        self._reject(binding, status, outcome, now_ns)
        if was_assumed and status.rejected:
            uid = binding.assumed.uid
            self.queue.happened(ASSIGNED_POD_DELETE, freed, now_ns, lambda pod: pod.uid != uid)
        return outcome

    def _undo(self, binding: BindingPod) -> None:
        self.cache.restore_objects(binding.held.assumed)
        self.cache.forget(binding.assumed)

    def _reject(self, binding: BindingPod, status: Status, outcome: Outcome, now_ns: int) -> None:
        """The pod failed after it had its node."""
        reason, message = SCHEDULER_ERROR, status.message
        if status.rejected:
            reason, message = UNSCHEDULABLE, fit_error(Diagnosis({binding.node: status}), 1)
            binding.queued.unschedulable_plugins = frozenset((status.plugin,))
        self._fail(binding.queued, reason, message, "", outcome, now_ns)

    def _assumed_goes(self, pod: PodInfo, now_ns: int) -> None:
        """A pod is deleted whose node is only assumed: handleAssumedPodDeletion."""
        binding = self._binding.get(pod.uid)
        if binding is not None and binding.stage is Stage.PERMIT:
            status = unschedulable("assumed pod is deleted")
            self._cancelled.append(self._end_binding(binding, status, now_ns))
            return
        self.cache.forget(pod)
        assumed = pod if binding is None else binding.assumed
        freed = Change(assumed.obj, None, self.cache.objects)
        self.queue.happened(ASSIGNED_POD_DELETE, freed, now_ns)

    # Failing

    def _fail(
        self,
        queued: QueuedPod,
        reason: str,
        message: str,
        node: str | None,
        outcome: Outcome,
        now_ns: int,
    ) -> None:
        """Put a pod back and tell why: handleSchedulingFailure. `node`: as for `unscheduled`."""
        tried, pod = queued.info, self._watching.pod(queued.key)
        if pod is None or pod.uid != queued.uid or pod.node_name:
            self.queue.done(queued.uid)
        else:
            queued.info = pod
            self.queue.put_back(queued, now_ns)
            self.queue.nominator.add(pod, node)
        outcome.write(unscheduled(tried, reason, message, node, now_ns))
        outcome.events.append(failed(tried, message))

    def _preempt(self, framework: Framework, outcome: Outcome, now_ns: int) -> str | None:
        """Take one of the equal candidates: the node that the pod is nominated for."""
        assert outcome.decision is not None
        found = outcome.decision.preemption
        if outcome.decision.reason == SCHEDULER_ERROR or not outcome.decision.looked_at_nodes:
            return ""
        if found is None or not found.best:
            return "" if found is not None and found.clears_nominated_node else None
        by_node = {candidate.node: candidate for candidate in found.best}
        candidate = by_node[self._draw(outcome.pod, list(by_node))]
        self._gate.start(outcome.pod.uid)
        self._evict(framework, candidate, outcome, now_ns)
        return candidate.node

    def _evict(
        self, framework: Framework, candidate: Candidate, outcome: Outcome, now_ns: int
    ) -> None:
        """What deletes the victims; less important pods that wait for the node wait no more."""
        pod, node = outcome.pod, candidate.node
        for other in self.queue.nominator.by_node().get(node, []):
            if other.priority < pod.priority:
                outcome.write(nominated(other, ""))
        outcome.victims = candidate.victims
        for victim in candidate.victims:
            binding = self._binding.get(victim.uid)
            if binding is not None and binding.stage is not Stage.BIND:
                status = unschedulable("preempted").by(DefaultPreemption.name)
                self._cancelled.append(self._end_binding(binding, status, now_ns))
            else:
                outcome.write(disrupted(victim, framework.scheduler_name, now_ns), deleted(victim))
            outcome.events.append(preempted(victim, pod, node))
