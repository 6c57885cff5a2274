"""One version of one object: what rebuilding makes and the history holds."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ingest.bodies import Object
from ingest.requests import ObjectKey, Step
from ingest.spelling import Spelling, spelling_of

Settle = Callable[["Version", Object], None]


class Held(msgspec.Struct, frozen=True):
    """An object that the text of a version spells; not to be changed."""

    text: str
    obj: Object


class Version(msgspec.Struct, eq=False):
    """One version of one object, or its end. `body` is JSON text; None if gone or not seen.

    `guessed` are fields of a computed body that are likely and not certain. `type`, `change` and
    `known` are as in the HISTORY table. `rv` is None where the record hides
    it; then it lies between `lower` and `upper` (exclusive), and the write was done by the time
    `over`, in microseconds. An `inferred` version was made by a write that is not in the log; its
    `step` is the one that showed it. `settle` completes a computed body from the next version that
    is seen, where the record leaves open on which side of a second a write fell. `at` is when it
    came into force, where that is not when its step did. `store` is whose revisions these are
    (see ingest.stores). `spelling` tells of a computed body where its revision will stand in it,
    unless it was replaced since. `held` is it parsed, while at hand (see ingest.fold.objects);
    a `complete` one was made by the API server's rules: it has its typed form, and all defaults.
    """

    key: ObjectKey
    step: Step
    type: str
    change: str
    known: str
    api_version: str
    kind: str
    uid: str | None
    body: str | None
    rv: int | None
    lower: int
    upper: int | None
    settle: Settle | None = None
    inferred: bool = False
    over: int = 0
    at: int | None = None
    guessed: tuple[str, ...] = ()
    store: int = 0
    spelling: Spelling | None = None
    held: Held | None = None
    complete: bool = False

    def __post_init__(self) -> None:
        self.over = self.over or self.step.over

    def spell(self, body: Object) -> None:
        """Take a body that was computed."""
        self.spelling = spelling_of(body)
        self.body = self.spelling.text

    @property
    def shown_body(self) -> str | None:
        """The body with its own revision: a computed one was made from another version's."""
        if self.body is None or self.known != "derived":
            return self.body
        return self._spelling_of(self.body).with_revision(self.rv)

    def exchange(self, old: str, new: str) -> None:
        """Put a text in the place of another one in the body."""
        if self.body is not None:
            self.spelling = self._spelling_of(self.body).exchanged(old, new)
            self.body = self.spelling.text

    def _spelling_of(self, body: str) -> Spelling:
        spelling = self.spelling
        return spelling if spelling is not None and spelling.text is body else Spelling(body)

    def learn(self, rv: int | None) -> None:
        """Take a revision that was named, if it can be this version's."""
        if self.rv is None and rv is not None and self.may_have(rv):
            self.rv = rv

    def seen_at(self, rv: int | None) -> None:
        """Take the revision with which this very version was seen."""
        if self.rv is None and rv is not None and rv > self.lower:
            self.rv = rv

    def may_have(self, rv: int) -> bool:
        """Whether a hidden revision can be `rv`."""
        return self.lower < rv and (self.upper is None or rv < self.upper)

    @property
    def expired(self) -> bool:
        """Whether etcd dropped the object by itself: no request did, however hidden."""
        return self.change == "expired"

    @property
    def is_placed_by_time(self) -> bool:
        """Whether no bounds of its revision are known: those of its step are another store's."""
        return self.expired or self.store != self.step.store

    @property
    def time(self) -> int:
        """When it came into force, in microseconds."""
        return self.step.time if self.at is None else self.at

    @property
    def began(self) -> int:
        """When the request arrived that made it, in microseconds; 0 if that was not recorded."""
        return 0 if self.inferred else self.step.request.received

    def done_by(self, time: int) -> None:
        """Learn that the write was done by `time`."""
        self.over = min(self.over, time)

    def at_most(self, rv: int | None) -> None:
        """Learn that a hidden revision lies below `rv`."""
        if self.rv is None and rv is not None and (self.upper is None or rv < self.upper):
            self.upper = rv
