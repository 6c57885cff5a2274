"""One scheduling cycle: where a pod goes, or why it goes nowhere.

After schedulePod, findNodesThatFitPod and prioritizeNodes in pkg/scheduler/schedule_one.go (v1.36).
All nodes are looked at and scored, unless a Sampling says how many are enough.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.errors import KubeRewindError
from engine.scheduler.contract import Code, Prepared, Status, unresolvable
from engine.scheduler.diagnosis import Diagnosis, fit_error
from engine.scheduler.framework import (
    CycleState,
    FailedAttempt,
    Framework,
    PreFiltered,
    Scores,
)
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.preemption import Preemption
from engine.scheduler.sampling import Sampling
from engine.scheduler.snapshot import NodeInfo, Snapshot

NO_NODES = "no nodes available to schedule pods"

# The reasons of the PodScheduled condition: staging/src/k8s.io/api/core/v1/types.go (v1.36).
UNSCHEDULABLE, SCHEDULER_ERROR = "Unschedulable", "SchedulerError"


class NotModelledError(KubeRewindError):
    """The pod uses what this model does not know; no answer is better than a wrong one."""


@dataclass(slots=True)
class Decision:
    """What a cycle found out."""

    pre_filtered: PreFiltered
    feasible: list[str] = field(default_factory=list)
    rejected: dict[str, Status] = field(default_factory=dict)
    """The verdict on each node that was looked at and does not fit."""
    scores: dict[str, Scores] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    best: list[str] = field(default_factory=list)
    """The nodes with the highest total, by name; Kubernetes draws one by chance."""
    reason: str = ""
    message: str = ""
    """Of the PodScheduled condition; empty if the pod is scheduled."""
    post_filter: Status | None = None
    preemption: Preemption | None = None
    """None if no plugin came to try it."""

    looked_at_nodes: bool = True
    nodes_sampled: int = 0
    """How many nodes were gone through; a nominated one that fits is not among them."""
    """False where there are none at all."""

    def rejectors(self) -> tuple[frozenset[str], frozenset[str]]:
        """(plugins that rejected the pod, plugins that said Pending): Diagnosis.AddPluginStatus.

        None after an error, and where there are no nodes.
        """
        if self.reason == SCHEDULER_ERROR or not self.looked_at_nodes:
            return frozenset(), frozenset()
        statuses = [self.pre_filtered.status, *self.rejected.values()]
        pending = {s.plugin for s in statuses if s.code is Code.PENDING}
        others = {s.plugin for s in statuses if s.rejected and s.code is not Code.PENDING}
        named = {*self.pre_filtered.naming, *others} - {""}
        return frozenset(named), frozenset(pending)

    @property
    def node(self) -> str:
        """The first of the best, empty if there is none."""
        return self.best[0] if self.best else ""


def schedule(
    framework: Framework,
    snapshot: Snapshot,
    pod: PodInfo,
    prepared: Iterable[tuple[str, Prepared]] | None = None,
    sampling: Sampling | None = None,
) -> Decision:
    """Decide on one pod. `prepared`: what PreFilter plugins said, if they were asked already."""
    refuse_not_modelled(pod)
    pre_filtered = framework.pre_filter(
        framework.prepare(pod, snapshot) if prepared is None else prepared
    )
    decision = Decision(pre_filtered)
    if not snapshot.nodes:
        decision.reason, decision.message = UNSCHEDULABLE, NO_NODES
        decision.looked_at_nodes = False
        return decision
    diagnosis = Diagnosis()
    status = pre_filtered.status
    if status.rejected:
        diagnosis.absent = status
        diagnosis.pre_filter_message = status.message
    elif status.succeeded:
        status = _filter(framework, snapshot, pod, decision, diagnosis, sampling)
    if status.code is Code.ERROR:
        decision.reason, decision.message = SCHEDULER_ERROR, status.message
    elif decision.feasible:
        _score(framework, snapshot, pod, decision)
    else:
        attempt = FailedAttempt(framework, pod, snapshot, pre_filtered, diagnosis)
        _post_filter(attempt, decision)
    return decision


def refuse_not_modelled(pod: PodInfo) -> None:
    """Raise NotModelledError for what this model does not know."""
    if what := pod.not_modelled():
        raise NotModelledError(f"pod {pod.key}: not modelled: {what}")


def _filter(
    framework: Framework,
    snapshot: Snapshot,
    pod: PodInfo,
    decision: Decision,
    diagnosis: Diagnosis,
    sampling: Sampling | None,
) -> Status:
    """Look at the nodes; returns the first error, else Success."""
    state = decision.pre_filtered.state
    nodes = _nodes_in_question(snapshot, decision, diagnosis)
    enough = len(nodes)
    nominated = snapshot.node_by_name.get(pod.nominated_node_name)
    if sampling is not None:
        if nominated is not None and _fits(framework, snapshot, pod, state, nominated):
            # The node that was cleared for the pod is tried alone, and no other is looked at.
            decision.feasible.append(nominated.name)
            return Status()
        nodes = sampling.rotated(nodes)
        enough = sampling.enough(len(nodes)) if framework.scores else 1
    problem = _look_at(framework, snapshot, pod, decision, nodes, enough)
    decision.nodes_sampled = len(decision.feasible) + len(decision.rejected)
    diagnosis.statuses.update(decision.rejected)
    # A nominated node is tried first of all, even where PreFilter did not name it.
    if nominated is not None and nominated not in nodes:
        status = framework.filter_with_nominated(pod, nominated, state, snapshot)
        if status.rejected:
            diagnosis.statuses[nominated.name] = status
    if pod.nominated_node_name in decision.feasible:
        return Status()
    return problem


def _look_at(
    framework: Framework,
    snapshot: Snapshot,
    pod: PodInfo,
    decision: Decision,
    nodes: Sequence[NodeInfo],
    enough: int,
) -> Status:
    """Look at nodes until enough of them fit; returns the first error, else Success."""
    state = decision.pre_filtered.state
    problem = Status()
    for node in nodes:
        if len(decision.feasible) == enough:
            break
        status = framework.filter_with_nominated(pod, node, state, snapshot)
        if status.succeeded:
            decision.feasible.append(node.name)
        elif status.rejected:
            decision.rejected[node.name] = status
        elif problem.succeeded:
            problem = status
    return problem


def _fits(
    framework: Framework, snapshot: Snapshot, pod: PodInfo, state: CycleState, node: NodeInfo
) -> bool:
    return framework.filter_with_nominated(pod, node, state, snapshot).succeeded


def _nodes_in_question(
    snapshot: Snapshot, decision: Decision, diagnosis: Diagnosis
) -> Sequence[NodeInfo]:
    """All nodes, or those that PreFilter named."""
    names = decision.pre_filtered.nodes
    if names is None:
        return snapshot.nodes
    plugins = " ".join(sorted(decision.pre_filtered.naming))
    diagnosis.absent = unresolvable(f"node(s) didn't satisfy plugin(s) [{plugins}]")
    return [node for node in snapshot.nodes if node.name in names]


def _score(framework: Framework, snapshot: Snapshot, pod: PodInfo, decision: Decision) -> None:
    nodes = [snapshot.node_by_name[name] for name in decision.feasible]
    decision.feasible.sort()
    decision.scores, status = framework.score(pod, nodes, snapshot)
    if status.succeeded:
        decision.totals = {
            node.name: sum(
                scores.weight * scores.normalized[node.name]
                for scores in decision.scores.values()
                if not scores.skipped
            )
            for node in nodes
        }
    if pod.nominated_node_name in decision.feasible:
        decision.best = [pod.nominated_node_name]
    elif len(nodes) == 1:
        # Not even scored by Kubernetes: an error there would not be noticed.
        decision.best = [nodes[0].name]
    elif status.succeeded:
        highest = max(decision.totals.values())
        decision.best = [name for name in decision.feasible if decision.totals[name] == highest]
    else:
        decision.reason, decision.message = SCHEDULER_ERROR, status.message


def _post_filter(attempt: FailedAttempt, decision: Decision) -> None:
    """RunPostFilterPlugins."""
    reasons: list[str] = []
    outcome: Status | None = None
    for plugin in attempt.framework.post_filters:
        status, found = plugin.post_filter(attempt)
        if isinstance(found, Preemption):
            decision.preemption = found
        if status.code is Code.UNSCHEDULABLE or status.code is Code.PENDING:
            reasons += status.reasons
            continue
        outcome = status.by(plugin.name)
        break
    if attempt.framework.post_filters:
        decision.post_filter = outcome or Status(Code.UNSCHEDULABLE, tuple(reasons))
        attempt.diagnosis.post_filter_message = decision.post_filter.message
    decision.reason = UNSCHEDULABLE
    decision.message = fit_error(attempt.diagnosis, len(attempt.snapshot.nodes))
