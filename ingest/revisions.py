"""Find the revisions that the record hides, and give every version its final place.

etcd numbers every write, without gaps, so a revision that no answer shows belongs to a write whose
answer hides it, or to one that is never logged (the API server's own leases and allocation maps).
A hidden write lies between its bounds; where only one free revision does, that is it. Several
hidden writes share several free revisions in the order that their requests, objects and times
force; a revision counts as known only if no other assignment is possible.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.version import Version

WINDOW = 8_192
"""Versions held back before they are final: to settle bodies, and to see the revisions around."""

GROUP_MAX = 64
"""Hidden writes that compete for revisions are weighed together up to this many."""


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


def _quiet_point(held: list[Version], target: int) -> int:
    """A place near `target` where a known revision separates all bounds before from after."""
    highest = 0
    later = [0] * (len(held) + 1)
    later[-1] = 1 << 62
    for index in range(len(held) - 1, -1, -1):
        version = held[index]
        low = version.rv if version.rv is not None else version.lower + 1
        later[index] = min(later[index + 1], low)
    best = target
    for index, version in enumerate(held[:-1]):
        high = version.rv
        if high is None:
            high = (version.upper or 1 << 61) - 1
        highest = max(highest, high)
        if index + 1 >= target and highest < later[index + 1]:
            best = index + 1
            break
    return best


@dataclass(slots=True, eq=False)
class _Hidden:
    version: Version
    index: int
    choices: list[int]
    follows: int  # the last known revision before it in the order of times
    place: int = 0


def _resolved(versions: list[Version]) -> Iterator[Version]:
    known = sorted({v.rv for v in versions if v.rv is not None})
    if not known:
        yield from versions
        return
    taken = set(known)
    free = [rv for rv in range(known[0] + 1, known[-1]) if rv not in taken]
    hidden: list[_Hidden] = []
    last = known[0]
    for index, version in enumerate(versions):
        if version.rv is None:
            hidden.append(_Hidden(version, index, _choices(version, free), last))
        else:
            last = version.rv
    for group in _groups(hidden):
        _assign(group)
    yield from _sorted(versions, hidden)


def _choices(version: Version, free: list[int]) -> list[int]:
    start = bisect_right(free, version.lower)
    end = bisect_left(free, version.upper) if version.upper is not None else len(free)
    return free[start:end]


def _groups(hidden: list[_Hidden]) -> Iterator[list[_Hidden]]:
    """Hidden writes whose choices overlap, directly or through others."""
    group: list[_Hidden] = []
    end = -1
    for one in sorted((h for h in hidden if h.choices), key=lambda h: h.choices[0]):
        if group and one.choices[0] > end:
            yield group
            group = []
            end = -1
        group.append(one)
        end = max(end, one.choices[-1])
    if group:
        yield group


def _assign(group: list[_Hidden]) -> None:
    """Narrow the choices of a group; a single one left is the revision."""
    group.sort(key=lambda h: h.index)
    before = _precedence(group)
    _narrow(group, before)
    used: set[int] = set()
    for one in group:
        # Those that stay open go where the times had put them: after the version before.
        open_ = [rv for rv in one.choices if rv not in used] or one.choices
        one.place = next((rv for rv in open_ if rv > one.follows), open_[-1])
        if one.version.upper is not None and one.version.upper == one.version.step.rv:
            one.place = open_[-1]  # the mark of a deletion that followed at once
        used.add(one.place)
    for one in group:
        if len(one.choices) == 1:
            one.version.rv = one.choices[0]


def _precedence(group: list[_Hidden]) -> list[tuple[int, int]]:
    """Pairs (earlier, later) that are certain: one request's, one object's, or apart in time."""
    pairs = []
    for j, later in enumerate(group):
        for i, earlier in enumerate(group[:j]):
            a, b = earlier.version, later.version
            apart = a.step.request.ended < b.step.request.received
            if apart or a.step.request is b.step.request or a.key == b.key:
                pairs.append((i, j))
    return pairs


def _narrow(group: list[_Hidden], pairs: list[tuple[int, int]]) -> None:
    """Bounds consistency of distinct revisions under a partial order."""
    if len(group) > GROUP_MAX:
        return
    changed = True
    while changed:
        changed = False
        for i, j in pairs:
            first, second = group[i], group[j]
            if first.choices and second.choices:
                low, high = first.choices[0], second.choices[-1]
                changed |= _keep(second, [rv for rv in second.choices if rv > low])
                changed |= _keep(first, [rv for rv in first.choices if rv < high])
        for one in group:
            # As many writes as revisions in a stretch: nobody else's can be there.
            low, high = one.choices[0], one.choices[-1]
            inside = [h for h in group if h.choices[0] >= low and h.choices[-1] <= high]
            room = {rv for h in inside for rv in h.choices}
            if len(inside) != len(room):
                continue
            for other in group:
                if other not in inside:
                    changed |= _keep(other, [rv for rv in other.choices if rv not in room])


def _keep(one: _Hidden, choices: list[int]) -> bool:
    if not choices or len(choices) == len(one.choices):
        return False  # a contradiction is the clocks' fault: keep what there is
    one.choices = choices
    return True


def _sorted(versions: list[Version], hidden: list[_Hidden]) -> list[Version]:
    """By revision; those without one right after the version that they followed."""
    guess = {id(h.version): h.place for h in hidden if h.choices}
    keys: list[tuple[int, int]] = []
    last = 0
    for index, version in enumerate(versions):
        place = version.rv if version.rv is not None else guess.get(id(version))
        if place is None:
            place = last
        last = place
        keys.append((place, index))
    return [versions[index] for _, index in sorted(keys)]
