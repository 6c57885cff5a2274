"""One walk through the history, which brings the scheduler's cache up to each decision.

The scheduler reads a node again only when it changed since the decision before, and counts then how
many nodes have its images. So what it knew hangs on the decisions before, and on their order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from engine.scheduler.reading import Object
from ingest.log.asof import Position
from replay.scheduling.cache import Cache
from replay.scheduling.decided import Decided
from replay.scheduling.recorded import SCHEDULED
from replay.scheduling.snapshot import Key, Store
from replay.scheduling.versions import Version

_NEAR = 64
"""How many writes before and after a decision can be looked at."""


@dataclass(frozen=True, slots=True)
class Change:
    """A write that the cache has taken, and what was known of its object before."""

    version: Version
    before: Object | None


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a walk begins that does not begin with the history."""

    position: Position
    objects: Iterable[tuple[Store, Key, Object]]
    """What was there."""
    pods: Mapping[Position, Object]
    """Pods as they were decided on before, by those positions."""


class Walk:
    """The cache as it goes through decisions, and versions in the order of their positions."""

    def __init__(
        self,
        decisions: Sequence[Decided],
        versions: Iterator[Version],
        begin: Beginning | None = None,
    ) -> None:
        """`versions`: all of them, or those after the beginning."""
        self.cache = Cache()
        self.position: Position = begin.position if begin else 0
        self.recent: deque[Change] = deque(maxlen=_NEAR)
        self._decisions = decisions
        self._versions = versions
        self._coming: deque[Version] = deque()
        self._pods = dict(begin.pods) if begin else {}
        """What those that are decided on were then, by that position, until it is passed."""
        self._wanted = {each.own for each in decisions} - self._pods.keys()
        for store, key, obj in begin.objects if begin else ():
            self.cache.put(store, key, obj)

    def decisions(self) -> Iterator[tuple[Decided, Object]]:
        """Each decision with its pod, while the cache is as it was then."""
        last_use = {each.own: number for number, each in enumerate(self._decisions)}
        for number, decided in enumerate(self._decisions):
            self._advance(decided)
            self.cache.begin_cycle()
            pod = self._pods[decided.own]
            yield decided, pod
            self._assume(decided, pod)
            if last_use[decided.own] == number:
                del self._pods[decided.own]

    def _assume(self, decided: Decided, pod: Object) -> None:
        """From here on the pod has its node; unless its binding is seen already."""
        is_seen = decided.until is not None and decided.until <= self.position
        if decided.event == SCHEDULED and not is_seen:
            self.cache.assume((decided.namespace, decided.name), pod, decided.node)

    def _advance(self, decided: Decided) -> None:
        """Go to where the scheduler was when it decided: see `replay.scheduling.decided`."""
        while (version := self._next()) is not None:
            if decided.until is not None and version.position >= decided.until:
                return
            if version.time >= decided.taken and version.position > decided.own:
                return
            self._take(self._coming.popleft())

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
