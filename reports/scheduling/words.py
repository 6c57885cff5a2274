"""What there is to say of a decision, whether on a terminal or on a page."""

from __future__ import annotations

from collections.abc import Iterator

from engine.scheduler.contract import Status
from engine.scheduler.cycle import Decision
from engine.scheduler.explanation import Explanation
from ingest.log.times import show
from reports.scheduling.told import Told
from reports.words import counted


def rank(decision: Decision, node: str) -> tuple[bool, int, str]:
    """Sorts nodes: the best first, then the others that fit, then the rest by name."""
    return node not in decision.feasible, -decision.totals.get(node, 0), node


def weighted(decision: Decision, plugin: str, node: str) -> str:
    """What a plugin adds to a node's total, empty where it was not asked."""
    scores = decision.scores[plugin]
    return str(scores.weight * scores.normalized[node]) if node in scores.normalized else ""


def verdict(told: Told, node: str) -> str:
    """Whether the node will do, the first plugin that rejects it, and whether it was chosen."""
    decision = told.explanation.decision
    chosen = node == told.node
    if node in decision.feasible:
        words = "best" if node in decision.best else "fits"
        return f"{words}, {'chosen' if told.event else 'runs here'}" if chosen else words
    plugin, reason = _against(told.explanation, node)
    words = f"{plugin}: {reason}" if plugin else reason
    where = "chosen" if told.event else "runs here"
    return f"{where}, but {words}" if chosen else words


def _against(explanation: Explanation, node: str) -> tuple[str, str]:
    """The plugin that speaks against a node, and why."""
    pre_filtered = explanation.decision.pre_filtered
    status: Status | None = explanation.decision.rejected.get(node)
    if status is not None:
        return status.plugin, status.message
    if not pre_filtered.status.succeeded:
        return pre_filtered.status.plugin, pre_filtered.status.message
    if pre_filtered.nodes is not None and node not in pre_filtered.nodes:
        return ", ".join(sorted(pre_filtered.naming)), "does not name it"
    failed = explanation.verdicts.get(node, {})
    return next(((plugin, each.message) for plugin, each in failed.items()), ("", "not looked at"))


def heading(told: Told) -> tuple[str, str]:
    """What was decided, and which state is shown."""
    pod, time = f"{told.namespace}/{told.name}", show(told.time)
    if not told.event:
        return pod, f"as if it were scheduled at {time}"
    where = f" on {told.node}" if told.node else ""
    write = f", rv:{told.revision}" if told.revision is not None else ""
    return f"{pod}: {told.event}{where}{write}", f"from what the scheduler could know at {time}"


def lines(told: Told) -> Iterator[str]:
    """What there is to say of all nodes together."""
    explanation = told.explanation
    decision = explanation.decision
    for plugin, status in explanation.pre_enqueue.items():
        yield f"kept out of the queue by {plugin}: {status.message}"
    if len(decision.feasible) == 1:
        yield "one node alone fits: Kubernetes does not score it"
    if told.message and told.message == decision.message:
        yield f"recorded and modelled: {told.message}"
    else:
        if told.message:
            yield f"recorded: {told.message}"
        if decision.message:
            yield f"modelled: {decision.message}"
    for candidate in (decision.preemption.best if decision.preemption else [])[:1]:
        victims = ", ".join(pod.key for pod in candidate.victims)
        yield f"preemption: {candidate.node} would be freed of {victims}"
    if told.assumed:
        yield f"counted in: {counted(told.assumed, 'pod')} on nodes where their bindings came later"
    if told.unseen:
        yield f"note: left out: {counted(told.unseen, 'object')} whose body is not in the log"
