"""Why a pod does not fit: a status for each node that was looked at, and one for all others.

After NodeToStatus and FitError in pkg/scheduler/framework/types.go (v1.36).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.scheduler.contract import Code, Status

NOT_AVAILABLE = "0/{} nodes are available:"

_UNRESOLVABLE = Status(Code.UNRESOLVABLE)


@dataclass(slots=True)
class Diagnosis:
    """What stood against the pod, node by node."""

    statuses: dict[str, Status] = field(default_factory=dict)
    absent: Status = _UNRESOLVABLE
    """Of nodes that have none of their own."""
    pre_filter_message: str = ""
    post_filter_message: str = ""

    def status_of(self, node: str) -> Status:
        """The status of a node, known or not."""
        return self.statuses.get(node, self.absent)

    def nodes_with(self, code: Code, nodes: Iterable[str]) -> list[str]:
        """Those nodes that have this code: NodesForStatusCode."""
        return [node for node in nodes if self.status_of(node).code is code]


def fit_error(diagnosis: Diagnosis, nodes_in_all: int) -> str:
    """The message on the PodScheduled condition: FitError.Error."""
    message = NOT_AVAILABLE.format(nodes_in_all)
    if diagnosis.pre_filter_message:
        message += f" {diagnosis.pre_filter_message}."
    elif reasons := _counted(diagnosis, nodes_in_all):
        message += f" {', '.join(reasons)}."
    if diagnosis.post_filter_message:
        message += f" {diagnosis.post_filter_message}"
    return message


def _counted(diagnosis: Diagnosis, nodes_in_all: int) -> list[str]:
    """`3 Insufficient cpu`, sorted as texts."""
    counts = Counter(reason for status in diagnosis.statuses.values() for reason in status.reasons)
    others = nodes_in_all - len(diagnosis.statuses)
    if others > 0:
        for reason in diagnosis.absent.reasons:
            counts[reason] += others
    return sorted(f"{count} {reason}" for reason, count in counts.items())
