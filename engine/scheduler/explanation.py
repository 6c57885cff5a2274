"""A decision with each plugin's own verdict on each node, beside the framework's."""

from dataclasses import dataclass

from engine.scheduler.contract import Code, Prepared, Status
from engine.scheduler.cycle import Decision, refuse_not_modelled, schedule
from engine.scheduler.framework import Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Explanation:
    """What every plugin says, none stopping another."""

    decision: Decision
    pre_enqueue: dict[str, Status]
    """Only plugins that keep the pod out of the queue."""
    prepared: dict[str, Prepared]
    filters: list[str]
    """The Filter plugins that ran, in order."""
    verdicts: dict[str, dict[str, Status]]
    """By node and plugin; Success is left out, and nominated pods do not count."""


def explain(framework: Framework, snapshot: Snapshot, pod: PodInfo) -> Explanation:
    """Decide on one pod, and ask every plugin on its own."""
    refuse_not_modelled(pod)
    kept_out = {
        plugin.name: status
        for plugin in framework.pre_enqueue
        if not (status := plugin.pre_enqueue(pod)).succeeded
    }
    prepared = dict(framework.prepare(pod, snapshot))
    ran = [
        plugin
        for plugin in framework.filters
        if plugin.name not in prepared or prepared[plugin.name].status.code is Code.SUCCESS
    ]
    verdicts: dict[str, dict[str, Status]] = {}
    for node in snapshot.nodes:
        for plugin in ran:
            found = prepared.get(plugin.name)
            status = plugin.filter(pod, node, found.state if found else None)
            if not status.succeeded:
                verdicts.setdefault(node.name, {})[plugin.name] = status
    decision = schedule(framework, snapshot, pod, prepared.items())
    return Explanation(decision, kept_out, prepared, [plugin.name for plugin in ran], verdicts)
