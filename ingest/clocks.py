"""Times that cannot be right: what contradicts the revisions, the request itself, or all the rest.

One line whose clock was wrong would take the times of all others with it: revisions that seem to
have been shown in 1990, an end of the log in 2126. So, before anything is put in order, the log is
searched for

* an answer that is older than its request,
* a creation that arrived when a higher revision had been shown for long, and an answer with a
  revision that was made long after it,
* lines that are years away from all others.

The creations that agree with each other are believed, most of them do, and what contradicts them by
more than clocks differ is given the time of its neighbours. Times as such prove nothing: a log in
which many lines contradict others is one of an etcd that was restored, or of servers whose clocks
differ, and is left as it is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.schema.resources import storage_key
from ingest.order import SKEW_US_MAX
from ingest.requests import COLUMNS, Doubt, Request, requests_of

Read = Callable[[Sequence[str]], Iterable[pa.RecordBatch]]
"""Reads these columns of the log from its beginning, by arrival."""

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

YEARS_US = 3 * 365 * 86_400 * 1_000_000
"""No log is silent for three years: where one seems to be, the clock was wrong on one side."""

SHARE_MAX = 0.1
"""More than so many of the creations are no wrong lines: the revisions began anew, or clocks of
whole servers differ."""

_FAR = np.int64(1 << 62)
_SLIM = ("received", "answered", "resource_version", "code", "dry_run", "api_group", "resource")


@dataclass(frozen=True, slots=True)
class Clocks:
    """What came of the search. `doubted` are requests with believable times, by arrival.

    `span` is what the other lines cover, None where no line is doubted. `unresolved` counts the
    contradictions that were left as they are.
    """

    doubted: tuple[Request, ...] = ()
    span: tuple[int, int] | None = None
    unresolved: int = 0

    def corrected(self, batches: Iterable[list[Request]]) -> Iterator[list[Request]]:
        """The same requests, those with wrong times where they belong."""
        if not self.doubted:
            yield from batches
            return
        keys = {(r.recorded, r.audit_id, r.verb) for r in self.doubted}
        waiting = list(self.doubted)
        for batch in batches:
            kept = [r for r in batch if (r.received, r.audit_id, r.verb) not in keys]
            if not kept:
                continue
            count = bisect_left(waiting, kept[-1].received, key=attrgetter("received"))
            for request in waiting[:count]:
                insort(kept, request, key=attrgetter("received"))
            del waiting[:count]
            yield kept
        if waiting:
            yield waiting


def search(read: Read, separate: frozenset[tuple[str, str]] = frozenset()) -> Clocks:
    """Search a log; the resources that are `separate` number their writes apart.

    Memory holds 28 bytes for each creation, and nothing at all where no line is suspicious.
    """
    if not _is_suspicious(_slim(read, separate)):
        return Clocks()
    return _Trusted.of(_slim(read, separate)).doubts(read, separate)


@dataclass(slots=True)
class _Slim:
    """Columns of a batch; times in microseconds, `revision` 0 where none tells anything."""

    received: Numbers
    answered: Numbers
    revision: Numbers
    created: Flags
    resource: list[tuple[str, str]]

    @classmethod
    def of(cls, batch: pa.RecordBatch, separate: frozenset[tuple[str, str]]) -> _Slim:
        received = _integers(batch["received"])
        code = _integers(batch["code"].cast(pa.int64()))
        revision = _integers(batch["resource_version"])
        tells = (code >= 200) & (code < 300) & ~np.asarray(batch["dry_run"].to_numpy(False))
        groups, resources = batch["api_group"].to_pylist(), batch["resource"].to_pylist()
        names = list(zip(groups, resources, strict=True))
        if separate:
            tells &= np.array([storage_key(*name) not in separate for name in names], bool)
        revision = np.where(tells, revision, 0)
        answered = np.where(batch["answered"].is_null(), received, _integers(batch["answered"]))
        created = (code == 201) & (revision > 0)
        return cls(received, answered, revision, created, names)


def _integers(column: pa.Array) -> Numbers:
    numbers = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
    return np.asarray(pc.fill_null(numbers, 0).to_numpy(zero_copy_only=False), np.int64)


def _slim(read: Read, separate: frozenset[tuple[str, str]]) -> Iterator[_Slim]:
    return (_Slim.of(batch, separate) for batch in read(_SLIM) if batch.num_rows)


def _is_suspicious(batches: Iterable[_Slim]) -> bool:
    """Whether any line needs a closer look. Memory holds the answers of the last minutes."""
    last: int | None = None
    times, revisions = np.zeros(0, np.int64), np.zeros(0, np.int64)
    base = 0
    for slim in batches:
        arrivals = slim.received if last is None else np.concatenate(([last], slim.received))
        last = int(slim.received[-1])
        length = slim.answered - slim.received
        if (np.diff(arrivals) > YEARS_US).any() or (length > YEARS_US).any():
            return True
        if (length < -SKEW_US_MAX).any():
            return True
        times = np.concatenate((times, slim.answered))
        revisions = np.concatenate((revisions, slim.revision))
        order = np.argsort(times, kind="stable")
        times, revisions = times[order], revisions[order]
        shown = np.concatenate(([base], np.maximum(base, np.maximum.accumulate(revisions))))
        before = np.searchsorted(times, slim.received - SKEW_US_MAX, "left")
        if (slim.revision[slim.created] < shown[before][slim.created]).any():
            return True
        old = int(np.searchsorted(times, last - SKEW_US_MAX, "left"))
        base = int(shown[old])
        times, revisions = times[old:], revisions[old:]
    return False


@dataclass(slots=True)
class _Stretch:
    """Lines without years between them."""

    first: int
    last: int
    count: int = 0


@dataclass(slots=True)
class _Trusted:
    """The creations that agree with each other, by revision, and the stretch in which they are.

    `received` ascends with `revision`; `over` is when it and all later ones were over at the latest
    that is possible. `resources` are those most of whose creations agree: others may have an etcd
    of their own.
    """

    main: _Stretch
    revision: Numbers
    received: Numbers
    over: Numbers
    resources: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, batches: Iterable[_Slim]) -> _Trusted:
        stretches: list[_Stretch] = []
        codes: dict[tuple[str, str], int] = {}
        parts: list[Numbers] = []
        for slim in batches:
            _stretch_out(stretches, slim.received)
            of_resource = np.array([codes.setdefault(n, len(codes)) for n in slim.resource])
            columns = (slim.revision, slim.received, slim.answered, of_resource)
            sound = slim.created & (slim.answered >= slim.received - SKEW_US_MAX)
            parts.append(np.stack(columns)[:, sound])
        main = max(stretches, key=lambda each: (each.count, each.last))
        every = np.concatenate(parts, axis=1)
        every = every[:, (every[1] >= main.first) & (every[1] <= main.last)]
        every = every[:, np.lexsort((every[1], every[0]))]
        chosen = every[:, _longest_rise(every[1])]
        over = np.maximum(chosen[1], chosen[2])
        over = np.minimum.accumulate(over[::-1])[::-1]
        seen, agreed = Counter(every[3].tolist()), Counter(chosen[3].tolist())
        resources = frozenset(name for name, c in codes.items() if 2 * agreed[c] > seen[c])
        return cls(main, chosen[0], chosen[1], over, resources)

    def doubts(self, read: Read, separate: frozenset[tuple[str, str]]) -> Clocks:
        """Judge every line by those that are trusted."""
        found: list[Request] = []
        by_order = creations = 0
        first, last = int(_FAR), 0
        for batch in read(COLUMNS):
            if not batch.num_rows:
                continue
            slim = _Slim.of(batch, separate)
            judged = self._judge(slim)
            found += judged.corrections(batch)
            by_order += int(judged.by_order.sum())
            creations += int(slim.created.sum())
            sound = ~judged.doubted
            if sound.any():
                first = min(first, int(slim.received[sound].min()))
                last = max(last, int(np.maximum(slim.received, slim.answered)[sound].max()))
        unresolved = by_order if by_order > max(1, SHARE_MAX * creations) else 0
        if unresolved:
            found = [r for r in found if r.doubt is not None and not r.doubt.by_order]
        if not found:
            return Clocks(unresolved=unresolved)
        found.sort(key=lambda r: (r.received, r.audit_id, r.verb))
        return Clocks(tuple(found), (min(first, last), last), unresolved)

    def _judge(self, slim: _Slim) -> _Judged:
        main, skew = self.main, SKEW_US_MAX
        numbered = slim.revision > 0
        numbered &= np.array([name in self.resources for name in slim.resource], bool)
        before = np.searchsorted(self.revision, slim.revision, "left")
        after = np.searchsorted(self.revision, slim.revision, "right")
        lower = np.concatenate(([main.first], self.received))[before]
        upper = np.concatenate((self.over, [main.last]))[after]
        lower = np.where(numbered, lower, main.first)
        upper = np.maximum(lower, np.where(numbered, upper, main.last))
        # An update may have changed nothing and read a revision from long ago; a creation has not.
        late = numbered & slim.created & (slim.received > upper + skew)
        early = numbered & (slim.answered < lower - skew)
        away = (slim.received < main.first) | (slim.received > main.last)
        away |= (slim.answered < main.first) | (slim.answered > main.last + YEARS_US)
        away |= slim.received > slim.answered + skew
        return _Judged(slim, numbered, lower, upper, away, (late | early) & ~away)


@dataclass(slots=True)
class _Judged:
    """The lines of a batch: between which times each was written, and which are doubted.

    Those that are `away` contradict themselves or all others, the rest only `by_order`.
    """

    slim: _Slim
    numbered: Flags
    lower: Numbers
    upper: Numbers
    away: Flags
    by_order: Flags

    @property
    def doubted(self) -> Flags:
        """All that are doubted."""
        return self.away | self.by_order

    def corrections(self, batch: pa.RecordBatch) -> Iterator[Request]:
        """The doubted requests with the times that are believed."""
        doubted = np.flatnonzero(self.doubted)
        requests = requests_of(batch.take(pa.array(doubted)))
        for index, request in zip(doubted.tolist(), requests, strict=True):
            received, answered, which = self._believed(index)
            yield msgspec.structs.replace(
                request,
                received=received,
                answered=None if request.answered is None else answered,
                doubt=Doubt(request.received, which, bool(self.by_order[index])),
            )

    def _believed(self, index: int) -> tuple[int, int, str]:
        """When a doubted request was received and answered, and which of its times are wrong."""
        received, answered = int(self.slim.received[index]), int(self.slim.answered[index])
        lower, upper = int(self.lower[index]), int(self.upper[index])
        earliest, latest = lower - SKEW_US_MAX, upper + SKEW_US_MAX
        if earliest <= answered <= latest and answered != received:
            return answered, answered, "received"
        if earliest <= received <= latest:
            return received, received, "answered"
        if self.numbered[index]:
            return lower, upper, "both"
        nearest = min(max(received, lower), upper)
        return nearest, nearest, "both"


def _stretch_out(stretches: list[_Stretch], received: Numbers) -> None:
    """Add arrivals, in order, to the last stretch, or to new ones behind years of silence."""
    cuts = np.flatnonzero(np.diff(received) > YEARS_US) + 1
    for times in np.split(received, cuts):
        first, last = int(times[0]), int(times[-1])
        if not stretches or first - stretches[-1].last > YEARS_US:
            stretches.append(_Stretch(first, last))
        stretches[-1].last = last
        stretches[-1].count += len(times)


def _longest_rise(values: Numbers) -> list[int]:
    """The indices of a longest subsequence that never falls (patience sorting)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values.tolist()):
        place = bisect_right(tails, value)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [value]
        ends[place : place + 1] = [index]
    chosen: list[int] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chosen.append(index)
        index = before[index]
    return chosen[::-1]
