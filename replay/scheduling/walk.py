"""One walk through the history, which brings the scheduler's cache up to each decision."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from engine.scheduler.reading import Object
from ingest.log.asof import Position
from replay.scheduling.cache import Cache
from replay.scheduling.decided import Decided
from replay.scheduling.versions import Version

_NEAR = 64
"""How many writes before and after a decision can be looked at."""


@dataclass(frozen=True, slots=True)
class Change:
    """A write that the cache has taken, and what was known of its object before."""

    version: Version
    before: Object | None


class Walk:
    """The cache as it goes through the versions, which come in the order of their positions.

    `wanted` are positions of pods: what they were there is kept until it is taken.
    """

    def __init__(self, versions: Iterator[Version], wanted: Iterable[Position]) -> None:
        self.cache = Cache()
        self.position: Position = 0
        self.recent: deque[Change] = deque(maxlen=_NEAR)
        self._versions = versions
        self._coming: deque[Version] = deque()
        self._wanted = set(wanted)
        self._pods: dict[Position, Object] = {}

    def advance(self, decided: Decided) -> None:
        """Go to where the scheduler was when it decided: see `replay.scheduling.decided`."""
        while (version := self._next()) is not None:
            if decided.until is not None and version.position >= decided.until:
                return
            if version.time >= decided.taken and version.position > decided.own:
                return
            self._take(self._coming.popleft())

    def pod(self, position: Position) -> Object:
        """What a pod was at a wanted position that was passed."""
        return self._pods[position]

    def drop(self, position: Position) -> None:
        """That pod is not wanted any more."""
        del self._pods[position]

    def coming(self) -> list[Version]:
        """The next writes."""
        while len(self._coming) < _NEAR and (version := next(self._versions, None)) is not None:
            self._coming.append(version)
        return list(self._coming)

    def _next(self) -> Version | None:
        if not self._coming and (version := next(self._versions, None)) is not None:
            self._coming.append(version)
        return self._coming[0] if self._coming else None

    def _take(self, version: Version) -> None:
        self.position = version.position
        obj = object_of(version)
        if version.position in self._wanted and obj is not None:
            self._wanted.remove(version.position)
            self._pods[version.position] = obj
        self.recent.append(Change(version, self.cache.get(version.store, version.key)))
        self.cache.put(version.store, version.key, obj)


def object_of(version: Version) -> Object | None:
    """The object, parsed; None if it is gone or was not seen."""
    if version.body is None:
        return None
    obj: Object = orjson.loads(version.body)
    return obj
