"""What the queue is told by the profiles and the configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.model.timestamp import SECOND_NS
from engine.scheduler.contract import PreEnqueuePlugin, QueueSortPlugin
from engine.scheduler.framework import Framework
from engine.scheduler.preemption_gate import PreemptionGate
from engine.scheduler.queue.backoff import Backoff
from engine.scheduler.queue.hints import Hints

# DefaultPodMaxInUnschedulablePodsDuration: pkg/scheduler/backend/queue/scheduling_queue.go (v1.36).
MAX_UNSCHEDULABLE_NS = 300 * SECOND_NS


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """How pods are sorted, kept out, woken and delayed."""

    sort: QueueSortPlugin
    hints: Hints
    pre_enqueue: Mapping[str, Sequence[PreEnqueuePlugin]]
    """By scheduler name."""
    backoff: Backoff = field(default_factory=Backoff)
    max_unschedulable_ns: int = MAX_UNSCHEDULABLE_NS


def queue_options(
    frameworks: Mapping[str, Framework], gate: PreemptionGate, backoff: Backoff
) -> QueueOptions:
    """One queue for all profiles, which have the same QueueSort."""
    first = next(iter(frameworks.values()))
    events = {
        name: {plugin: each.events() for plugin, each in framework.plugins.items()}
        for name, framework in frameworks.items()
    }
    pre_enqueue = {
        name: gate.among(framework.pre_enqueue) for name, framework in frameworks.items()
    }
    return QueueOptions(first.queue_sort, Hints(events), pre_enqueue, backoff)
