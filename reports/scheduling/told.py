"""What is shown of a decision, whoever made it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.scheduler.explanation import Explanation


class Told(Protocol):
    """A pod at one time, and what the model of the scheduler says of it then."""

    @property
    def namespace(self) -> str:
        """Of the pod."""

    @property
    def name(self) -> str:
        """Of the pod."""

    @property
    def event(self) -> str:
        """Scheduled or FailedScheduling as the cluster had it; empty if it decided nothing then."""

    @property
    def time(self) -> int:
        """Microseconds since the epoch."""

    @property
    def revision(self) -> int | None:
        """Of the decision's write, where it is known."""

    @property
    def node(self) -> str:
        """The one that the cluster chose, empty if none."""

    @property
    def message(self) -> str:
        """Why it went nowhere, in the words of the record."""

    @property
    def nodes(self) -> Sequence[str]:
        """All there were, by name."""

    @property
    def explanation(self) -> Explanation:
        """The model's decision, and every plugin's verdicts."""

    @property
    def assumed(self) -> int:
        """How many pods counted that the scheduler had assumed on nodes and not bound yet."""

    @property
    def unseen(self) -> int:
        """How many objects counted whose body is not in the log: they are left out."""
