"""What is shown of a verification, whoever made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Missed(Protocol):
    """A decision that the model of the scheduler would not have taken."""

    @property
    def number(self) -> int:
        """In the table scheduling_decisions."""

    @property
    def event(self) -> str:
        """Scheduled or FailedScheduling."""

    @property
    def namespace(self) -> str:
        """Of the pod."""

    @property
    def name(self) -> str:
        """Of the pod."""

    @property
    def time(self) -> int:
        """When it is taken to have been decided; microseconds since the epoch."""

    @property
    def recorded(self) -> str:
        """The node that was chosen, or the message."""

    @property
    def modelled(self) -> str:
        """The model's best nodes, or its message."""

    @property
    def plugin(self) -> str:
        """The one that says most against the record; empty if none does."""

    @property
    def cause(self) -> str:
        """behind, ahead, order or unknown."""

    @property
    def because(self) -> str:
        """The write or the pod that makes the difference; empty if none does alone."""


class Outcome(Protocol):
    """How many recorded decisions the model shares."""

    @property
    def bindings(self) -> int:
        """Pods that were bound."""

    @property
    def in_best_set(self) -> int:
        """Those of them whose node is one of the model's best."""

    @property
    def failures(self) -> int:
        """Times that a pod fitted nowhere."""

    @property
    def equal_messages(self) -> int:
        """Those of them for which the model has the same message."""

    @property
    def not_modelled(self) -> Mapping[str, int]:
        """Decisions beside those, by what is not modelled."""

    @property
    def misses(self) -> Sequence[Missed]:
        """The others, in the order of the decisions."""
