"""How full a node would be: the score functions that NodeResourcesFit chooses from.

After least_allocated.go, most_allocated.go, requested_to_capacity_ratio.go and
resource_allocation.go in pkg/scheduler/framework/plugins/noderesources (v1.36).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.model.int64 import divide
from engine.scheduler.contract import MAX_NODE_SCORE
from engine.scheduler.resources import (
    CPU,
    EPHEMERAL_STORAGE,
    MEMORY,
    Resource,
    is_scalar,
)
from engine.scheduler.snapshot import NodeInfo

# MaxCustomPriorityScore: pkg/scheduler/apis/config/types.go (v1.36).
_SHAPE_SCORE_MAX = 10
FULL = 100
"""A utilization in per cent."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A resource and how much it counts."""

    name: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Usage:
    """One resource of a node: what is requested there before, and with the pod."""

    before: int
    requested: int
    allocatable: int
    weight: int


Scorer = Callable[[Sequence[Usage]], int]

DEFAULT_RESOURCES = (Weighted(CPU), Weighted(MEMORY))


def usages(
    node: NodeInfo, requests: Resource, resources: Sequence[Weighted], *, non_zero: bool
) -> list[Usage]:
    """What would be requested and what there is, of the resources that the node has at all.

    `non_zero`: pods that request no CPU or memory are thought to need some.
    """
    found = []
    for resource in resources:
        name, wanted = resource.name, requests.amount(resource.name)
        allocatable = node.allocatable.amount(name)
        known = name in (CPU, MEMORY, EPHEMERAL_STORAGE) or name in node.allocatable.scalars
        if (wanted == 0 and is_scalar(name)) or not known or allocatable == 0:
            continue
        requested = (
            node.non_zero_requested if non_zero and name in (CPU, MEMORY) else node.requested
        )
        before = requested.amount(name)
        found.append(Usage(before, before + wanted, allocatable, resource.weight))
    return found


def least_allocated(used: Sequence[Usage]) -> int:
    """The more is free, the better."""
    return _weighted_mean(used, lambda usage: usage.allocatable - usage.requested)


def most_allocated(used: Sequence[Usage]) -> int:
    """The less is free, the better."""
    return _weighted_mean(used, lambda usage: min(usage.requested, usage.allocatable))


@dataclass(frozen=True, slots=True)
class RequestedToCapacityRatio:
    """By a broken line of (utilization in per cent, score up to 10)."""

    shape: tuple[tuple[int, int], ...]

    def __call__(self, used: Sequence[Usage]) -> int:
        """The mean of the scores above 0."""
        total = weights = 0
        for usage in used:
            filled = FULL
            if usage.requested <= usage.allocatable:
                filled = divide(usage.requested * FULL, usage.allocatable)[0]
            value = self.at(filled)
            if value > 0:
                total += value * usage.weight
                weights += usage.weight
        # math.Round: halves away from zero.
        return int(total / weights + 0.5) if weights else 0

    def at(self, filled: int) -> int:
        """The score of a resource that is used to so many per cent."""
        scale = MAX_NODE_SCORE // _SHAPE_SCORE_MAX
        before: tuple[int, int] | None = None
        for point in self.shape:
            if filled <= point[0]:
                if before is None:
                    return point[1] * scale
                rise, run = (point[1] - before[1]) * scale, point[0] - before[0]
                return before[1] * scale + divide(rise * (filled - before[0]), run)[0]
            before = point
        return self.shape[-1][1] * scale


def _weighted_mean(used: Sequence[Usage], counted: Callable[[Usage], int]) -> int:
    """The mean of what counts of each resource in relation to all of it, nothing below 0."""
    weights = sum(usage.weight for usage in used)
    total = sum(
        divide(max(counted(usage), 0) * MAX_NODE_SCORE, usage.allocatable)[0] * usage.weight
        for usage in used
    )
    return total // weights if weights else 0
