"""What the parts of a diff share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.apiserver.patch.strategic.plan import Plan

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What of the difference goes into the patch: DiffOptions of strategicpatch."""

    changes: bool = True
    deletions: bool = True


EVERYTHING = Kept()
CHANGES = Kept(deletions=False)
DELETIONS = Kept(changes=False)

DiffMaps = Callable[[Object, Object, Plan, Kept, bool], Object]
"""(original, modified, plan, what is kept, whether `$retainKeys` is wanted) -> patch."""
