"""Preemption: which pods would have to go for one that fits nowhere.

After pkg/scheduler/framework/preemption/preemption.go and pkg/scheduler/framework/plugins/
defaultpreemption/default_preemption.go (v1.36).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.model.selector import SelectorError
from engine.scheduler.affinity import read_selector
from engine.scheduler.contract import Code, Status, unresolvable, unschedulable
from engine.scheduler.diagnosis import Diagnosis, fit_error
from engine.scheduler.framework import FailedAttempt
from engine.scheduler.node_selector import aggregate
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, integer, mapping, mappings, text
from engine.scheduler.snapshot import NodeInfo

REASON_NO_VICTIMS = "No preemption victims found for incoming pod"
REASON_NOT_HELPFUL = "Preemption is not helpful for scheduling"
REASON_NEVER = "not eligible due to preemptionPolicy=Never."
REASON_TERMINATING = "not eligible due to a terminating pod on the nominated node."

# preemption.minCandidateNodes…: pkg/scheduler/apis/config/v1/defaults.go (v1.36).
MIN_CANDIDATE_NODES_PERCENTAGE = 10
MIN_CANDIDATE_NODES_ABSOLUTE = 100

_MAX_INT32_PLUS_1 = 1 << 31


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node, and the pods that have to leave it, the most important one first."""

    node: str
    victims: tuple[PodInfo, ...]
    violations: int
    """How many of them are protected by a PodDisruptionBudget."""


@dataclass(slots=True)
class Preemption:
    """What was tried, and what came of it."""

    eligible: bool = True
    eligible_message: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    rejected: dict[str, Status] = field(default_factory=dict)
    best: list[Candidate] = field(default_factory=list)
    """Candidates that are equal after all rules."""
    clears_nominated_node: bool = False


@dataclass(frozen=True, slots=True)
class CandidateNumber:
    """How many candidates are enough: DefaultPreemptionArgs."""

    percentage: int = MIN_CANDIDATE_NODES_PERCENTAGE
    absolute: int = MIN_CANDIDATE_NODES_ABSOLUTE

    def of(self, nodes: int) -> int:
        """Out of so many nodes."""
        return min(max(nodes * self.percentage // 100, self.absolute), nodes)


def preempt(attempt: FailedAttempt, number: CandidateNumber) -> tuple[Status, Preemption]:
    """Look for a node: Evaluator.Preempt. Kubernetes begins at a random one, this at the first."""
    found = Preemption(eligible_message=_not_eligible(attempt))
    if found.eligible_message:
        found.eligible = False
        return unschedulable(found.eligible_message), found
    snapshot = attempt.snapshot
    nodes = attempt.diagnosis.nodes_with(Code.UNSCHEDULABLE, snapshot.node_by_name)
    errors = _dry_run(attempt, [snapshot.node_by_name[n] for n in nodes], number, found)
    if found.candidates:
        found.best = best_of(found.candidates)
        return Status(), found
    if errors:
        return Status(Code.ERROR, (aggregate(errors),)), found
    found.clears_nominated_node = True
    diagnosis = Diagnosis(found.rejected, unresolvable(REASON_NOT_HELPFUL))
    return unschedulable(fit_error(diagnosis, len(snapshot.nodes))), found


def _not_eligible(attempt: FailedAttempt) -> str:
    """Why the pod may not preempt, empty if it may: PodEligibleToPreemptOthers."""
    pod = attempt.pod
    if text(pod.spec, "preemptionPolicy") == "Never":
        return REASON_NEVER
    nominated = pod.nominated_node_name
    if not nominated or attempt.diagnosis.status_of(nominated).code is Code.UNRESOLVABLE:
        return ""
    node = attempt.snapshot.node_by_name.get(nominated)
    if node is not None and any(
        other.priority < pod.priority and _leaves_for_another(other) for other in node.pods
    ):
        return REASON_TERMINATING
    return ""


def _leaves_for_another(pod: PodInfo) -> bool:
    """podTerminatingByPreemption."""
    if not pod.terminating:
        return False
    for condition in mappings(pod.obj, "status", "conditions"):
        if condition.get("type") == "DisruptionTarget":
            return (
                condition.get("status") == "True"
                and condition.get("reason") == "PreemptionByScheduler"
            )
    return False


def _dry_run(
    attempt: FailedAttempt, nodes: Sequence[NodeInfo], number: CandidateNumber, found: Preemption
) -> list[str]:
    """Try each node until there are enough candidates; returns errors: DryRunPreemption."""
    enough = number.of(len(nodes))
    errors = []
    for node in nodes:
        outcome = _victims_on(attempt, node.copy())
        if isinstance(outcome, Candidate):
            found.candidates.append(outcome)
            safe = any(candidate.violations == 0 for candidate in found.candidates)
            if safe and len(found.candidates) >= enough:
                break
            continue
        if outcome.code is Code.ERROR:
            errors.append(outcome.message)
        found.rejected[node.name] = outcome
    return errors


def _victims_on(attempt: FailedAttempt, node: NodeInfo) -> Candidate | Status:
    """The fewest and least important pods that have to go; SelectVictimsOnNode."""
    framework, pod, snapshot = attempt.framework, attempt.pod, attempt.snapshot
    state = framework.copied(attempt.pre_filtered.state)
    possible = [other for other in node.pods if other.priority < pod.priority]
    if not possible:
        return unresolvable(REASON_NO_VICTIMS)
    for other in possible:
        framework.remove(state, pod, other, node)
    status = framework.filter_with_nominated(pod, node, state, snapshot)
    if not status.succeeded:
        return status
    possible.sort(key=importance)
    protected, others = split_by_budget(
        possible, list(snapshot.objects.pod_disruption_budgets.values())
    )
    victims = []
    violations = 0
    for other in (*protected, *others):
        framework.add(state, pod, other, node)
        if framework.filter_with_nominated(pod, node, state, snapshot).succeeded:
            continue
        framework.remove(state, pod, other, node)
        victims.append(other)
        violations += other in protected
    if not victims:
        message = f'expected at least one victim pod on node "{node.name}"'
        return Status(Code.ERROR, (message,))
    victims.sort(key=importance)
    return Candidate(node.name, tuple(victims), violations)


def importance(pod: PodInfo) -> tuple[int, float]:
    """Sorts the most important first: MoreImportantPod in pkg/scheduler/util/utils.go."""
    return -pod.priority, pod.start_micros


def split_by_budget(
    pods: Sequence[PodInfo], budgets: Sequence[Object]
) -> tuple[list[PodInfo], list[PodInfo]]:
    """(pods whose eviction violates a budget, the others): filterPodsWithPDBViolation."""
    allowed = [integer(budget, "status", "disruptionsAllowed") for budget in budgets]
    violating: list[PodInfo] = []
    others: list[PodInfo] = []
    for pod in pods:
        violated = False
        for index, budget in enumerate(budgets):
            if _protects(budget, pod):
                allowed[index] -= 1
                violated = violated or allowed[index] < 0
        (violating if violated else others).append(pod)
    return violating, others


def _protects(budget: Object, pod: PodInfo) -> bool:
    """Whether a budget counts a pod. What was let go already is no longer counted."""
    if not pod.labels or text(budget, "metadata", "namespace") != pod.namespace:
        return False
    try:
        selector = read_selector(mapping(budget, "spec"), "selector")
    except SelectorError:
        return False
    if selector.empty or not selector.matches(pod.labels):
        return False
    return pod.name not in mapping(budget, "status", "disruptedPods")


def best_of(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those left after each rule has chosen among the ones before: pickOneNodeForPreemption."""
    rules: tuple[Callable[[Candidate], float], ...] = (
        lambda candidate: candidate.violations,
        lambda candidate: candidate.victims[0].priority,
        lambda candidate: sum(pod.priority + _MAX_INT32_PLUS_1 for pod in candidate.victims),
        lambda candidate: len(candidate.victims),
        lambda candidate: -_earliest_start(candidate),
    )
    left = list(candidates)
    for rule in rules:
        lowest = min(map(rule, left))
        left = [candidate for candidate in left if rule(candidate) == lowest]
        if len(left) == 1:
            break
    return left


def _earliest_start(candidate: Candidate) -> float:
    """When the first of the most important victims started: GetEarliestPodStartTime."""
    highest = max(pod.priority for pod in candidate.victims)
    return min(pod.start_micros for pod in candidate.victims if pod.priority == highest)
