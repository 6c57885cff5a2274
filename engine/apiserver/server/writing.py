"""Create, update and patch: what the rules make of a request, and its place in the store.

Source: k8s.io/apiserver pkg/registry/generic/registry/store.go (Create, Update,
deleteWithoutFinalizers), pkg/registry/rest/create.go (CheckGeneratedNameError), v1.36.
"""

from __future__ import annotations

from http import HTTPStatus

from engine.apiserver.deletion import emptied
from engine.apiserver.server import removal
from engine.apiserver.server.answers import Answer
from engine.apiserver.server.backing import Backing, shown
from engine.apiserver.server.own_writes import after_storing, before_storing
from engine.apiserver.verbs import create as creating
from engine.apiserver.verbs import status, update
from engine.apiserver.verbs.context import Context
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.status import RefusedError
from engine.store.revisions import Stored

NAME_ATTEMPTS = 8
"""maxNameGenerationCreateAttempts, k8s.io/apiserver pkg/registry/generic/registry/store.go."""


def create(backing: Backing, write: Write) -> Answer:
    """Store a new object."""
    context = backing.context(write.resource)
    return added(backing, write, _new(write, context), context)


def change(backing: Backing, write: Write) -> Answer:
    """Store what an update or a patch makes of an object."""
    context = backing.context(write.resource)
    stored = backing.stored(write.resource, write.namespace, write.name)
    if stored is None and write.subresource:
        raise status.not_found(write.resource, write.name)
    before = stored.object if stored else None
    verb = update.update if write.verb == "update" else update.patch
    obj = verb(write, before, context)
    if stored is None:
        return added(backing, write, obj, context)
    return changed(backing, write, obj, stored, context)


def added(backing: Backing, write: Write, obj: Object, context: Context) -> Answer:
    """Store an object that was not there."""
    before_storing(backing, write, obj, None, create, change)
    if not write.dry_run:
        obj = backing.store.create(backing.key_of(write.resource, obj), obj).object
    return Answer(HTTPStatus.CREATED, shown(context.rules, obj))


def changed(
    backing: Backing, write: Write, obj: Object, stored: Stored, context: Context
) -> Answer:
    """Store the next version of an object; without finalizers, one that is to go goes.

    That answers with the version that is never stored, under the revision before it.
    """
    rules = context.rules
    spec = obj.get("spec")
    if emptied(obj.get("kind"), metadata_of(obj), spec if isinstance(spec, dict) else {}):
        if not write.dry_run:
            removal.remove(backing, write, stored.object)
    elif not write.dry_run:
        before_storing(backing, write, obj, stored.object, create, change)
        key = backing.key_of(write.resource, stored.object)
        obj = backing.store.update(key, obj, expected=stored.mod_revision).object
        after_storing(backing, write, obj, stored.object)
    return Answer(HTTPStatus.OK, shown(rules, obj))


def _new(write: Write, context: Context) -> Object:
    """A new object; where the server makes the name, it tries again if that is taken."""
    metadata = metadata_of(write.body) if isinstance(write.body, dict) else {}
    generated = bool(metadata.get("generateName")) and not metadata.get("name")
    for _ in range(NAME_ATTEMPTS - 1 if generated else 0):
        try:
            return creating.create(write, context)
        except RefusedError as refused:
            if refused.reason != "AlreadyExists":
                raise
    try:
        return creating.create(write, context)
    except RefusedError as refused:
        if generated and refused.reason == "AlreadyExists":
            raise _no_name(refused) from None
        raise


def _no_name(refused: RefusedError) -> RefusedError:
    return RefusedError(
        refused.code,
        refused.reason,
        f"{refused.message}, the server was not able to generate a unique name for the object",
        {**refused.details, "retryAfterSeconds": 1},
    )
