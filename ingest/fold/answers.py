"""Writes whose answer shows the object: creates, updates, patches."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.apiserver import storage_form
from ingest.bodies import UNREADABLE, Object, metadata_of, parsed, part, revision_of, spelled
from ingest.effects import is_removal
from ingest.fold.deletions import cleanup, removed
from ingest.fold.interrupted import created_after_all
from ingest.fold.state import State, same_but_revision
from ingest.requests import ObjectKey, Request, Step
from ingest.version import Version

UPDATES = ("update", "patch")


def answered(state: State, step: Step) -> list[Version]:
    """The versions of a create, update or patch whose answer is the object, or its metadata."""
    request = step.request
    if request.resource_version is None or request.response_kind == "Status":
        return []  # a review: answered, never stored
    if step.rv is None:
        return list(_unchanged(state, step))
    before = state.live.get(step.key)
    _reveal(state, request, before)
    if before is not None and before.rv is None and _shows(state, step, before):
        before.seen_at(step.rv)
        return []
    ended = _replaced(state, step, before)
    missed = [] if ended else _missed_mark(state, step, before)
    if ended:
        before = None
    elif before is None:
        missed = created_after_all(state, step)
    if step.key.resource == "poddisruptionbudgets":
        _note_disruptions(state, step)
    body, known = _stored(state, step)
    change = "updated" if before or missed else "created" if _creates(request) else "seen"
    return [*ended, *missed, state.put(step, body, known, change)]


def _creates(request: Request) -> bool:
    return request.verb == "create" or request.code == 201


def _stored(state: State, step: Step) -> tuple[str | None, str]:
    """The body as the store keeps it, and how it is known."""
    request = step.request
    if request.response_kind == "PartialObjectMetadata":
        body = state.body(step.key)
        if body is None:
            return None, "partial"
        return spelled({**body, "metadata": metadata_of(parsed(request.response))}), "derived"
    if storage_form.differs(request.response_api_version, request.response_kind):
        answer = parsed(request.response)
        write = storage_form.Write(
            answer, parsed(request.request), state.body(step.key), _creates(request)
        )
        try:
            form = storage_form.stored(write)
        except (AttributeError, KeyError, TypeError, ValueError):
            return request.response, "observed"  # not of its kind's form: as it was seen
        if form is not answer:
            return spelled(form), "observed"
    return request.response, "observed"


# What was not stored, and what an answer tells about the version before


def _unchanged(state: State, step: Step) -> Iterator[Version]:
    """An answer with an old revision: nothing was stored, or a deletion was completed."""
    request = step.request
    before = state.live.get(step.key)
    if _is_other(before, request):
        return
    if is_removal(request):
        if before is None and state.has_ended(request.uid):
            return
        yield from _mark_before(state, step, before)
        yield from cleanup(state, step)
        yield from removed(state, step, step.key, None)
    elif request.response_kind == "PartialObjectMetadata":
        return
    elif before is None:
        if request.response_kind == state.kinds.of(step.key, "")[1]:
            yield state.put(step, request.response, "observed", "seen", rv=request.resource_version)
    elif before.rv is None and _shows(state, step, before):
        before.seen_at(request.resource_version)
    elif (request.resource_version or 0) > (before.rv or before.lower):
        body, known = _stored(state, step)
        yield state.put(step, body, known, "updated", rv=request.resource_version)


def _is_other(before: Version | None, request: Request) -> bool:
    return before is not None and before.uid is not None and before.uid != request.uid


def _shows(state: State, step: Step, before: Version) -> bool:
    """Whether the answer is the version before, whose revision was hidden: nothing was stored."""
    response = step.request.response
    if response is None or before.uid != step.request.uid:
        return False
    if before.body is None or before.settle is not None:
        state.settle(step.key, response)
    return same_but_revision(before.body, response)


def _mark_before(state: State, step: Step, before: Version | None) -> Iterator[Version]:
    """The mark that a removal shows to have been stored by a write that is not in the log.

    An update that removes the object answers with the revision of the version before it.
    """
    if before is None:
        return
    if before.rv is None:
        before.learn(step.request.resource_version)
    elif (step.request.resource_version or 0) > before.rv:
        yield from _missed_mark(state, step, before, step.request.resource_version)


def _missed_mark(
    state: State, step: Step, before: Version | None, rv: int | None = None
) -> list[Version]:
    """The mark of a deletion between two versions that were seen, one without it and one with.

    Only a delete sets a deletionTimestamp. Its own line is missing: the log lost it, or the API
    server had told the client of a timeout and gone on.
    """
    request = step.request
    if before is None or request.response is None or '"deletionTimestamp"' not in request.response:
        return []
    shown = metadata_of(parsed(request.response))
    body = state.body(step.key)
    if body is None or shown.get("deletionTimestamp") is None:
        return []
    marked = with_mark_of(body, shown)
    if marked is None:
        return []
    version = state.put(step, spelled(marked), "derived", "updated", rv=rv, inferred=True)
    version.at_most(step.rv)
    return [version]


MARK = ("deletionTimestamp", "deletionGracePeriodSeconds")


def with_mark_of(body: Object, shown: Object) -> Object | None:
    """The object with the deletion mark that other metadata of it show; None if it has that."""
    metadata = metadata_of(body)
    if all(metadata.get(name) == shown.get(name) for name in MARK):
        return None
    marked = {**metadata, **{name: shown[name] for name in MARK if name in shown}}
    if "generation" in shown and not metadata.get("deletionTimestamp"):
        marked["generation"] = metadata.get("generation", 0) + 1
    return {**body, "metadata": marked}


def _replaced(state: State, step: Step, before: Version | None) -> list[Version]:
    """The end, not seen, of an object whose name was given to a new one."""
    uid = step.request.uid
    if before is None or uid is None or before.uid in (None, uid):
        return []
    gone = state.gone(step, step.key, None, inferred=True)
    gone.at_most(step.rv)
    return [gone]


def _note_disruptions(state: State, step: Step) -> None:
    """An eviction first enters its pod in the budget's status (checkAndDecrement).

    The API server writes that itself, by a request of its own (pkg/registry/core/pod/storage/
    eviction.go, v1.36).
    """
    if step.rv is None or not step.request.user_agent.startswith("kube-apiserver/"):
        return
    for name in part(parsed(step.request.response), "status", "disruptedPods"):
        state.disrupted.setdefault(ObjectKey("", "pods", step.key.namespace, name), step.rv)


class _Reference(msgspec.Struct, rename="camel"):
    uid: str | None = None
    resource_version: str | None = None


class _About(msgspec.Struct, rename="camel"):
    involved_object: _Reference | None = None
    regarding: _Reference | None = None


_decode_about = msgspec.json.Decoder(_About).decode


def _reveal(state: State, request: Request, before: Version | None) -> None:
    """Learn hidden revisions from what a request names.

    An update that carries a resourceVersion succeeds only on that very revision; an Event names
    the revision of its object that its author had seen.
    """
    if before is not None and before.rv is None and request.verb in UPDATES:
        before.learn(revision_of(metadata_of(parsed(request.request)).get("resourceVersion")))
    if request.resource == "events" and request.response is not None:
        try:
            about = _decode_about(request.response)
        except UNREADABLE:
            return
        subject = about.involved_object or about.regarding
        if subject is not None:
            name_revision(state, subject.uid, revision_of(subject.resource_version))


def name_revision(state: State, uid: str | None, rv: int | None) -> None:
    """Learn that an object had a revision, if that can be only one of its hidden ones."""
    if rv is None:
        return
    hidden = state.hidden_of(uid)
    fitting = [v for v in hidden if v.may_have(rv)]
    if len(fitting) == 1 and all(v.rv != rv for v in hidden):
        fitting[0].learn(rv)
