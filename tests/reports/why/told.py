"""Pods that do not run, made without a record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.scheduler.remedies.search import Findings, findings
from tests.engine.scheduler.remedies.asked import case


@dataclass(frozen=True)
class Condition:
    status: str
    reason: str = "Unschedulable"
    message: str = ""
    since: int | None = 1_795_230_000_000_000


@dataclass(frozen=True)
class Waiting:
    kind: str = "container"
    name: str = "app"
    reason: str = "ContainerCreating"
    message: str = ""


@dataclass(frozen=True)
class Said:
    reason: str
    message: str
    about: str = "pod web"
    time: int = 1_795_230_000_000_000
    type: str = "Normal"
    count: int = 1


@dataclass(frozen=True)
class Told:
    """What is told, in plain fields."""

    findings: Findings | None = None
    namespace: str = "shop"
    name: str = "web"
    time: int = 1_795_230_153_000_000
    phase: str = "Pending"
    node: str = ""
    created: int | None = 1_795_230_000_000_000
    deleted: int | None = None
    scheduler: str = "default-scheduler"
    known_scheduler: bool = True
    scheduled: Condition | None = None
    nominated: str = ""
    containers: Sequence[Any] = field(default_factory=list)
    events: Sequence[Any] = field(default_factory=list)
    nodes: int = 3
    not_modelled: str = ""
    unseen: int = 0


def pending(pod, nodes, pods=(), *, objects=None, **changes):
    """A pod that waits, with what the model says; the record has the same message."""
    found = findings(case(pod, nodes, pods, **(objects or {})))
    condition = Condition("False", message=found.decision.message)
    return Told(**({"findings": found, "scheduled": condition} | changes))
