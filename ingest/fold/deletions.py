"""Deletes, collections of them, and what ends along with an object."""

from __future__ import annotations

from collections.abc import Iterator

from engine.apiserver import deletion
from engine.apiserver.deletion import Deletion
from engine.model.timestamp import TimestampError
from ingest.bodies import (
    Object,
    delete_options,
    metadata_of,
    parsed,
    part,
    revision_of,
    spelled,
)
from ingest.fold.state import PODS, State, same_but_revision
from ingest.fold.timing import in_one_second, settle_deletion
from ingest.requests import ObjectKey, Step
from ingest.version import Version

MICROSECONDS = 1_000_000


def deleted(state: State, step: Step) -> list[Version]:
    """The versions that a delete makes, of one object or of one in a collection."""
    request = step.request
    if step.item is not None:
        return _from_list(state, step, step.item)
    if request.verb == "deletecollection":
        return []
    before = state.live.get(step.key)
    state.absences.deleted(step, before.body if before else None)
    if request.response_kind == "Status":
        return removed(state, step, step.key, step.rv)
    return _answered(state, step, metadata_of(parsed(request.response)))


def _answered(state: State, step: Step, metadata: Object) -> list[Version]:
    """A delete that answered with the object, as it was last or as it was marked."""
    request = step.request
    fate = deletion.fate_of_deleted(metadata)
    before = state.live.get(step.key)
    if fate is Deletion.MARKED:
        if step.rv is None:
            return []
        return [state.put(step, request.response, "observed", "updated" if before else "seen")]
    if fate is Deletion.REMOVED:
        return removed(state, step, step.key, step.rv or request.resource_version)
    versions = []
    if before is None or not same_but_revision(before.body, request.response):
        mark = state.put(
            step, request.response, "derived", "updated" if before else "seen", rv=None
        )
        mark.at_most(step.rv)
        versions.append(mark)
    if request.resource_version is None:
        # It marked the pod and then found it gone: another request was faster (Store.Delete with
        # ignoreNotFound answers with what it had marked, which has no revision).
        state.awaited[step.key] = step
        return versions
    return versions + removed(state, step, step.key, step.rv)


def overdue(state: State, step: Step) -> Iterator[Version]:
    """The ends that no request of their own has shown, once `step` comes after them for certain."""
    for key, marking in list(state.awaited.items()):
        comparable = step.rv is not None and step.store == marking.store
        if comparable and step.request.received > marking.ended:
            del state.awaited[key]
            gone = state.gone(marking, key, None)
            gone.at_most(step.rv)
            yield gone


def unanswered(state: State) -> list[Version]:
    """The ends that no request has shown by the end of the log."""
    awaited, state.awaited = state.awaited, {}
    return [state.gone(marking, key, None) for key, marking in awaited.items()]


def _from_list(state: State, step: Step, item: Object) -> list[Version]:
    """One object that a deletecollection listed: the list shows it as it was before."""
    key, before = step.key, state.live.get(step.key)
    metadata = metadata_of(item)
    uid = metadata.get("uid")
    versions = []
    if before is None:
        if state.has_ended(uid):
            return []
        api_version, kind = state.kinds.of(key, step.request.api_version)
        text = spelled({**item, "apiVersion": api_version, "kind": kind})
        revision = revision_of(metadata.get("resourceVersion"))
        first = state.put(step, text, "observed", "seen", rv=revision)
        first.uid = uid if isinstance(uid, str) else None
        versions.append(first)
    elif before.uid not in (None, uid):
        return []
    options = parsed(step.request.request)
    return versions + begun(state, step, key, state.body(key), options)


def begun(
    state: State, step: Step, key: ObjectKey, obj: Object | None, options: Object
) -> list[Version]:
    """Begin a deletion as the object's kind does, and end it if nothing keeps the object.

    `obj` is usable, and is not changed.
    """
    outcome = None if obj is None else outcome_of(step, key, obj, options)
    if outcome is None:
        return [state.unseen(step, key)]
    versions = []
    if outcome.stored is not None:
        settle = None if in_one_second(step.request) else settle_deletion
        before = state.live.get(key)
        version = state.derive(step, key, outcome.stored, settle)
        version.complete = before is not None and before.complete
        state.objects.hold(version, outcome.stored)
        versions.append(version)
    if outcome.fate in (Deletion.REMOVED, Deletion.MARKED_AND_REMOVED):
        versions.extend(removed(state, step, key, None))
    return versions


def outcome_of(step: Step, key: ObjectKey, obj: Object, options: Object) -> deletion.Deleted | None:
    """What a delete makes of an object; None where the object's own times cannot be read."""
    asked = delete_options(options)
    group_resource = (key.group, key.resource)
    finalizers = deletion.finalizers_after(
        metadata_of(obj).get("finalizers") or (),
        asked.propagation_policy,
        asked.orphan_dependents,
        orphan_by_default=group_resource in deletion.ORPHANED_BY_DEFAULT,
    )
    try:
        return deletion.delete(
            obj,
            finalizers,
            asked.grace_period_seconds,
            step.time // MICROSECONDS,
            graceful=group_resource == PODS,
        )
    except TimestampError:
        return None


def removed(state: State, step: Step, key: ObjectKey, rv: int | None) -> list[Version]:
    """The end of an object, and what ends with it."""
    state.awaited.pop(key, None)
    versions = [*_emptied_namespace(state, step, key), state.gone(step, key, rv)]
    if (key.group, key.resource) == ("", "services"):
        # The registry deletes the Endpoints itself: no request, no line in the log
        # (pkg/registry/core/service/storage/storage.go, afterDelete, v1.36).
        endpoints = key._replace(resource="endpoints")
        if endpoints in state.live:
            versions.append(state.gone(step, endpoints, None, lower=rv or 0))
    return versions


def _emptied_namespace(state: State, step: Step, key: ObjectKey) -> Iterator[Version]:
    """What was in a namespace that is gone now, and whose own end the log does not show.

    The last finalizer goes when nothing is left (pkg/controller/namespace/deletion/
    namespaced_resources_deleter.go, v1.36).
    """
    if (key.group, key.resource) == ("", "namespaces"):
        for inside in sorted(k for k in state.live if k.namespace == key.name):
            gone = state.gone(step, inside, None, inferred=True)
            gone.at_most(step.upper)
            yield gone


def cleanup(state: State, step: Step) -> Iterator[Version]:
    """The custom resources of a definition that is going: deleted without requests.

    Source: k8s.io/apiextensions-apiserver pkg/controller/finalizer/crd_finalizer.go, v1.36.
    """
    if step.key.resource != "customresourcedefinitions":
        return
    definition = state.live.get(step.key)
    spec = part(parsed(definition.body) if definition is not None else {}, "spec")
    kind = (spec.get("group"), part(spec, "names").get("plural"))
    for key in sorted(k for k in state.live if (k.group, k.resource) == kind):
        yield state.gone(step, key, None, lower=(definition.rv or 0) if definition else 0)
