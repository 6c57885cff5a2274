"""Patches that a log lets be read in two ways, until somebody shows what became of the object.

A log does not hold the media type of a patch. Of one with a list in it and no directive, a
strategic merge and a JSON merge make different things. Both are computed, and the first one stands
until an update of the status, which carries the rest of the object as its writer had read it, fits
the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ingest.bodies import Object, metadata_of, parsed
from ingest.requests import ObjectKey
from ingest.version import Version

WRITES_MAX = 32
"""A doubt that lasts for more writes than that is given up."""

READ_METADATA = ("annotations", "finalizers", "labels", "ownerReferences")
"""What an update of the status shows of the metadata, and cannot change of every kind."""


@dataclass(slots=True)
class _Doubt:
    """The versions since a patch of two readings, and what each is by the other reading."""

    versions: list[Version]
    others: list[Object]


@dataclass(slots=True)
class Doubts:
    """The open doubts, by object."""

    _open: dict[ObjectKey, _Doubt] = field(default_factory=dict)

    def begin(self, version: Version, other: Object) -> None:
        """A version that by the other reading would be `other`; one doubt at a time."""
        if version.key in self._open:
            return
        self._open[version.key] = _Doubt([version], [other])

    def follow(self, version: Version, advance: Callable[[Object], Object | None]) -> None:
        """The next version of an object; `advance` makes it of another one before."""
        doubt = self._open.get(version.key)
        if doubt is None or version in doubt.versions:
            return
        other = advance(doubt.others[-1])
        if other is None or len(doubt.versions) >= WRITES_MAX:
            del self._open[version.key]
            return
        doubt.versions.append(version)
        doubt.others.append(other)

    def decide(self, before: Version, seen: Object) -> None:
        """Learn what the writer of a status had read; `before` is that by the first reading."""
        doubt = self._open.get(before.key)
        if doubt is None:
            return
        key, shown = before.key, _read(seen)
        if shown == _read(parsed(before.body)):
            del self._open[key]
        elif shown == _read(doubt.others[-1]):
            del self._open[key]
            for version, other in zip(doubt.versions, doubt.others, strict=True):
                version.spell(other)
                version.complete = False

    def forget(self, key: ObjectKey) -> None:
        """The object is gone."""
        self._open.pop(key, None)


def _read(obj: Object) -> list[Any]:
    metadata = metadata_of(obj)
    return [obj.get("spec"), *(metadata.get(name) for name in READ_METADATA)]
