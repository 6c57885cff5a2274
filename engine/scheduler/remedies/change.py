"""A change of a pod or of its cluster: a value that can be applied to a case."""

from abc import ABC, abstractmethod
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.scheduler.reading import Object
from engine.scheduler.remedies.case import Case

PODS_MAX = 8
"""More pods than that are not taken away for one."""


@dataclass(frozen=True, slots=True)
class Change(ABC):
    """One thing to change. Smaller ones have a lower rank, and within a rank a lower cost."""

    rank: ClassVar[int]

    @property
    def cost(self) -> int:
        """How much is changed, to compare changes of one class."""
        return 0

    @abstractmethod
    def applied(self, case: Case) -> Case:
        """The case with the change."""


Way = tuple[Change, ...]
"""Changes that are made together."""


def size(way: Way) -> tuple[int, int, int]:
    """Sorts the smallest first."""
    return max(each.rank for each in way), len(way), sum(each.cost for each in way)


def apply(way: Way, case: Case) -> Case:
    """The case with all changes of a way."""
    for change in way:
        case = change.applied(case)
    return case


def editable(obj: Object) -> dict[str, Any]:
    """A copy of an object that can be changed."""
    edited: dict[str, Any] = deepcopy(dict(obj))
    for part in ("metadata", "spec", "status"):
        edited[part] = edited.get(part) or {}
    return edited
