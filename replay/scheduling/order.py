"""The order in which the scheduler took its decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from replay.scheduling.decided import Decided
from replay.scheduling.recorded import FAILED_SCHEDULING, SCHEDULED

REQUEST_US = 20_000
"""How long a binding's request is on its way: half of those of pods that were never tried arrive
within 10 to 25 ms in the recordings whose machine was not overloaded."""


def in_order(decisions: Iterable[Decided]) -> list[Decided]:
    """By the times at which they were taken, and at one time as the queue has the pods.

    A failure is noted at once, a binding arrives later. So a binding that arrives just after the
    failure of a pod that stood behind it in the queue was decided before that.
    """
    ordered = sorted(decisions, key=_place)
    moved = [_moved(ordered, at) for at in range(len(ordered))]
    return sorted(moved, key=_place)


def _place(each: Decided) -> tuple[int, int, int, int, int]:
    """PrioritySort: who is more important, then who waits longer."""
    return each.taken, -each.priority, each.since, each.own, each.recorded


def _moved(ordered: list[Decided], at: int) -> Decided:
    decided = ordered[at]
    if decided.event != SCHEDULED or decided.taken != decided.recorded:
        return decided
    taken = decided.taken
    for before in range(at - 1, -1, -1):
        other = ordered[before]
        if other.taken < decided.taken - REQUEST_US:
            break
        if other.event == FAILED_SCHEDULING and _is_ahead(decided, other):
            taken = other.taken
    return replace(decided, taken=taken)


def _is_ahead(decided: Decided, other: Decided) -> bool:
    """Whether it stands ahead in the queue."""
    place, others = (-decided.priority, decided.since), (-other.priority, other.since)
    return decided.uid != other.uid and place < others
