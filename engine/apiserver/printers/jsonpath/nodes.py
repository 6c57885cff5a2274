"""What a JSONPath template consists of, once parsed."""

from dataclasses import dataclass, field
from typing import TypeAlias

from engine.errors import KubeRewindError


class JSONPathError(KubeRewindError):
    """A template that cannot be read, or that does not go with the object it is applied to."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text, a number or a boolean that stands for itself."""

    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Field:
    """`.name`"""

    name: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`.*`"""


@dataclass(frozen=True, slots=True)
class Recursive:
    """`..`: the value and all below it."""


@dataclass(frozen=True, slots=True)
class Slice:
    """`[start:end:step]`, None where not given; `[i]` is `single`, from i on for one."""

    start: int | None
    end: int | None
    step: int | None
    single: bool = False


@dataclass(frozen=True, slots=True)
class Union:
    """`[a,b]`: the results of each, one after another."""

    choices: "tuple[Path, ...]"


@dataclass(frozen=True, slots=True)
class Filter:
    """`[?(left operator right)]`, or `[?(left)]`, whose operator is "" and whose right is empty."""

    left: "Path"
    operator: str
    right: "Path"


Step: TypeAlias = Literal | Field | Wildcard | Recursive | Slice | Union | Filter


@dataclass(frozen=True, slots=True)
class Path:
    """The steps inside one pair of braces, each applied to what the one before gave."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """`{range path}body{end}`: the body for every value of the path."""

    over: Path
    body: "tuple[Part, ...]" = field(default=())


Part: TypeAlias = Path | Range
