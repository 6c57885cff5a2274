"""What is known of the objections of one plugin: what stands behind them, and what could help."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from engine.scheduler.remedies.case import Case, Objection
from engine.scheduler.remedies.change import Way
from engine.scheduler.remedies.evidence import Evidence
from engine.scheduler.snapshot import NodeInfo


class Remedies(ABC):
    """Speaks for one plugin. What it proposes is only ever told if the model then says yes."""

    @abstractmethod
    def evidence(self, case: Case, node: NodeInfo, objection: Objection) -> Evidence | None:
        """What stands behind an objection on a node; None where its text says all."""

    @abstractmethod
    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """Changes that could take the objection away on that node."""
