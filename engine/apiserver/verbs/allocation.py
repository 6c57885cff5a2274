"""What the server allocates for an object."""

from __future__ import annotations

from engine.apiserver.verbs.contract import Choices, Object, Write


def allocated(write: Write, obj: Object, before: Object | None, choices: Choices) -> Object:
    """The object with what it was allocated."""
    return obj
