"""Which revisions the record had shown by a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from ingest.requests import Request


class Shown:
    """The highest revision that some answer had shown by a time, and how far clocks differ.

    Every revision that was shown when a request arrived is older than what that request wrote. A
    creation's answer always shows its own revision, so one that seems older than that was measured
    by another clock: `skew_us` is by how much, in microseconds, and times are compared with that
    much mistrust.
    """

    def __init__(self) -> None:
        self.skew_us = 0
        self._answers: list[tuple[int, int]] = []  # (time, revision), by time
        self._base = 0
        self._times: list[int] = []
        self._highest: list[int] = [0]

    def add(self, requests: Iterable[Request], oldest: int) -> None:
        """Add answers; from now on nothing before `oldest` will be asked."""
        requests = [r for r in requests if r.resource_version is not None]
        self._answers.extend(
            (r.ended, r.resource_version or 0) for r in requests if r.succeeded and not r.dry_run
        )
        self._answers.sort()
        old = bisect_left(self._answers, (oldest - self.skew_us, 0))
        self._base = max([self._base, *(rv for _, rv in self._answers[:old])])
        del self._answers[:old]
        self._times = [time for time, _ in self._answers]
        self._highest = list(accumulate((rv for _, rv in self._answers), max, initial=self._base))
        self.skew_us = max([self.skew_us, *map(self._ahead, requests)])

    def before(self, time: int) -> int:
        """The highest revision that had been shown by `time`."""
        return self._highest[bisect_left(self._times, time - self.skew_us)]

    def _ahead(self, request: Request) -> int:
        """By how much, in microseconds, a creation seems to come after what came after it."""
        rv = request.resource_version
        if rv is None or request.code != 201 or not request.stores or not rv < self._highest[-1]:
            return 0
        # The first answer that showed a later revision.
        first = bisect_left(self._highest, rv + 1) - 1
        return max(0, request.received - self._times[first]) if first >= 0 else 0
