"""Which of several free places can each of several things take, if no two share one?

Bounds consistency of the constraints "all different" and "this one before that one" on intervals of
integers: what is cut off is impossible, and a thing with one place left is certain to be there.

Source: López-Ortiz, Quimper, Tromp, van Beek, A fast and simple algorithm for bounds consistency of
the alldifferent constraint, IJCAI 2003.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import gt, sub

ROUNDS_MAX = 30
"""Rounds of narrowing; each is sound, so that stopping early only leaves more open."""


class ContradictionError(Exception):
    """No assignment satisfies all that was said."""


@dataclass(slots=True)
class Places:
    """The lowest and the highest place that each thing can take.

    `began` and `over` are times: a thing that was over before another began has a lower place.
    """

    low: list[int]
    high: list[int]
    began: Sequence[int]
    over: Sequence[int]

    def narrow(self, before: Sequence[tuple[int, int]]) -> None:
        """Cut off what is impossible. `before` holds (earlier, later) pairs, earlier ones first.

        Raises ContradictionError; the places are then of no use.
        """
        by_begin = sorted(range(len(self.low)), key=self.began.__getitem__)
        by_end = sorted(range(len(self.low)), key=self.over.__getitem__)
        for number in range(ROUNDS_MAX):
            bounds = (*self.low, *self.high)
            self._keep_pairs(before)
            self._keep_times(by_begin, by_end)
            if any(map(gt, self.low, self.high)):
                raise ContradictionError
            if number and bounds == (*self.low, *self.high):
                return  # what the last round left takes places that are all different already
            self.low = raised(self.low, self.high)
            # The upper bounds are the lower bounds of the mirror image.
            mirrored = raised([-high for high in self.high], [-low for low in self.low])
            self.high = [-bound for bound in mirrored]

    def _keep_pairs(self, before: Sequence[tuple[int, int]]) -> None:
        low, high = self.low, self.high
        for earlier, later in before:
            if low[later] <= low[earlier]:
                low[later] = low[earlier] + 1
        for earlier, later in reversed(before):
            if high[earlier] >= high[later]:
                high[earlier] = high[later] - 1

    def _keep_times(self, by_begin: Sequence[int], by_end: Sequence[int]) -> None:
        low, high, began, over = self.low, self.high, self.began, self.over
        ends = iter([*by_end, -1])
        ended, highest = next(ends), min(low) - 1
        for one in by_begin:
            while ended >= 0 and over[ended] < began[one]:
                if low[ended] > highest:
                    highest = low[ended]
                ended = next(ends)
            if low[one] <= highest:
                low[one] = highest + 1
        begins = iter([*reversed(by_begin), -1])
        begun, lowest = next(begins), max(high) + 1
        for one in reversed(by_end):
            while begun >= 0 and began[begun] > over[one]:
                if high[begun] < lowest:
                    lowest = high[begun]
                begun = next(begins)
            if high[one] >= lowest:
                high[one] = lowest - 1


def arranged(low: Sequence[int], high: Sequence[int], order: Sequence[int]) -> list[int]:
    """A place for each, no two the same, as late as can be, and in `order` where that is possible.

    `low` and `high` must leave a place to each (see Places.narrow); `order` ranks the things.
    """
    waiting = sorted(range(len(low)), key=lambda i: high[i])
    place = max(high)
    open_: list[int] = []
    result = [0] * len(low)
    while waiting or open_:
        if not open_:
            place = min(place, high[waiting[-1]])
        while waiting and high[waiting[-1]] >= place:
            open_.append(waiting.pop())
        chosen = _last_that_can_take(place, open_, waiting, low, order)
        open_.remove(chosen)
        result[chosen] = place
        place -= 1
    return result


def _last_that_can_take(
    place: int,
    open_: Sequence[int],
    waiting: Sequence[int],
    low: Sequence[int],
    order: Sequence[int],
) -> int:
    """The last in order whose taking `place` leaves places enough below it to all others."""
    others = sorted((low[i] for i in (*open_, *waiting)), reverse=True)
    # Those with the lowest places need not fit yet: the first stretch that is full decides.
    full = next((x for count, x in enumerate(others, start=1) if count > place - x), None)
    able = [i for i in open_ if full is None or low[i] >= full]
    return max(able or open_, key=lambda i: order[i])


def raised(low: Sequence[int], high: Sequence[int]) -> list[int]:
    """The lower bounds that are left if no two intervals [low, high] may choose the same place.

    Where as many intervals lie within a stretch as it has places, all others must leave it.
    """
    ends = [end + 1 for end in high]
    bounds = sorted({*low, *ends})
    bounds = [bounds[0] - 2, *bounds, bounds[-1] + 2]
    rank = {bound: index for index, bound in enumerate(bounds)}
    # Names are those of the paper: t leads to the next stretch with places left, d counts them, h
    # leads to the end of a stretch that is full (a Hall interval).
    t = [0, *range(len(bounds) - 1)]
    h = list(t)
    d = [0, *map(sub, bounds[1:], bounds)]
    result = list(low)
    for one in sorted(range(len(low)), key=ends.__getitem__):
        x, y = rank[low[one]], rank[ends[one]]
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
