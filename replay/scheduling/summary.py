"""`replay --verify --only scheduler` from the trace to the stored table and the numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.log.schema import SCHEDULING
from ingest.log.trace import Trace
from replay.scheduling.recorded import SCHEDULED
from replay.scheduling.rows import tables
from replay.scheduling.verify import EQUAL, NOT_MODELLED, Verified, verified


@dataclass(frozen=True, slots=True)
class Miss:
    """A decision that the model would not have taken."""

    number: int
    """In the table scheduling_decisions."""
    event: str
    namespace: str
    name: str
    time: int
    """When it is taken to have been decided; microseconds since the epoch."""
    recorded: str
    """The node that was chosen, or the message."""
    modelled: str
    """The model's best nodes, or its message."""
    plugin: str
    """Which says most against the record; empty if none does."""
    cause: str
    because: str


@dataclass(slots=True)
class Summary:
    """How many decisions the model shares."""

    bindings: int = 0
    in_best_set: int = 0
    failures: int = 0
    equal_messages: int = 0
    not_modelled: Counter[str] = field(default_factory=Counter)
    """Decisions that are in none of these numbers, by what is not modelled."""
    misses: list[Miss] = field(default_factory=list)

    def count(self, each: Verified) -> None:
        """Take one decision in."""
        is_equal = each.verdict == EQUAL
        if each.verdict == NOT_MODELLED:
            self.not_modelled[each.cause.words if each.cause else ""] += 1
        elif each.decided.event == SCHEDULED:
            self.bindings += 1
            self.in_best_set += is_equal
        else:
            self.failures += 1
            self.equal_messages += is_equal
        if each.decision is not None and not is_equal:
            self.misses.append(_miss(each))


def verify(trace: Trace, cluster: str, config: Path | None) -> Summary:
    """Ask the model about every recorded decision, and keep what it says in the trace.

    Raises ConfigurationError, and TraceError where another writes to the trace.
    """
    summary = Summary()
    with trace.writer(cluster) as writer, trace.snapshot(cluster, derived=True) as snapshot:
        writer.replace_verified(SCHEDULING, tables(_counted(verified(snapshot, config), summary)))
    return summary


def _counted(decisions: Iterable[Verified], summary: Summary) -> Iterator[Verified]:
    for each in decisions:
        summary.count(each)
        yield each


def _miss(each: Verified) -> Miss:
    assert each.decision is not None, "the model was asked"
    assert each.cause is not None, "a miss has been looked into"
    decided, decision = each.decided, each.decision
    best = ", ".join(decision.best)
    return Miss(
        number=each.number,
        event=decided.event,
        namespace=decided.namespace,
        name=decided.name,
        time=decided.taken,
        recorded=decided.node or decided.message,
        modelled=best or decision.message,
        plugin=each.plugin,
        cause=each.cause.kind,
        because=each.cause.words,
    )
