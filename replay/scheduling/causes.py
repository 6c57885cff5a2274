"""Why the model did not decide as the cluster: the write by which the rebuilt cache was wrong.

A cause is found by changing the cache by one write that is near, and asking again. It explains a
miss and never makes it a hit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from replay.scheduling.cache import Cache
from replay.scheduling.decided import Decided
from replay.scheduling.recorded import SCHEDULED
from replay.scheduling.snapshot import PODS, Key, Store, with_node
from replay.scheduling.versions import Version
from replay.scheduling.walk import Change, Walk, object_of

BEHIND, AHEAD, ORDER, UNKNOWN = "behind", "ahead", "order", "unknown"

_NEAR_US = 1_000_000
"""Writes and decisions further away are no cause."""

Asking = Callable[[], bool]
"""Whether the model decides as the cluster did, with the cache as it is now."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What the scheduler's cache had that the rebuilt one has not, or the reverse."""

    kind: str
    """BEHIND: a write that was in force was not seen yet; AHEAD: one was seen before it was
    surely in force; ORDER: another pod was decided on sooner, or later; UNKNOWN.
    """
    words: str = ""


def cause_of(
    decided: Decided,
    walk: Walk,
    before: Sequence[Decided],
    after: Sequence[Decided],
    agrees: Asking,
) -> Cause:
    """The first that explains it. `before` and `after` are decisions, the nearest first."""
    for cause, change in _changes(decided, walk, before, after):
        with change:
            if agrees():
                return cause
    several = _all_since(decided, walk, agrees) or _all_until(decided, walk, agrees)
    return several or Cause(UNKNOWN)


def _changes(
    decided: Decided, walk: Walk, before: Sequence[Decided], after: Sequence[Decided]
) -> Iterator[tuple[Cause, AbstractContextManager[None]]]:
    """Single changes of the cache, each with what it would mean."""
    cache = walk.cache
    for change in _last_of_each(_undoable(decided, walk)):
        yield _behind(change.version, decided), _undone(cache, change)
    for other in after:
        pod = cache.get(PODS, _key(other))
        if pod is not None and other.event == SCHEDULED and _is_near(other.recorded, decided):
            placed = with_node(pod, other.node)
            yield _order(other, decided, "before"), cache.changed(PODS, _key(other), placed)
    for version in _seeable(decided, walk):
        yield _ahead(version, decided), _done(cache, version)
    for other in before:
        is_there = cache.get(PODS, _key(other)) is not None and other.event == SCHEDULED
        if is_there and _is_near(other.recorded, decided):
            yield _order(other, decided, "after"), cache.changed(PODS, _key(other), None)


def _undoable(decided: Decided, walk: Walk) -> Iterator[Change]:
    """The writes near the decision that the cache has taken, the newest first."""
    for change in reversed(walk.recent):
        version = change.version
        is_own = version.store == PODS and version.key == _key(decided)
        if not is_own and _is_near(version.time, decided):
            yield change


def _last_of_each(changes: Iterable[Change]) -> Iterator[Change]:
    """The first of each object."""
    seen: list[tuple[Store, Key]] = []
    for change in changes:
        place = (change.version.store, change.version.key)
        if place not in seen:
            seen.append(place)
            yield change


def _all_since(decided: Decided, walk: Walk, agrees: Asking) -> Cause | None:
    """Several writes that were not seen yet: all from one on."""
    with ExitStack() as stack:
        for change in _undoable(decided, walk):
            stack.enter_context(_undone(walk.cache, change))
            if agrees():
                cause = _behind(change.version, decided)
                return Cause(BEHIND, f"all since {cause.words}")
    return None


def _seeable(decided: Decided, walk: Walk) -> Iterator[Version]:
    """The next writes near the decision."""
    for version in walk.coming():
        is_own = version.store == PODS and version.key == _key(decided)
        if not is_own and _is_near(version.time, decided):
            yield version


def _all_until(decided: Decided, walk: Walk, agrees: Asking) -> Cause | None:
    """Several writes that were seen already: all up to one."""
    with ExitStack() as stack:
        for version in _seeable(decided, walk):
            stack.enter_context(_done(walk.cache, version))
            if agrees():
                cause = _ahead(version, decided)
                return Cause(AHEAD, f"all until {cause.words}")
    return None


def _done(cache: Cache, version: Version) -> AbstractContextManager[None]:
    return cache.changed(version.store, version.key, object_of(version))


def _undone(cache: Cache, change: Change) -> AbstractContextManager[None]:
    return cache.changed(change.version.store, change.version.key, change.before)


def _behind(version: Version, decided: Decided) -> Cause:
    return Cause(BEHIND, f"{_name(version)}, {_apart(decided.taken - version.time)} old")


def _ahead(version: Version, decided: Decided) -> Cause:
    return Cause(AHEAD, f"{_name(version)}, {_apart(version.time - decided.taken)} later")


def _order(other: Decided, decided: Decided, when: str) -> Cause:
    apart = _apart(abs(other.recorded - decided.recorded))
    return Cause(ORDER, f"{other.namespace}/{other.name} was decided {when} it, {apart} apart")


def _name(version: Version) -> str:
    place = f"{version.namespace}/{version.name}" if version.namespace else version.name
    revision = "" if version.revision is None else f"rv:{version.revision} "
    return f"{revision}{version.resource} {place}"


def _apart(microseconds: int) -> str:
    return f"{microseconds / 1000:.0f} ms"


def _is_near(time: int, decided: Decided) -> bool:
    return abs(time - decided.taken) <= _NEAR_US


def _key(decided: Decided) -> Key:
    return decided.namespace, decided.name
