"""What stands behind a reason on one node: the numbers and names that its text leaves out."""

from dataclasses import dataclass

from engine.scheduler.spread_constraints import Skew

# More than is ever missing: amounts are int64.
_TOO_SMALL = 1 << 65


@dataclass(frozen=True, slots=True)
class Shortage:
    """A resource of which there is not enough; amounts in the scheduler's units."""

    resource: str
    wanted: int
    free: int
    """Negative where too much is kept for others already."""
    allocatable: int
    kept: int = 0
    """Of what is not free: for pods that wait with this node nominated."""

    @property
    def missing(self) -> int:
        """How much more would have to be free."""
        return self.wanted - self.free

    @property
    def distance(self) -> int:
        """The same; nodes that never have as much come after all others."""
        return self.missing + (_TOO_SMALL if self.wanted > self.allocatable else 0)


@dataclass(frozen=True, slots=True)
class Untolerated:
    """Taints that keep the pod out, as kubectl writes them: `key=value:effect`."""

    taints: tuple[str, ...]

    @property
    def distance(self) -> int:
        """How many."""
        return len(self.taints)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What the pod requires of the node's labels and does not find there, in its shortest form."""

    requirements: tuple[str, ...]

    @property
    def distance(self) -> int:
        """How many."""
        return len(self.requirements)


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Other pods because of which this one cannot run there, by `namespace/name`."""

    pods: tuple[str, ...]
    because: str = ""
    """What they have: a port, a claim, a topology key."""

    @property
    def distance(self) -> int:
        """How many."""
        return len(self.pods)


@dataclass(frozen=True, slots=True)
class Uneven:
    """The topology spread constraints that the pod would break there."""

    skews: tuple[Skew, ...]

    @property
    def distance(self) -> int:
        """By how much."""
        return sum(each.skew for each in self.skews)


@dataclass(frozen=True, slots=True)
class ClaimProblem:
    """A claim and what is the matter with it."""

    claim: str
    problem: str


@dataclass(frozen=True, slots=True)
class Claims:
    """The pod's claims that stand in the way."""

    problems: tuple[ClaimProblem, ...]

    @property
    def distance(self) -> int:
        """How many."""
        return len(self.problems)


Evidence = Shortage | Untolerated | Unmatched | InTheWay | Uneven | Claims
