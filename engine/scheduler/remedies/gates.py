"""What helps a pod that has scheduling gates: that they are opened."""

from collections.abc import Iterator

from engine.scheduler.remedies.case import Case, Objection
from engine.scheduler.remedies.change import Way
from engine.scheduler.remedies.contract import Remedies
from engine.scheduler.remedies.pod_changes import OpenGates
from engine.scheduler.snapshot import NodeInfo


class GateRemedies(Remedies):
    """Of SchedulingGates."""

    def evidence(self, case: Case, node: NodeInfo, objection: Objection) -> None:
        """The reason names them."""

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """Without them."""
        yield (OpenGates(case.pod.scheduling_gates),)
