"""What a kind offers to be prepared for storage."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]
PrepareForCreate = Callable[[Object], None]
PrepareForUpdate = Callable[[Object, Object], None]


def nothing(obj: Object) -> None:
    """A kind that is stored as it was sent."""


def nothing_on_update(new: Object, old: Object) -> None:
    """A kind whose updates are stored as they were sent."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """PrepareForCreate and PrepareForUpdate of a kind's strategy in pkg/registry (v1.36).

    Both change the new object in place and may share parts of the old one with it; the old one
    stays as it is. `subresources` are those whose updates are prepared otherwise, `at` those that
    read the clock besides: it comes as the text of a time.

    The object, its metadata, spec and status are its own. What is below them it may share with what
    was decoded, and that is not typed again: there, and in the metadata, a strategy sets only what
    is in typed form.
    """

    create: PrepareForCreate = nothing
    update: PrepareForUpdate = nothing_on_update
    subresources: Mapping[str, PrepareForUpdate] = field(default_factory=dict)
    at: Mapping[str, Callable[[Object, Object, str], None]] = field(default_factory=dict)
