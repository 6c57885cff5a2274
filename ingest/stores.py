"""Resources with an etcd of their own number their writes apart: `--etcd-servers-overrides`.

Between two stores no revision says what came first. So each store's writes are put in order by
themselves, and the orders are laid together by the times at which the writes came into force.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter, itemgetter

from ingest.log.settings import resource_of
from ingest.order import SLACK_US, Window
from ingest.requests import ObjectKey, Request, Step
from ingest.version import Version

MAIN = 0
"""The store of all resources that have none of their own."""


class Stores:
    """Which store an object is in, as a number; MAIN unless its resource is `separate`."""

    def __init__(self, separate: Sequence[str] = ()) -> None:
        self._numbers = {resource_of(text): number for number, text in enumerate(separate, 1)}

    def __len__(self) -> int:
        return 1 + len(self._numbers)

    def parted(self, requests: Iterable[Request]) -> list[list[Request]]:
        """Requests by the store of what they are about."""
        if not self._numbers:
            return [list(requests)]
        parts: list[list[Request]] = [[] for _ in range(len(self))]
        for request in requests:
            parts[self.of(request.key)].append(request)
        return parts

    def of(self, key: ObjectKey) -> int:
        """The store of an object."""
        return self._numbers.get(key[:2], MAIN) if self._numbers else MAIN


def in_order(
    batches: Iterable[Iterable[Request]], stores: Stores, slack_us: int = SLACK_US
) -> Iterator[Step]:
    """All steps of all requests, in the order of their writes. Batches come by arrival."""
    windows = [Window(slack_us, store) for store in range(len(stores))]
    merge = _Merge()
    for batch in batches:
        parts = stores.parted(batch)
        arrived = max([r.received for part in parts for r in part], default=0)
        for window, part in zip(windows, parts, strict=True):
            merge.add(window.push(part, arrived))
        yield from merge.until(min(window.horizon for window in windows))
    for window in windows:
        merge.add(window.finish())
    yield from merge.until(None)


class _Merge:
    """Lays steps together by their times, which then never run backwards."""

    def __init__(self) -> None:
        self._waiting: list[Step] = []
        self._now = 0

    def add(self, steps: list[Step]) -> None:
        self._waiting += steps

    def until(self, horizon: int | None) -> list[Step]:
        """The steps before a time; None for all."""
        self._waiting.sort(key=attrgetter("time"))  # stable: each store keeps its order
        count = len(self._waiting)
        if horizon is not None:
            count = bisect_left(self._waiting, horizon, key=attrgetter("time"))
        ready, self._waiting = self._waiting[:count], self._waiting[count:]
        for step in ready:
            if step.time > self._now:
                self._now = step.time
            step.time = self._now
        return ready


def by_store(versions: Sequence[Version]) -> list[list[Version]]:
    """The versions of each store, in the order given."""
    parts: dict[int, list[Version]] = {}
    for version in versions:
        parts.setdefault(version.store, []).append(version)
    return [parts[store] for store in sorted(parts)]


def merged(parts: Iterable[Iterable[Version]]) -> Iterator[Version]:
    """The versions of several stores laid together by time, each in its order."""
    for _, version in heapq.merge(*map(_timed, parts), key=itemgetter(0)):
        yield version


def _timed(versions: Iterable[Version]) -> Iterator[tuple[int, Version]]:
    now = 0
    for version in versions:
        now = max(now, version.time)
        yield now, version
