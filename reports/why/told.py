"""What is told of a pod that does not run, whoever made it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.scheduler.remedies.search import Findings


class Condition(Protocol):
    """A condition of a pod."""

    @property
    def status(self) -> str:
        """True, False or Unknown."""

    @property
    def reason(self) -> str:
        """In one word."""

    @property
    def message(self) -> str:
        """In many."""

    @property
    def since(self) -> int | None:
        """Microseconds since the epoch."""


class Waiting(Protocol):
    """A container that does not run."""

    @property
    def kind(self) -> str:
        """`container` or `init container`."""

    @property
    def name(self) -> str:
        """Of the container."""

    @property
    def reason(self) -> str:
        """What it waits for, in one word."""

    @property
    def message(self) -> str:
        """In many; may be empty."""


class Said(Protocol):
    """An Event."""

    @property
    def about(self) -> str:
        """`pod web`."""

    @property
    def time(self) -> int:
        """When it was seen last; microseconds since the epoch."""

    @property
    def type(self) -> str:
        """Normal or Warning."""

    @property
    def reason(self) -> str:
        """In one word."""

    @property
    def message(self) -> str:
        """In many."""

    @property
    def count(self) -> int:
        """How often it was seen."""


class Told(Protocol):
    """A pod at one time. All times are microseconds since the epoch."""

    @property
    def namespace(self) -> str:
        """Of the pod."""

    @property
    def name(self) -> str:
        """Of the pod."""

    @property
    def time(self) -> int:
        """Of the state that is told of."""

    @property
    def phase(self) -> str:
        """Of the pod."""

    @property
    def node(self) -> str:
        """Where it is bound to, empty if nowhere."""

    @property
    def created(self) -> int | None:
        """When it was made."""

    @property
    def deleted(self) -> int | None:
        """When its deletion is to end, None if none has begun."""

    @property
    def scheduler(self) -> str:
        """The name of the scheduler that it asks for."""

    @property
    def known_scheduler(self) -> bool:
        """Whether there is a profile of that name."""

    @property
    def scheduled(self) -> Condition | None:
        """PodScheduled, None if no scheduler has looked at it."""

    @property
    def nominated(self) -> str:
        """The node that preemption made room on, empty if none."""

    @property
    def containers(self) -> Sequence[Waiting]:
        """Those that wait."""

    @property
    def events(self) -> Sequence[Said]:
        """The last ones about it and its claims, in their order."""

    @property
    def nodes(self) -> int:
        """How many there were."""

    @property
    def findings(self) -> Findings | None:
        """What the model of the scheduler says; None if it was not asked."""

    @property
    def not_modelled(self) -> str:
        """Why the model says nothing; empty where it does."""

    @property
    def unseen(self) -> int:
        """How many objects counted whose body is not in the log: they are left out."""
