"""Decisions to show, made without a record."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.scheduler.explanation import Explanation
from tests.engine.scheduler.scene import explained


@dataclass(frozen=True)
class Case:
    """What is shown, in plain fields."""

    explanation: Explanation
    nodes: Sequence[str] = field(default_factory=list)
    namespace: str = "shop"
    name: str = "web"
    event: str = "Scheduled"
    time: int = 1_795_230_000_000_000
    revision: int | None = 7
    node: str = ""
    message: str = ""
    assumed: int = 0
    unseen: int = 0


def case(pod, nodes, pods=(), **changes):
    """What the model says of a pod, and what the cluster did in `changes`."""
    names = [each.metadata["name"] for each in nodes]
    return Case(explained(pod, nodes, pods), names, **changes)
