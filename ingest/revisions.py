"""Find the revisions that the record hides, and give every version its final place.

etcd numbers every write, without gaps, so a revision that no answer shows belongs to a write whose
answer hides it, or to one that is never logged (the API server's own leases and allocation maps).
A hidden write lies between its bounds; where only one free revision does, that is it. Several
hidden writes share the free revisions between them, in the order that their requests and objects
force; a revision counts as known only if no other assignment is possible.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ingest.assignment import ContradictionError, Places, arranged
from ingest.requests import ObjectKey
from ingest.stores import by_store, merged
from ingest.version import Version

WINDOW = 8_192
"""Versions held back before they are final: to settle bodies, and to see the revisions around."""

EARLY_MAX = 12
"""A version of open revision is placed by its time, at most so many revisions before the last that
it can have: placed too late it is one out of order, too early it makes all those that it overtakes.
Measured on recordings: from 8 to 16 there is nothing between them."""

ARRANGED_MAX = 256
"""Larger groups, such as the Events of a namespace, are placed late: weighing them is quadratic."""

UNBOUNDED = 1 << 62


def placed(versions: Iterable[Version], window: int = WINDOW) -> Iterator[Version]:
    """The versions in their final order, hidden revisions filled in where they are certain."""
    held: list[Version] = []
    for version in versions:
        held.append(version)
        if len(held) >= 2 * window:
            cut = _quiet_point(held, window)
            yield from _resolved(held[:cut])
            del held[:cut]
    yield from _resolved(held)


def _quiet_point(held: Sequence[Version], target: int) -> int:
    """A place from `target` on where a known revision parts all bounds before from all after."""
    lowest = list(accumulate((_lowest(v) for v in reversed(held)), min))[::-1]
    highest = 0
    for index, version in enumerate(held[:-1], start=1):
        highest = max(highest, _highest(version))
        if index >= target and highest < lowest[index]:
            return index
    return target


def _lowest(version: Version) -> int:
    if version.is_placed_by_time or version.store:
        return UNBOUNDED
    return version.lower + 1 if version.rv is None else version.rv


def _highest(version: Version) -> int:
    if version.is_placed_by_time or version.store:
        return 0
    if version.rv is not None:
        return version.rv
    return (version.upper or UNBOUNDED) - 1


class _Free:
    """The revisions between `start` and `end` (exclusive) that are not known, numbered from 0."""

    def __init__(self, known: Sequence[int], start: int, end: int) -> None:
        edges = [max(0, start), *known, end]
        gaps = [(before + 1, after) for before, after in pairwise(edges) if before + 1 < after]
        self._starts = [start for start, _ in gaps]
        self._ends = [end for _, end in gaps]
        self._before = list(accumulate((end - start for start, end in gaps), initial=0))

    def below(self, rv: int) -> int:
        """How many free revisions are lower than `rv`."""
        gap = bisect_right(self._starts, rv) - 1
        if gap < 0:
            return 0
        if rv < self._ends[gap]:
            return self._before[gap] + rv - self._starts[gap]
        return self._before[gap + 1]

    def at(self, number: int) -> int:
        """The free revision of that number."""
        gap = bisect_right(self._before, number) - 1
        return self._starts[gap] + number - self._before[gap]


def _free_around(known: Sequence[int], hidden: Sequence[Version]) -> _Free:
    """The free revisions, with more beyond all bounds than there are hidden ones."""
    spare = len(hidden) + 2
    lowest = min([known[0], *(v.upper for v in hidden if v.upper is not None)])
    highest = max([known[-1], *(v.lower for v in hidden)])
    return _Free(known, lowest - spare, highest + spare)


@dataclass(slots=True, eq=False)
class _Hidden:
    """A version whose revision is not known: the free revisions, by number, that it can have."""

    version: Version
    low: int
    high: int
    place: int  # its place among the revisions


def _resolved(versions: Sequence[Version]) -> Iterator[Version]:
    parts = by_store(versions)
    yield from _of_one_store(parts[0]) if len(parts) == 1 else merged(map(_of_one_store, parts))


def _of_one_store(versions: Sequence[Version]) -> Iterator[Version]:
    known = sorted({v.rv for v in versions if v.rv is not None})
    if not known:
        yield from versions
        return
    _bound_by_time(versions)
    free = _free_around(known, [v for v in versions if v.rv is None and not v.is_placed_by_time])
    hidden: list[_Hidden] = []
    last = known[0]
    for version in versions:
        if version.rv is not None:
            last = version.rv
            continue
        if version.is_placed_by_time:
            # There is nothing to assign; what ends with one lease even shares a revision.
            hidden.append(_Hidden(version, low=1, high=0, place=last))
            continue
        upper = UNBOUNDED if version.upper is None else version.upper
        hidden.append(_Hidden(version, free.below(version.lower + 1), free.below(upper) - 1, last))
    for group in _groups(hidden):
        if _narrow(group):
            _place(group, free)
    yield from _sorted(versions, hidden)


def _bound_by_time(versions: Sequence[Version]) -> None:
    """Narrow hidden revisions by known ones, those that were learned in the replay too.

    A write that began when another one was over has the higher revision.
    """
    rows = [(v.began, v.over, v.rv) for v in versions if v.rv is not None]
    over = sorted([(over, rv) for began, over, rv in rows if began])
    highest = list(accumulate((rv for _, rv in over), max, initial=0))
    ends = [time for time, _ in over]
    began = sorted([(began, rv) for began, _, rv in rows if began])
    lowest = list(accumulate((rv for _, rv in reversed(began)), min, initial=UNBOUNDED))[::-1]
    starts = [time for time, _ in began]
    for version in versions:
        if version.rv is not None or version.expired:
            continue
        arrived = version.began
        if not arrived:
            continue
        lower = highest[bisect_left(ends, arrived)]
        if version.lower > lower:
            lower = version.lower
        upper = lowest[bisect_right(starts, version.over)]
        if version.upper and version.upper < upper:
            upper = version.upper
        if lower + 1 < upper:
            version.lower, version.upper = lower, upper if upper < UNBOUNDED else None


def _groups(hidden: Iterable[_Hidden]) -> Iterator[list[_Hidden]]:
    """Hidden writes whose choices overlap, directly or through others; in the order of times."""
    order = {id(one): index for index, one in enumerate(hidden)}
    group: list[_Hidden] = []
    end = -1
    for one in sorted((h for h in hidden if h.low <= h.high), key=lambda h: h.low):
        if group and one.low > end:
            yield sorted(group, key=lambda h: order[id(h)])
            group = []
        group.append(one)
        if one.high > end:
            end = one.high
    if group:
        yield sorted(group, key=lambda h: order[id(h)])


def _narrow(group: Sequence[_Hidden]) -> bool:
    """Cut off the revisions that are impossible because of the others of the group.

    False if what is known of the group contradicts itself: clocks or lines are wrong.
    """
    places = Places(
        [one.low for one in group],
        [one.high for one in group],
        [one.version.began for one in group],
        [one.version.over for one in group],
    )
    try:
        places.narrow(_precedence(group))
    except ContradictionError:
        return False
    for one, low, high in zip(group, places.low, places.high, strict=True):
        one.low, one.high = low, high
    return True


def _precedence(group: Sequence[_Hidden]) -> list[tuple[int, int]]:
    """Pairs (earlier, later) that are certain: of one request, or of one object."""
    pairs = []
    latest: dict[ObjectKey | int, int] = {}
    for index, one in enumerate(group):
        for key in (one.version.key, id(one.version.step.request)):
            if key in latest:
                pairs.append((latest[key], index))
            latest[key] = index
    return pairs


def _place(group: Sequence[_Hidden], free: _Free) -> None:
    """Give the certain ones their revisions, the open ones the place that costs least if wrong."""
    by_time = [one.place for one in group]
    for one in group:
        one.place = free.at(one.high)
        if one.low == one.high:
            one.version.rv = one.place
    if len(group) > ARRANGED_MAX:
        for one, place in zip(group, by_time, strict=True):
            one.place = min(max(place, free.at(one.low)), one.place)
        return
    guesses = arranged([h.low for h in group], [h.high for h in group], _ranks(group))
    for one, guess in zip(group, guesses, strict=True):
        guessed = free.at(guess)
        if one.place - guessed <= EARLY_MAX:
            one.place = guessed


def _ranks(group: Sequence[_Hidden]) -> list[int]:
    """The order of the times at which the writes seem to have been done."""
    times = _estimates([one.version for one in group])
    by_time = sorted(range(len(group)), key=times.__getitem__)
    ranks = [0] * len(group)
    for rank, index in enumerate(by_time):
        ranks[index] = rank
    return ranks


def _estimates(versions: Sequence[Version]) -> list[int]:
    """When each write seems to have been done, in microseconds.

    A request's writes come one after the other: of a forced delete's two, the mark is half-way. One
    object of a collection is done at its place in the list, and all that it takes along with it.
    """
    done: dict[int, int] = {}
    writes: dict[int, int] = {}
    for version in versions:
        step, known = version.step, int(version.step.rv is not None)
        time = step.time if known else step.ended
        done[id(step)] = min(done.get(id(step), time), time, version.over)
        writes[id(step)] = writes.get(id(step), known) + 1
    so_far: dict[int, int] = {}
    estimates = []
    for version in versions:
        step = version.step
        end, count = done[id(step)], writes[id(step)]
        so_far[id(step)] = number = so_far.get(id(step), 0) + 1
        began = end if step.item is not None else step.request.received
        estimates.append(began + (end - began) * number // count)
    return estimates


def _sorted(versions: Sequence[Version], hidden: Iterable[_Hidden]) -> list[Version]:
    """By place; whatever clocks say, the versions of one object stay in their order."""
    places = {id(one.version): one.place for one in hidden}
    rows: list[tuple[int, int]] = []
    following: dict[ObjectKey, int] = {}
    for index in range(len(versions) - 1, -1, -1):
        version = versions[index]
        place = version.rv if version.rv is not None else places[id(version)]
        later = following.get(version.key)
        if later is not None and later < place:
            place = later
        following[version.key] = place
        rows.append((place, index))
    return [versions[index] for _, index in sorted(rows)]
