"""Writes that were logged without their answers: the version is computed by the API server's rules.

What only the server chose (uid, times, addresses) is not in the request. It is left out until a
later request shows it (ingest.fold.learning), and never invented.
"""

from __future__ import annotations

from msgspec.structs import replace

from engine.apiserver.deletion import emptied
from engine.apiserver.scale import scale
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.status import RefusedError
from engine.schema.resource import Resource
from ingest.bodies import metadata_of, parsed, part
from ingest.fold import learning
from ingest.fold.deletions import cleanup, removed
from ingest.fold.model import Model
from ingest.fold.state import State
from ingest.fold.writes import UNSHOWN, manager, readings, write_of
from ingest.requests import Step
from ingest.version import Version

MODELLED = frozenset({"", "status", "finalize", "approval", "ephemeralcontainers", "resize"})
"""Subresources whose writes go through the model; for the others ingest.fold has its own rules."""

CREATED = 201
"""The answer to an update or apply that made its object."""

INVALID = 422

AS_WRITTEN = ("metadata.generation", "metadata.managedFields", "status")
"""What an update of an object that was never seen does not tell: the server sets it."""

UNFIT = (AttributeError, IndexError, KeyError, LookupError, TypeError, ValueError)
"""What the rules raise for an object that is not of its kind's form: a record may hold any."""


def computed(state: State, model: Model, step: Step) -> list[Version]:
    """The versions of a create, update or patch of which only the request was logged."""
    if step.request.verb == "create":
        return _created(state, model, step)
    before = state.live.get(step.key)
    if before is None or before.body is None:
        return _first_sight(state, model, step, before)
    body = state.shared(step.key)
    if body is None:
        return [state.unseen(step, step.key)]
    resource = _resource(model, step)
    known = _known(state, model, before, resource, body)
    if known is not None:
        body = known
    writes = _valid(model, _writes(resource, step, known), body)
    made = [after for write in writes if (after := _next(model, write, body)) is not None]
    if not made:
        return [state.unseen(step, step.key)]
    changes = [after for after in made if after is not body]
    if not changes:
        return []
    after, *others = changes
    metadata = metadata_of(after)
    if emptied(before.kind, metadata, part(after, "spec")):
        return [*cleanup(state, step), *removed(state, step, step.key, None)]
    version = state.derive(step, step.key, after, learning.settle)
    state.doubts.follow(version, lambda one: _next(model, replace(writes[0], known=None), one))
    for other in others:
        if other != after:
            state.doubts.begin(version, other)
    # Without managers nobody has looked if the fields fit.
    version.complete = known is not None and "managedFields" in metadata
    state.objects.hold(version, after)
    return [version]


def scaled(state: State, step: Step) -> list[Version]:
    """A write to the scale subresource: the parent with the replicas that were asked for."""
    parent = state.body(step.key)
    replicas = part(parsed(step.request.request), "spec").get("replicas", 0)
    if parent is None or not isinstance(replicas, int):
        return [state.unseen(step, step.key)]
    operation = "Apply" if step.request.patch_type == "apply" else "Update"
    try:
        body = scale(parent, replicas, manager(step.request), operation=operation)
    except (AttributeError, KeyError, TypeError):
        return [state.unseen(step, step.key)]
    if not parent["metadata"].get("managedFields"):
        body["metadata"].pop("managedFields", None)  # who owned the rest was never shown
    return [state.derive(step, step.key, body, learning.settle)] if body != parent else []


def _created(state: State, model: Model, step: Step) -> list[Version]:
    before = state.live.get(step.key) if step.key.name else None
    ended = [] if before is None else [state.gone(step, step.key, None, inferred=True)]
    writes = _writes(_resource(model, step), step)
    body = _next(model, writes[0], None) if writes else None
    if body is None:
        return [*ended, *([state.unseen(step, step.key, "created")] if step.key.name else [])]
    state.kinds.learn(step.key, str(body.get("apiVersion")), str(body.get("kind")))
    metadata = metadata_of(body)
    name = metadata.get("name") or step.key.name
    if name:
        key = step.key if name == step.key.name else step.key.named(name)
        version = state.derive(step, key, body, change="created")
    else:
        version = state.unnamed.add(state, step, body)
    version.complete = "managedFields" in metadata
    state.unsettled.add(version, learning.settle)
    if metadata.get("name"):
        state.objects.hold(version, body)
    return [*ended, version]


def _first_sight(state: State, model: Model, step: Step, before: Version | None) -> list[Version]:
    """A write to an object whose body is not known.

    An update carries the whole object, as its writer read it before: it is known from then on. Of a
    patch, or of a body that was redacted, no more is known than that there is an object.
    """
    request = step.request
    if not step.key.name:
        return []
    if before is None and request.code == CREATED:
        writes = _writes(_resource(model, step), step)
        after = _next(model, writes[0], None) if writes else None
    elif request.verb == "update" and metadata_of(parsed(request.request)).get("uid"):
        after = learning.as_read(parsed(request.request))
    else:
        after = None
    if after is None:
        return [state.unseen(step, step.key, "updated" if before else "seen")]
    change = "created" if request.code == CREATED else "updated" if before else "seen"
    version = state.derive(step, step.key, after, change=change)
    uid = metadata_of(after).get("uid")
    version.uid = version.uid or (uid if isinstance(uid, str) else None)
    if request.code != CREATED:
        version.guessed = AS_WRITTEN
    state.unsettled.add(version, learning.settle)
    return [version]


def _resource(model: Model, step: Step) -> Resource | None:
    """The kind of what a request writes; None if it is not known, or none that is stored."""
    request = step.request
    resource = model.resource(request.api_group, request.api_version, request.resource)
    if resource is None or "get" not in resource.verbs:
        return None  # not known, or a review: answered, never stored
    return resource


def _writes(resource: Resource | None, step: Step, known: Object | None = None) -> list[Write]:
    """The writes that a request can have been; none if its kind or its body is not known.

    `known` is the object before it, if that is complete.
    """
    request = step.request
    if resource is None:
        return []
    # The server looks at its clock early: of recorded creations that took longer than to the next
    # second, three in four carry the one of their arrival.
    write = write_of(step, resource, request.received, accepted=True, known=known)
    return [] if write is None else readings(write, request)


def _valid(model: Model, writes: list[Write], before: Object) -> list[Write]:
    """Of several readings of a patch, those that the server can have accepted."""
    if len(writes) < 2:
        return writes
    valid = [write for write in writes if not _is_invalid(model, write, before)]
    return valid or writes  # what is not known yet may make all of them invalid


def _is_invalid(model: Model, write: Write, before: Object) -> bool:
    # An object that is stored has a revision: the one that the patch names, else any.
    rv = part(write.body, "metadata").get("resourceVersion") or "1"
    stored = {**before, "metadata": {**before["metadata"], "resourceVersion": rv}}
    try:
        model.next(replace(write, accepted=False, known=None), stored, UNSHOWN)
    except RefusedError as refused:
        return refused.code == INVALID
    except UNFIT:
        return False  # nothing is known of it
    return False


def _next(model: Model, write: Write, before: Object | None) -> Object | None:
    """What the model makes of a write; None where it cannot tell."""
    try:
        return model.next(write, before, UNSHOWN)
    except (RefusedError, *UNFIT):
        return None


def _known(
    state: State, model: Model, before: Version, resource: Resource | None, body: Object
) -> Object | None:
    """The object before a write, if it is complete: that is found out once, and then noted."""
    if resource is None or body.get("apiVersion") != resource.api_version:
        return None
    if before.complete:
        return body
    try:
        completed = model.completed(resource, body)
    except UNFIT:
        return None
    if completed is not None:
        before.complete = True
        state.objects.hold(before, completed)
    return completed
