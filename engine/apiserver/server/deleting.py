"""Delete and deletecollection.

Source: k8s.io/apiserver pkg/registry/generic/registry/store.go (Delete, DeleteCollection),
pkg/endpoints/handlers/delete.go, v1.36.
"""

from __future__ import annotations

from http import HTTPStatus

from msgspec import structs

from engine.apiserver import deletion
from engine.apiserver.admission.contract import Attributes
from engine.apiserver.deletion import Deletion
from engine.apiserver.server import answers, delete_options, removal
from engine.apiserver.server.answers import Answer
from engine.apiserver.server.backing import Backing, shown
from engine.apiserver.server.definitions import terminating
from engine.apiserver.server.delete_options import DeleteOptions
from engine.apiserver.server.reading import Reader, Selection
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.kinds import DEFINITIONS
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.rules import Rules

PODS = ("", "pods")
NAMESPACES = ("", "namespaces")

NOT_COLLECTED = frozenset({("", "events")})
"""Resources that the garbage collector leaves alone: their strategies' GarbageCollectionPolicy is
Unsupported (pkg/registry/core/event/strategy.go, v1.36)."""


def delete(backing: Backing, write: Write) -> Answer:
    """Delete one object, with the DeleteOptions in the body."""
    rules = backing.rules(write.resource)
    options = delete_options.read(write.body)
    stored = backing.stored(write.resource, write.namespace, write.name)
    if stored is None:
        raise status.not_found(write.resource, write.name)
    return deleted(backing, write, stored.object, options, rules)


def deletecollection(backing: Backing, write: Write, selection: Selection) -> Answer:
    """Delete the objects of a resource that are selected; they are shown as they were."""
    rules = backing.rules(write.resource)
    options = delete_options.read(write.body)
    found = Reader(backing).objects(write.resource, write.namespace, selection)
    revision = backing.store.revision
    for obj in found:
        metadata = metadata_of(obj)
        stored = backing.stored(write.resource, metadata.get("namespace", ""), metadata["name"])
        if stored is not None:  # one that went first may have taken others along
            deleted(backing, write, stored.object, options, rules)
    return Answer(HTTPStatus.OK, answers.listed(write.resource, found, revision))


def deleted(
    backing: Backing, write: Write, obj: Object, options: DeleteOptions, rules: Rules
) -> Answer:
    """Delete an object that is there."""
    resource, metadata = write.resource, metadata_of(obj)
    write = structs.replace(write, namespace=metadata.get("namespace", ""), name=metadata["name"])
    outcome = _outcome(write, obj, options)
    attributes = Attributes("DELETE", write, backing.view, backing.choices)
    backing.chain.validate(attributes, backing.chain.admit(attributes, obj, obj), obj)
    if write.dry_run or options.dry_run:
        return _would_be(write, obj, outcome, rules)
    if outcome.stored is not None:
        obj = backing.store.update(backing.key_of(resource, obj), outcome.stored).object
    if outcome.fate in (Deletion.REMOVED, Deletion.MARKED_AND_REMOVED):
        return answers.deleted(resource, shown(rules, removal.remove(backing, write, obj)))
    return Answer(_code(options), shown(rules, obj))


def _would_be(write: Write, obj: Object, outcome: deletion.Deleted, rules: Rules) -> Answer:
    after = shown(rules, outcome.stored or obj)
    if outcome.fate in (Deletion.REMOVED, Deletion.MARKED_AND_REMOVED):
        return answers.deleted(write.resource, after)
    return Answer(HTTPStatus.OK, after)


def _outcome(write: Write, obj: Object, options: DeleteOptions) -> deletion.Deleted:
    """What a delete makes of the object; RefusedError if it is not the one that was meant."""
    group_resource = (write.resource.group, write.resource.name)
    if group_resource in (NAMESPACES, DEFINITIONS):
        delete_options.check_as_stored(options, write.resource, obj)
    delete_options.check(options, write.resource, obj)
    if group_resource == DEFINITIONS and not metadata_of(obj).get("deletionTimestamp"):
        return deletion.Deleted(Deletion.MARKED, terminating(obj, write.now_seconds))
    finalizers = metadata_of(obj).get("finalizers") or ()
    if group_resource not in NOT_COLLECTED:
        finalizers = deletion.finalizers_after(
            finalizers,
            options.propagation_policy,
            options.orphan_dependents,
            orphan_by_default=group_resource in deletion.ORPHANED_BY_DEFAULT,
        )
    return deletion.delete(
        obj,
        finalizers,
        options.grace_seconds,
        write.now_seconds,
        graceful=group_resource == PODS,
    )


def _code(options: DeleteOptions) -> int:
    """202 is only said to those who asked in the old way not to orphan the dependents."""
    return HTTPStatus.ACCEPTED if options.orphan_dependents is False else HTTPStatus.OK
