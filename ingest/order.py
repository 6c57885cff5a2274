"""Put the requests of one cluster into the order in which their writes came into force.

Audit logs are written when answers go out, which is not the order of the writes. What is certain:
etcd numbers the writes, and most answers show the number (resourceVersion); and a write comes into
force between its request's arrival and its answer. So the writes whose revision is shown are the
anchors, in the order of their revisions, and every other step is placed among them

* after every anchor that was answered before it arrived, before every one that arrived after it was
  answered: its bounds, exact;
* within them, after the anchors that had come into force when it was answered (answers follow
  commits closely);
* but never on the wrong side of an anchor that shows, or does not show yet, what the step did
  (ingest.effects): a pod with spec.nodeName has been bound.

Works in a sliding window: a request that arrives after `horizon` has a higher revision than every
anchor that was answered before it, so what lies below is final and leaves the window.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from operator import itemgetter

from ingest.creations import Creations
from ingest.effects import Anchors, is_removal
from ingest.requests import Request, Step, steps_of
from ingest.shown import Shown
from ingest.under_way import UnderWay

SLACK_US = 2_000_000
"""How far, in microseconds, clocks and log writers may be apart before the window closes."""

NOT_FOUND = 404

SKEW_US_MAX = 60_000_000
"""Clocks that seem further apart are not waited for: the window would grow without end."""


def in_order(batches: Iterable[Iterable[Request]], slack_us: int = SLACK_US) -> Iterator[Step]:
    """All steps of all requests to one store (see ingest.stores), in the order of their writes.

    Batches come by arrival.
    """
    window = Window(slack_us)
    for batch in batches:
        yield from window.push(batch)
    yield from window.finish()


class Window:
    """The requests to a store that are not placed yet.

    `push` and `finish` return what is final, in order; what comes later is not before `horizon`,
    in microseconds, but for writes that are placed by their bounds alone.
    """

    def __init__(self, slack_us: int = SLACK_US, store: int = 0) -> None:
        self._slack_us = slack_us
        self._store = store
        self.horizon = 0
        self._pending: list[Step] = []
        self._floor = 0  # the highest revision that has left the window
        self._shown = Shown()
        self._creations = Creations()
        self._under_way = UnderWay()
        self._now = 0  # the time of the last step that left

    def push(self, requests: Iterable[Request], arrived_us: int = 0) -> list[Step]:
        """Add requests, which arrived after all before; return the steps that are now final.

        `arrived_us` is when the last request to any store arrived.
        """
        arrived = list(requests)
        for request in arrived:
            for step in steps_of(request):
                step.store = self._store
                if request.code == NOT_FOUND:
                    step.ended = request.received  # it may be there when that is answered
                self._creations.arrived(step)
                self._under_way.arrived(step)
                self._pending.append(step)
        last = max([arrived_us, *[r.received for r in arrived]])
        oldest = min([s.request.received for s in self._pending], default=last)
        self._shown.add(arrived, oldest)
        late_us = self._slack_us + min(self._shown.skew_us, SKEW_US_MAX)
        self.horizon = max(self.horizon, last - late_us)
        return self._release(self.horizon) if self._pending else []

    def finish(self) -> list[Step]:
        """All that is left: no more requests will come."""
        return self._release(None)

    def _release(self, horizon: int | None) -> list[Step]:
        """The steps that nothing arriving after `horizon` can precede."""
        anchors, others = self._split()
        _bound(anchors, others, self._shown.skew_us)
        answers = [a.request.ended for a in anchors]
        # A write is in force when it is answered, or a later one is.
        in_force = list(accumulate(reversed(answers), min))[::-1]
        final = len(anchors)
        if horizon is not None:
            final = bisect_left(in_force, horizon)
        merged: list[tuple[int, int, int, Step]] = [
            (index, 0, in_force[index], anchor) for index, anchor in enumerate(anchors[:final])
        ]
        kept = anchors[final:]
        for place, step in _places(anchors, in_force, others):
            if horizon is not None and (place, step.ended) >= (final, horizon):
                kept.append(step)
                continue
            time, received = step.ended, step.request.received
            if place < len(in_force) and in_force[place] < time:
                time = in_force[place]
            if received > time:
                time = received
            merged.append((place - 1, 1, time, step))
        merged.sort(key=itemgetter(0, 1))  # stable: hidden steps stay in their order
        for _, _, time, step in merged:
            if time > self._now:  # the clock of the history never runs backwards
                self._now = time
            step.time = self._now
        if final:
            self._floor = max(self._floor, anchors[final - 1].rv or 0)
        self._pending = kept
        return [step for *_, step in merged]

    def _split(self) -> tuple[list[Step], list[Step]]:
        """Tell the anchors, in the order of their revisions, from the steps that hide theirs."""
        writers: dict[int, Step] = {}
        others: list[Step] = []
        for step in self._pending:
            rv = step.request.resource_version
            step.rv, step.upper = None, None
            step.lower = self._shown.before(step.request.received)
            if rv is None or rv <= max(step.lower, self._floor) or not _may_have_made(step):
                others.append(step)
                continue
            # Two answers with one revision: the later one changed nothing and read the other.
            rival = writers.get(rv)
            if rival is None or _tie_break(step) < _tie_break(rival):
                rival, writers[rv] = writers.get(rv), step
                if rival is not None:
                    others.append(rival)
            else:
                others.append(step)
        for rv, step in writers.items():
            step.rv = rv
        return [writers[rv] for rv in sorted(writers)], others


def _tie_break(step: Step) -> tuple[int, int, str, int]:
    return step.ended, step.request.received, step.request.audit_id, step.number


def _may_have_made(step: Step) -> bool:
    """Whether the answer's resourceVersion may be the revision that the step itself made."""
    request = step.request
    if not step.writes or request.lists:
        return False
    return request.response_kind != "Status" and not is_removal(request)


def _bound(anchors: list[Step], others: list[Step], skew_us: int) -> None:
    """Bound the hidden revisions from above: what arrived after an answer is newer."""
    arrivals = sorted((a.request.received, a.rv or 0) for a in anchors)
    times = [time for time, _ in arrivals]
    lowest = list(accumulate((rv for _, rv in reversed(arrivals)), min))[::-1]
    for step in others:
        step.over = step.request.ended + skew_us
        following = bisect_right(times, step.over)
        if following < len(lowest):
            step.at_most(lowest[following])
        if step.request.resource_version is not None and step.request.lists:
            # The list was read before the first of its objects was deleted.
            step.lower = max(step.lower, step.request.resource_version)


def _places(anchors: list[Step], in_force: list[int], others: list[Step]) -> list[tuple[int, Step]]:
    """After how many anchors each hidden step belongs; by place, then by time."""
    placed = _among(anchors, in_force, others) if anchors else [(0, step) for step in others]
    _keep_list_order(placed)
    placed.sort(key=_by_place)
    return placed


def _among(anchors: list[Step], in_force: list[int], others: list[Step]) -> list[tuple[int, Step]]:
    evidence = Anchors(anchors)
    revisions = [anchor.rv or 0 for anchor in anchors]
    placed: list[tuple[int, Step]] = []
    for step in others:
        first, last = evidence.bounds(step)
        place = max(bisect_right(in_force, step.ended), bisect_right(revisions, step.lower))
        placed.append((min(max(place, first), last), step))
    return placed


def _by_place(row: tuple[int, Step]) -> tuple[int, int, int, str, int]:
    place, step = row
    return place, step.ended, step.request.received, step.request.audit_id, step.number


def _by_request(row: tuple[int, Step]) -> tuple[int, str, int]:
    _, step = row
    return step.request.received, step.request.audit_id, step.number


def _keep_list_order(placed: list[tuple[int, Step]]) -> None:
    """Let what is known of one object of a collection bound those before and after it."""
    if all(step.item is None for _, step in placed):
        return  # no answer listed a collection
    placed.sort(key=_by_request)
    for index in range(len(placed) - 2, -1, -1):
        (place, step), (next_place, following) = placed[index], placed[index + 1]
        if step.request is following.request:
            placed[index] = (min(place, next_place), step)
            step.at_most(following.upper)
    for (_, before), (_, step) in pairwise(placed):
        if before.request is step.request:
            step.lower = max(step.lower, before.lower)
