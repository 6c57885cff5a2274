"""What helps where a node keeps a pod out, or is not what the pod wants."""

from collections.abc import Iterable, Iterator, Mapping

from engine.model.requirement import Operator, Requirement, parse_int64
from engine.scheduler.plugins.node_affinity import REASON
from engine.scheduler.reading import Object, text
from engine.scheduler.remedies.case import Case, Objection
from engine.scheduler.remedies.change import Change, Way
from engine.scheduler.remedies.cluster_changes import (
    CONDITION_TAINTS,
    CORDON_TAINT,
    AddNode,
    Label,
    Labels,
    Uncordon,
    Untaint,
)
from engine.scheduler.remedies.contract import Remedies
from engine.scheduler.remedies.evidence import Unmatched, Untolerated
from engine.scheduler.remedies.pod_changes import Tolerate
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.taints import KEEPING_OUT, is_tolerated

# Labels that say what a node is, set by its kubelet or its cloud: to change one would be a lie.
# staging/src/k8s.io/api/core/v1/well_known_labels.go (v1.36).
_OF_THE_NODE_ITSELF = (
    "kubernetes.io/", "beta.kubernetes.io/", "topology.kubernetes.io/",
    "failure-domain.beta.kubernetes.io/", "node.kubernetes.io/instance-type",
    "node.kubernetes.io/windows-build",
)  # fmt: skip


class TaintRemedies(Remedies):
    """Of TaintToleration."""

    def evidence(self, case: Case, node: NodeInfo, objection: Objection) -> Untolerated:
        """The taints, as kubectl writes them."""
        return Untolerated(tuple(_written(taint) for taint in _untolerated(case, node)))

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """A toleration of each; a taint that stands for a condition goes with the condition."""
        yield tuple(dict.fromkeys(_against(taint, node.name) for taint in _untolerated(case, node)))


def _against(taint: Object, node: str) -> Change:
    key, value, effect = text(taint, "key"), text(taint, "value"), text(taint, "effect")
    if key == CORDON_TAINT:
        return Uncordon(node)
    if key.startswith(CONDITION_TAINTS):
        return Untaint(node, key, value, effect)
    return Tolerate(key, value, effect)


def _untolerated(case: Case, node: NodeInfo) -> list[Object]:
    return [
        taint
        for taint in node.taints
        if text(taint, "effect") in KEEPING_OUT and not is_tolerated(taint, case.pod.tolerations)
    ]


def _written(taint: Object) -> str:
    value = text(taint, "value")
    return f"{text(taint, 'key')}{'=' if value else ''}{value}:{text(taint, 'effect')}"


class CordonRemedies(Remedies):
    """Of NodeUnschedulable."""

    def evidence(self, case: Case, node: NodeInfo, objection: Objection) -> None:
        """The reason says it."""

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """The node takes pods again."""
        yield (Uncordon(node.name),)


class AffinityRemedies(Remedies):
    """Of NodeAffinity."""

    def evidence(self, case: Case, node: NodeInfo, objection: Objection) -> Unmatched | None:
        """The requirements that the node does not meet, of the term that it comes nearest to."""
        unmet = _unmet(case, node) if objection.reason == REASON else []
        if not unmet:
            return None
        return Unmatched(tuple(str(each) for each in min(unmet, key=len)))

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """Other labels on the node; where they say what a node is, another such node."""
        if objection.reason != REASON:
            return
        for unmet in sorted(_unmet(case, node), key=len):
            labels = labels_for(unmet, node.labels)
            if not labels:
                continue
            if any(key.startswith(_OF_THE_NODE_ITSELF) for key, _ in labels):
                yield (AddNode(node.name, labels),)
            else:
                yield (Label(node.name, labels),)


def _unmet(case: Case, node: NodeInfo) -> list[list[Requirement]]:
    """For each term that labels alone could meet: what is not met of it and of nodeSelector."""
    affinity = case.pod.node_affinity
    always = list(affinity.labels.requirements) if affinity.labels is not None else []
    if affinity.selector is None:
        return [_of_those(always, node)]
    return [
        _of_those((*always, *term.labels), node)
        for term in affinity.selector.terms
        if not term.problems and all(field.matches(node.name) for field in term.fields)
    ]


def _of_those(requirements: Iterable[Requirement], node: NodeInfo) -> list[Requirement]:
    return [each for each in dict.fromkeys(requirements) if not each.matches(node.labels)]


def labels_for(requirements: Iterable[Requirement], known: Mapping[str, str]) -> Labels:
    """Labels to set, or to take away, so that all is met; none where that cannot be."""
    wanted = tuple((each.key, _value_for(each)) for each in requirements)
    labels = dict(known) | dict(wanted)
    there = {key: value for key, value in labels.items() if value is not None}
    return wanted if all(each.matches(there) for each in requirements) else ()


def _value_for(requirement: Requirement) -> str | None:
    """A value that meets it; None for no label."""
    match requirement.operator:
        case Operator.EXISTS:
            return ""
        case Operator.DOES_NOT_EXIST | Operator.NOT_IN | Operator.NOT_EQUALS:
            return None
        case Operator.GREATER_THAN:
            return str((parse_int64(requirement.values[0]) or 0) + 1)
        case Operator.LESS_THAN:
            return str((parse_int64(requirement.values[0]) or 0) - 1)
    return requirement.values[0]
