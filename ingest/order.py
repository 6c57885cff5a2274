"""Put the requests of one cluster into the order in which their writes came into force.

Audit logs are written when answers go out, which is not the order of the writes. What is certain:
etcd numbers the writes, and most answers show the number (resourceVersion); and a write comes into
force between its request's arrival and its answer. So the writes whose revision is shown are the
anchors, in the order of their revisions, and every other step is placed among them

* after every anchor that was answered before it arrived, before every one that arrived after it was
  answered: its bounds, exact;
* within them, after the anchors that had come into force when it was answered (answers follow
  commits closely);
* but never on the wrong side of an anchor of the same object that shows, or does not show yet, what
  the step did: a pod with spec.nodeName has been bound.

Works in a sliding window: a request that arrives after `horizon` has a higher revision than every
anchor that was answered before it, so what lies below is final and leaves the window.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

import orjson

from engine.apiserver.deletion import emptied
from ingest.requests import ObjectKey, Request, Step, steps_of

SLACK_US = 2_000_000
"""How far, in microseconds, clocks and log writers may be apart before the window closes."""

Body = Mapping[str, Any]
Shows = Callable[[Body], bool]


class Window:
    """The requests that are not placed yet. `push` and `finish` return what is final, in order."""

    def __init__(self, slack_us: int = SLACK_US) -> None:
        self._slack_us = slack_us
        self._pending: list[Step] = []
        self._floor = 0  # the highest revision that has left the window
        self._shown = _Shown()
        self._now = 0  # the time of the last step that left

    def push(self, requests: Iterable[Request]) -> list[Step]:
        """Add requests, which arrived after all before; return the steps that are now final."""
        horizon = 0
        steps: list[Step] = []
        for request in requests:
            horizon = request.received
            steps.extend(steps_of(request))
        self._pending.extend(steps)
        self._shown.add(steps, oldest=self._pending[0].request.received if self._pending else 0)
        return self._release(horizon - self._slack_us)

    def finish(self) -> list[Step]:
        """All that is left: no more requests will come."""
        return self._release(None)

    def _release(self, horizon: int | None) -> list[Step]:
        """The steps that nothing arriving after `horizon` can precede."""
        anchors, others = self._split()
        answers = [a.request.ended for a in anchors]
        in_force = list(accumulate(reversed(answers), min))[::-1]
        _bound(anchors, others)
        places = _Places(anchors, in_force)
        placed = sorted(
            ((places.of(step), step.ended, index) for index, step in enumerate(others))
        )
        final = len(anchors)
        if horizon is not None:
            final = 1 + max((i for i, t in enumerate(answers) if t < horizon), default=-1)
        ordered: list[Step] = []
        kept: list[Step] = anchors[final:]
        start = 0
        for place, ended, index in placed:
            step = others[index]
            if horizon is not None and (place, ended) >= (final, horizon):
                kept.append(step)
                continue
            for anchor, time in zip(anchors[start:place], in_force[start:place], strict=True):
                self._date(ordered, anchor, time)
            start = max(start, place)
            following = in_force[place] if place < len(in_force) else ended
            self._date(ordered, step, max(step.request.received, min(ended, following)))
        for anchor, time in zip(anchors[start:final], in_force[start:final], strict=True):
            self._date(ordered, anchor, time)
        if final:
            self._floor = max(self._floor, anchors[final - 1].rv or 0)
        self._pending = sorted(kept, key=lambda s: s.request.received)
        return ordered

    def _date(self, ordered: list[Step], step: Step, time: int) -> None:
        """Append a step with its time, which never runs backwards."""
        step.time = self._now = max(self._now, time)
        ordered.append(step)

    def _split(self) -> tuple[list[Step], list[Step]]:
        """Tell the anchors, in the order of their revisions, from the steps that hide theirs."""
        writers: dict[int, Step] = {}
        others: list[Step] = []
        for step in self._pending:
            step.rv = None
            rv = step.request.resource_version
            step.lower = self._shown.before(step.request.received)
            if rv is None or rv <= max(step.lower, self._floor) or not _shows_revision(step):
                others.append(step)
                continue
            rival = writers.get(rv)
            if rival is None:
                writers[rv] = step
            elif step.request.ended < rival.request.ended:
                # Two answers with one revision: the later one changed nothing and read the other.
                writers[rv] = step
                others.append(rival)
            else:
                others.append(step)
        for rv, step in writers.items():
            step.rv = rv
        return [writers[rv] for rv in sorted(writers)], others

def in_order(batches: Iterable[Iterable[Request]], slack_us: int = SLACK_US) -> Iterator[Step]:
    """All steps of all requests, in the order of their writes. Batches come by arrival."""
    window = Window(slack_us)
    for batch in batches:
        yield from window.push(batch)
    yield from window.finish()


def _shows_revision(step: Step) -> bool:
    """Whether the answer's resourceVersion may be the revision that the step itself made."""
    request = step.request
    if not (request.succeeded and request.stores) or request.lists:
        return False
    return request.response_kind != "Status"


class _Shown:
    """The highest revision that some answer had shown by a time."""

    def __init__(self) -> None:
        self._answers: list[tuple[int, int]] = []  # (time, revision), by time
        self._base = 0
        self._times: list[int] = []
        self._highest: list[int] = [0]

    def add(self, steps: Iterable[Step], oldest: int) -> None:
        """Add answers; from now on nothing before `oldest` will be asked."""
        self._answers.extend(
            (s.request.ended, s.request.resource_version)
            for s in steps
            if s.request.resource_version is not None and not s.request.dry_run
        )
        self._answers.sort()
        old = bisect_left(self._answers, (oldest, 0))
        self._base = max([self._base, *(rv for _, rv in self._answers[:old])])
        del self._answers[:old]
        self._times = [time for time, _ in self._answers]
        self._highest = list(
            accumulate((rv for _, rv in self._answers), max, initial=self._base)
        )

    def before(self, time: int) -> int:
        return self._highest[bisect_left(self._times, time)]


def _bound(anchors: list[Step], others: list[Step]) -> None:
    """Bound the hidden revisions from above: what arrived after an answer is newer."""
    arrivals = sorted((a.request.received, a.rv) for a in anchors if a.rv is not None)
    times = [t for t, _ in arrivals]
    lowest: list[int | None] = [None]
    for _, rv in reversed(arrivals):
        lowest.append(rv if lowest[-1] is None else min(lowest[-1], rv))
    lowest.reverse()
    for step in others:
        step.upper = lowest[bisect_right(times, step.request.ended)]
        if step.request.lists and step.request.resource_version is not None:
            # The list was read before the first of its objects was deleted.
            step.lower = max(step.lower, step.request.resource_version)


class _Places:
    """After how many anchors each hidden step belongs."""

    def __init__(self, anchors: list[Step], in_force: list[int]) -> None:
        self._anchors = anchors
        self._in_force = in_force
        self._revisions = [a.rv or 0 for a in anchors]
        self._of_object: dict[ObjectKey, list[int]] = defaultdict(list)
        for index, anchor in enumerate(anchors):
            self._of_object[anchor.key].append(index)

    def of(self, step: Step) -> int:
        place = bisect_right(self._in_force, step.ended)
        place = max(place, bisect_right(self._revisions, step.lower))
        shows = _effect(step)
        if shows is None:
            return place
        for index in self._of_object.get(step.key, ()):
            if self._revisions[index] <= step.lower:
                continue
            if shows(_body(self._anchors[index])):
                step.upper = min(step.upper or self._revisions[index], self._revisions[index])
                return min(place, index)
            place = max(place, index + 1)
            step.lower = max(step.lower, self._revisions[index])
        return place


def _body(step: Step) -> Body:
    body = orjson.loads(step.request.response or "{}")
    return body if isinstance(body, dict) else {}


def _effect(step: Step) -> Shows | None:
    """How a later version of the step's object shows that the step was done; None: it does not."""
    request = step.request
    if not (request.succeeded and request.stores):
        return None
    if request.subresource == "binding":
        return lambda body: bool((body.get("spec") or {}).get("nodeName"))
    if step.item is not None:
        uid = (step.item.get("metadata") or {}).get("uid")
    elif request.subresource == "eviction":
        uid = None
    elif request.verb == "delete" and request.response_kind == "Status":
        uid = _status_uid(request)
        return lambda body: uid is not None and _uid(body) != uid
    elif request.verb in ("update", "patch") and emptied(_body(step)):
        gone = request.uid
        return lambda body: _uid(body) != gone
    else:
        return None
    return lambda body: bool(_metadata(body).get("deletionTimestamp")) or (
        uid is not None and _uid(body) != uid
    )


def _metadata(body: Body) -> Body:
    return body.get("metadata") or {}


def _uid(body: Body) -> Any:
    return _metadata(body).get("uid")


def _status_uid(request: Request) -> str | None:
    """The uid of the object whose deletion a Status confirms."""
    body = orjson.loads(request.response or "{}")
    details = body.get("details") if isinstance(body, dict) else None
    return (details or {}).get("uid") or request.uid
