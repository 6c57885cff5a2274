"""From ordered steps to versions: what each write made of its object.

Where the answer holds the object, that is the version. Where the answer is a Status, a Scale or
metadata only, the version is computed from the one before and the request, by the API server's own
rules (engine.apiserver). What follows silently from a write (a Service's Endpoints, a definition's
custom resources) is added. What cannot be known has no body: it is `partial`, never invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ingest.fold import (
    answers,
    computed,
    deletions,
    early,
    interrupted,
    learning,
    status_answers,
    unanswered,
)
from ingest.fold.model import Model
from ingest.fold.predictions import Predictor
from ingest.fold.state import State
from ingest.requests import DELETES, Step
from ingest.version import Version

__all__ = ["Rebuild", "Version"]

NOT_FOUND = 404


@dataclass(slots=True)
class Rebuild:
    """The replay of a log: steps in, in order; versions out.

    The model is held against one recorded write in `share_checked`, against none if that is 0.
    `flags` are those of the cluster's kube-apiserver.
    """

    state: State = field(default_factory=State)
    share_checked: int = 0
    flags: Mapping[str, str] = field(default_factory=dict)
    model: Model = field(init=False)
    predictor: Predictor = field(init=False)
    _last: Step | None = None
    _end: int = 0

    def __post_init__(self) -> None:
        self.model = Model(self.state, self.flags)
        self.predictor = Predictor(self.model, self.share_checked)

    def versions(self, steps: Iterable[Step]) -> Iterator[Version]:
        """The versions that the steps make, in order."""
        for step in steps:
            yield from self.apply(step)
        yield from self.finish()

    def apply(self, step: Step) -> list[Version]:
        """The versions that one step makes: usually one, none if nothing was stored."""
        if step.request.response is not None:
            self.model.learn(step)
        if not self.share_checked:
            return self._apply(step)
        asked = self.predictor.predict(step) if self.predictor.applies(step) else None
        made = self._apply(step)
        if asked is not None:
            self.predictor.note(step, asked, made)
        self.predictor.ask_again(made)
        return made

    def _apply(self, step: Step) -> list[Version]:
        request = step.request
        self._last = step
        if request.ended > self._end:
            self._end = request.ended
        expired = self.state.expire(step, step.time)
        if not step.writes:
            self._note_failure(step)
            return expired
        if step.done:
            return expired
        if not (expired or self.state.awaited):
            return self._made(step)
        return [*expired, *deletions.overdue(self.state, step), *self._made(step)]

    def finish(self) -> list[Version]:
        """What is still to be told when the log is at its end."""
        if self._last is None:
            return []
        unanswered = deletions.unanswered(self.state)
        return [*unanswered, *self.state.expire(self._last, self._end)]

    def _note_failure(self, step: Step) -> None:
        """Remember what a request that changed nothing, or may have, tells about others."""
        if step.request.code == NOT_FOUND:
            self.state.absences.not_found(step)
        elif step.request.interrupted and step.request.stores:
            interrupted.note(self.state, step)

    def _made(self, step: Step) -> list[Version]:
        request = step.request
        if request.subresource == "binding" or request.resource == "bindings":
            learning.from_request(self.state, step)
            return status_answers.bound(self.state, step)
        if request.subresource == "eviction":
            return status_answers.evicted(self.state, step)
        return self._computed(step) if request.response is None else self._answered(step)

    def _answered(self, step: Step) -> list[Version]:
        request = step.request
        if request.verb in DELETES:
            return deletions.deleted(self.state, step)
        if request.subresource == "scale":
            return status_answers.scaled(self.state, step)
        return answers.answered(self.state, step)

    def _computed(self, step: Step) -> list[Version]:
        seen = self._seen_before(step) if step.under_way else []
        learning.from_request(self.state, step)
        made = self._computed_now(step)
        return [*seen, *made] if seen else made

    def _seen_before(self, step: Step) -> list[Version]:
        """The versions of other steps, placed after this one, that its client had seen.

        What was under way for those is so for this one, too, or was placed before it.
        """
        versions = []
        for other in early.seen_by(self.state, step):
            arrived = step.request.received
            other.under_way, other.time = (), arrived
            if other.request.verb == "deletecollection":
                made = unanswered.deleted_of(self.state, other, step.key)
            else:
                other.done = True
                made = self._made(other)
            for version in made:
                version.at = arrived
                version.done_by(arrived)
            versions += made
        step.under_way = ()
        return versions

    def _computed_now(self, step: Step) -> list[Version]:
        request = step.request
        if request.verb in DELETES:
            return unanswered.deleted(self.state, step)
        if request.subresource == "scale":
            return computed.scaled(self.state, step)
        if request.request is not None and request.subresource in computed.MODELLED:
            return computed.computed(self.state, self.model, step)
        if not step.key.name:
            return []
        change = "created" if request.verb == "create" else "updated"
        return [self.state.unseen(step, step.key, change)]
