"""What a step of the scheduler comes to: what it found out, and what it would write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.kernel.chance import Stream
from engine.scheduler.cycle import Decision
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.writes import Event, Write

Draw = Callable[[PodInfo, Sequence[str]], str]
"""Takes one of several nodes that are equally good for a pod, given by name."""


def first_by_name(pod: PodInfo, nodes: Sequence[str]) -> str:
    """The first, whatever the seed."""
    return min(nodes)


def drawn_from(stream: Stream) -> Draw:
    """Each as likely as the others, as in Kubernetes; the same seed draws the same."""
    return lambda pod, nodes: sorted(nodes)[stream.below(len(nodes))]


@dataclass(slots=True)
class Outcome:
    """Of one pod. The writes are to be sent in their order."""

    pod: PodInfo
    decision: Decision | None = None
    """None where the pod was not looked at, or was before."""
    node: str = ""
    """Where it shall run, of `decision.best`."""
    writes: list[Write] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    victims: tuple[PodInfo, ...] = ()
    """Pods that the writes delete; the scheduler must be told when they are sent."""

    def write(self, *writes: Write | None) -> None:
        """Add writes; None is one that would change nothing."""
        self.writes += [write for write in writes if write is not None]
