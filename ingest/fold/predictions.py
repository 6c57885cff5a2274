"""The model held against the record: what it makes of each request, and what the cluster did.

Where a log holds the answers, every write of an object is computed too, from the version before it
and the request, and compared with what was stored. What only the server chooses (uid, clock,
addresses) is taken from the answer. So a user's own log says how far the model can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from msgspec import structs

from engine.apiserver.admission.resource_quota import QUOTAS
from engine.apiserver.deletion import emptied
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.status import RefusedError
from engine.model.timestamp import TimestampError, parse_seconds
from ingest.bodies import metadata_of, parsed, part, revision_of
from ingest.fold.computed import MODELLED, UNFIT
from ingest.fold.model import Model
from ingest.fold.writes import Guessed, Shown, manager, readings, write_of
from ingest.requests import ObjectKey, Step
from ingest.version import Version

OK = 200

IN_THE_STATE = frozenset({403, 404, 409, 422})
"""Codes of refusals whose cause can be in the cluster's state."""

SERVER = "system:apiserver"
"""Who writes what the server itself writes (k8s.io/apiserver pkg/authentication/user/user.go)."""

MICROSECONDS = 1_000_000
TEXT_MAX = 200


@dataclass(frozen=True, slots=True)
class Prediction:
    """How the model did on one write.

    `outcome` is equal, different, refused (the model said no to what was stored), accepted (the
    other way round) or failed (the model could not tell). `path`, `want` and `have` are the first
    field that differs, as it was stored and as it was predicted; or the messages of refusals.
    """

    outcome: str
    path: str = ""
    want: str = ""
    have: str = ""

    @property
    def text(self) -> str | None:
        """The difference in one line, cut short; None if there is none."""
        if self.outcome == "equal":
            return None
        want, have = (value[:TEXT_MAX] for value in (self.want, self.have))
        return f"{self.path}: recorded {want}, predicted {have}".lstrip(": ")


@dataclass(slots=True)
class Predictor:
    """Asks the model about each write before it is applied: about one in `share`, chosen by its id.

    A `share` of 0 asks about none.
    """

    model: Model
    share: int = 1
    _refused: dict[ObjectKey, list[Step]] = field(default_factory=dict)

    def applies(self, step: Step) -> bool:
        """Whether there is something to compare."""
        request = step.request
        if not self.share or request.verb not in ("create", "update", "patch"):
            return False
        if request.subresource not in MODELLED or request.dry_run or request.request is None:
            return False
        known = request.code in IN_THE_STATE or (request.succeeded and request.response is not None)
        return known and crc32(request.audit_id.encode()) % self.share == 0

    def predict(self, step: Step) -> Asked | None:
        """What the model makes of a step, on the state before it; None where it cannot tell."""
        request = step.request
        resource = self.model.resource(request.api_group, request.api_version, request.resource)
        if resource is None or "get" not in resource.verbs:
            return None
        answer = parsed(request.response) if request.succeeded else {}
        write = write_of(step, resource, _clock(step, answer), accepted=False)
        if answer and step.key in self.model.state.live:
            # What the answer tells about the version before it is learned first.
            self.model.state.settle_from(step)
        before = self._current(step)
        if write is None or not self._is_decidable(step, before):
            return None
        choices = Shown(answer) if request.succeeded else Guessed({})
        if request.succeeded:
            write = structs.replace(write, charged=self._charged(step))
        answers = [self._asked(one, before, choices) for one in readings(write, request)]
        return Asked(before, answers)

    def _is_decidable(self, step: Step, before: Object | None) -> bool:
        """Whether enough is known of the object to tell what becomes of the write."""
        version = self.model.state.live.get(step.key) if step.key.name else None
        if before is None:
            return version is None and step.request.code != OK
        hidden = version is not None and (version.rv is None or version.uid is None)
        return step.request.succeeded or not hidden

    def _current(self, step: Step) -> Object | None:
        """The object before the step, with its revision.

        One that the record hides is taken for the one that the request is based on, if it can be.
        """
        version = self.model.state.live.get(step.key) if step.key.name else None
        body = None if version is None else self.model.state.body(step.key)
        if version is None or body is None:
            return None
        rv = version.rv
        if rv is None:
            based_on = revision_of(metadata_of(parsed(step.request.request)).get("resourceVersion"))
            fits = based_on is not None and version.may_have(based_on)
            rv = based_on if fits else version.lower + 1
        body["metadata"]["resourceVersion"] = str(rv)
        return body

    def _charged(self, step: Step) -> frozenset[str]:
        """The quotas that the server wrote while it served the request, before the object."""
        versions = (
            self.model.state.live[key]
            for key in self.model.state.index.of(*QUOTAS)
            if key.namespace == step.key.namespace
        )
        return frozenset(
            version.key.name
            for version in versions
            if version.step.request.user == SERVER and version.began >= step.request.received
        )

    def _asked(self, write: Write, before: Object | None, shown: Shown) -> Object | RefusedError:
        try:
            return self.model.next(write, before, shown)
        except RefusedError as refused:
            return refused
        except UNFIT as error:
            return RefusedError(0, "", f"{type(error).__name__}: {error}")

    def note(self, step: Step, asked: Asked, made: list[Version]) -> None:
        """Note on the step how the model did, held against the versions that the step made."""
        found = [_compared(step, one, made, asked.before) for one in asked.answers]
        best = next((one for one in found if one.outcome == "equal"), found[0])
        step.model, step.miss = best.outcome, best.text
        if best.outcome != "equal" and not step.request.succeeded:
            self._refused.setdefault(step.key, []).append(step)

    def ask_again(self, made: list[Version]) -> None:
        """Ask about refusals again, now that an object of theirs was written.

        When a refused request was decided is not recorded: between its arrival and its answer. So
        any write that overlaps with it may have come first.
        """
        for version in made if self._refused else ():
            arrived = version.step.request.received
            refused = self._refused.pop(version.key, ())
            overlapping = [step for step in refused if arrived <= step.request.ended]
            misses = [step for step in overlapping if not self._is_refused_alike(step)]
            if misses:
                self._refused[version.key] = misses

    def _is_refused_alike(self, step: Step) -> bool:
        """Whether the model, asked on the state as it is now, refuses a step as it was."""
        asked = self.predict(step)
        answers = asked.answers if asked is not None else []
        alike = any(_compared(step, one, [], None).outcome == "equal" for one in answers)
        if alike:
            step.model, step.miss = "equal", None
        return alike


@dataclass(frozen=True, slots=True)
class Asked:
    """The object before a write, and what the model makes of each reading of the write."""

    before: Object | None
    answers: list[Object | RefusedError]


def _compared(
    step: Step, predicted: Object | RefusedError, made: list[Version], before: Object | None
) -> Prediction:
    if isinstance(predicted, RefusedError):
        return _refused(step, predicted)
    if not step.request.succeeded:
        return Prediction("accepted", "", _said(step), "")
    made = [version for version in made if version.key == step.key]
    if made and made[-1].type == "DELETE":
        kind = str(predicted.get("kind"))
        gone = emptied(kind, metadata_of(predicted), part(predicted, "spec"))
        return Prediction("equal") if gone else Prediction("different", "", "removed", "stored")
    stored = [version for version in made if version.type == "PUT" and not version.inferred]
    want = parsed(stored[-1].body) if stored else before or {}
    found = first_difference(_unversioned(want), _unversioned(predicted))
    return Prediction("different", *found) if found else Prediction("equal")


def _said(step: Step) -> str:
    return f"{step.request.code} {step.request.reason or ''}".strip()


def _refused(step: Step, refused: RefusedError) -> Prediction:
    request = step.request
    if request.succeeded:
        outcome = "refused" if refused.code else "failed"
        return Prediction(outcome, "", "stored", f"{refused.code} {refused.message}")
    reason = request.reason or refused.reason
    same = (refused.code, refused.reason) == (request.code, reason)
    if same:
        return Prediction("equal")
    return Prediction(
        "different", "", _said(step), f"{refused.code} {refused.reason} {refused.message}"
    )


def _clock(step: Step, answer: Object) -> int:
    """The server's time of a write, µs: as the answer shows it, in whole seconds, else about.

    A second that a write put into an object lies between the request's arrival and its answer.
    """
    request = step.request
    first, last = request.received // MICROSECONDS, request.ended // MICROSECONDS
    fields = metadata_of(answer).get("managedFields")
    for entry in fields if isinstance(fields, list) else ():
        own = isinstance(entry, dict) and entry.get("manager") == manager(request)
        if not own or (entry.get("subresource") or "") != request.subresource:
            continue
        try:
            second = parse_seconds(str(entry.get("time")))
        except TimestampError:
            continue
        if first <= second <= last:
            return second * MICROSECONDS
    return step.time


def _unversioned(obj: Object) -> Object:
    metadata = {k: v for k, v in metadata_of(obj).items() if k != "resourceVersion"}
    return {**{k: v for k, v in obj.items() if k != "apiVersion"}, "metadata": metadata}


def first_difference(want: Any, have: Any, path: str = "") -> tuple[str, str, str] | None:
    """(path, wanted, found) of the first field in which two values differ; None if in none."""
    if type(want) is type(have):
        if isinstance(want, dict):
            for name in sorted({*want, *have}):
                found = first_difference(want.get(name), have.get(name), f"{path}.{name}")
                if found:
                    return found
            return None
        if isinstance(want, list) and len(want) == len(have):
            for index, (one, other) in enumerate(zip(want, have, strict=True)):
                found = first_difference(one, other, f"{path}[{index}]")
                if found:
                    return found
            return None
    return None if want == have else (path.lstrip("."), repr(want), repr(have))
