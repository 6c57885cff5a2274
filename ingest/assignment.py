"""Which of several free places can each of several things take, if no two share one?

Bounds consistency of the constraints "all different" and "this one before that one" on intervals of
integers: what is cut off is impossible, and a thing with one place left is certain to be there.

Source: López-Ortiz, Quimper, Tromp, van Beek, A fast and simple algorithm for bounds consistency of
the alldifferent constraint, IJCAI 2003.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

ROUNDS_MAX = 30
"""Rounds of narrowing; each is sound, so that stopping early only leaves more open."""


class ContradictionError(Exception):
    """No assignment satisfies all that was said."""


@dataclass(slots=True)
class Places:
    """The lowest and the highest place that each thing can take."""

    low: list[int]
    high: list[int]

    def narrow(self, before: Sequence[tuple[int, int]]) -> None:
        """Cut off what is impossible. `before` holds (earlier, later) pairs, earlier ones first.

        Raises ContradictionError; the places are then of no use.
        """
        for _ in range(ROUNDS_MAX):
            bounds = (*self.low, *self.high)
            self._keep_order(before)
            self.low = raised(self.low, self.high)
            # The upper bounds are the lower bounds of the mirror image.
            mirrored = raised([-h for h in self.high], [-low for low in self.low])
            self.high = [-m for m in mirrored]
            if bounds == (*self.low, *self.high):
                return

    def _keep_order(self, before: Sequence[tuple[int, int]]) -> None:
        low, high = self.low, self.high
        for earlier, later in before:
            low[later] = max(low[later], low[earlier] + 1)
        for earlier, later in reversed(before):
            high[earlier] = min(high[earlier], high[later] - 1)
        if any(a > b for a, b in zip(low, high, strict=True)):
            raise ContradictionError


def raised(low: Sequence[int], high: Sequence[int]) -> list[int]:
    """The lower bounds that are left if no two intervals [low, high] may choose the same place.

    Where as many intervals lie within a stretch as it has places, all others must leave it.
    """
    bounds = sorted({*low, *(end + 1 for end in high)})
    bounds = [bounds[0] - 2, *bounds, bounds[-1] + 2]
    rank = {bound: index for index, bound in enumerate(bounds)}
    # Names are those of the paper: t leads to the next stretch with places left, d counts them, h
    # leads to the end of a stretch that is full (a Hall interval).
    t = [max(0, index - 1) for index in range(len(bounds))]
    h = list(t)
    d = [0, *(after - before for before, after in pairwise(bounds))]
    result = list(low)
    for one in sorted(range(len(low)), key=lambda i: high[i]):
        x, y = rank[low[one]], rank[high[one] + 1]
        z = _end(t, x + 1)
        j = t[z]
        d[z] -= 1
        if d[z] == 0:
            t[z] = z + 1
            z = _end(t, t[z])
            t[z] = j
        _lead(t, x + 1, z, z)
        if d[z] < bounds[z] - bounds[y]:
            raise ContradictionError
        if h[x] > x:
            w = _end(h, h[x])
            result[one] = bounds[w]
            _lead(h, x, w, w)
        if d[z] == bounds[z] - bounds[y]:
            _lead(h, h[y], j - 1, y)
            h[y] = j - 1
    return result


def _end(links: list[int], start: int) -> int:
    """Where the links lead that go upwards."""
    while links[start] > start:
        start = links[start]
    return start


def _lead(links: list[int], start: int, end: int, to: int) -> None:
    """Let all links on the way from `start` to `end` lead to `to`: the next way is short."""
    while start != end:
        following = links[start]
        links[start] = to
        start = following
