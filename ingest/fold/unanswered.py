"""Deletes that were logged without their answers: what they did follows from the objects."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from engine.apiserver.deletion import Deletion
from engine.model.field_selector import FieldSelector
from engine.model.requirement import SelectorError
from engine.model.selector import Selector
from engine.schema.resources import catalog
from engine.schema.selectable import selectable_fields
from ingest.bodies import Object, metadata_of, parsed, part
from ingest.fold.deletions import begun, outcome_of, removed
from ingest.fold.state import PODS, State
from ingest.requests import ObjectKey, Request, Step
from ingest.version import Version


def deleted(state: State, step: Step) -> list[Version]:
    """The versions that a delete of one object makes, or of a collection."""
    if step.request.verb == "deletecollection":
        return [
            version
            for key in _selected(state, step)
            for version in _one(state, step, key, _options(step.request))
        ]
    if not step.key.name:
        return []
    before = state.live.get(step.key)
    state.absences.deleted(step, before.body if before else None)
    return deleted_of(state, step, step.key)


def deleted_of(state: State, step: Step, key: ObjectKey) -> list[Version]:
    """What a delete, which may be one of a collection, makes of one object."""
    return _one(state, step, key, _options(step.request))


def marks(state: State, step: Step, key: ObjectKey) -> bool:
    """Whether a delete, which may be one of a collection, leaves an object there, marked."""
    body = state.shared(key)
    if body is None or not _is_selected(state, step, key):
        return False
    outcome = outcome_of(step, key, body, _options(step.request))
    return outcome is not None and outcome.fate is Deletion.MARKED


def _one(state: State, step: Step, key: ObjectKey, options: Object) -> list[Version]:
    body = state.shared(key)
    if body is not None:
        return begun(state, step, key, body, options)
    if (key.group, key.resource) == PODS and not _ends(step.request, options):
        return [state.unseen(step, key)]
    return removed(state, step, key, None)


def _ends(request: Request, options: Object) -> bool:
    """Whether a delete ends a pod whose body is not known: its kubelet does, or force.

    Others begin the deletion, the kubelet ends it (pkg/kubelet/status/status_manager.go, v1.36).
    """
    return request.user.startswith("system:node:") or options.get("gracePeriodSeconds") == 0


def _selected(state: State, step: Step) -> list[ObjectKey]:
    """The objects of a collection, in the order in which the server lists them."""
    group, resource, namespace, _ = step.key
    keys = [
        other
        for other in state.live
        if other.resource == resource
        and other.group == group
        and namespace in ("", other.namespace)
    ]
    selectors = _selectors(step.request)
    if selectors is None:
        return []
    return sorted(other for other in keys if _fits(state, other, *selectors))


def _is_selected(state: State, step: Step, key: ObjectKey) -> bool:
    """Whether a delete is of an object, or of a collection that it is in."""
    if step.key == key:
        return True
    selectors = _selectors(step.request)
    return selectors is not None and _fits(state, key, *selectors)


def _selectors(request: Request) -> tuple[Selector, FieldSelector] | None:
    """What a collection is selected by; None if that cannot be read."""
    query = parse_qs(urlsplit(request.request_uri).query)
    try:
        labels = Selector.parse(query.get("labelSelector", [""])[0])
        return labels, FieldSelector.parse(query.get("fieldSelector", [""])[0])
    except SelectorError:
        return None


def _fits(state: State, key: ObjectKey, labels: Selector, fields: FieldSelector) -> bool:
    """Whether selectors select an object; one whose body is not known only if they select all."""
    if labels.empty and fields.empty:
        return True
    body, resource = state.body(key), catalog().by_name(key.group, key.resource)
    if body is None:
        return False
    own = {"metadata.name": key.name, "metadata.namespace": key.namespace}
    found = selectable_fields(resource, body) if resource is not None else own
    return labels.matches(part(metadata_of(body), "labels")) and fields.matches(found)


def _options(request: Request) -> Object:
    """The options of a delete: its body, or what its URL says."""
    body = parsed(request.request)
    query = parse_qs(urlsplit(request.request_uri).query)
    options: dict[str, Any] = {}
    policy, grace = query.get("propagationPolicy"), query.get("gracePeriodSeconds")
    if policy:
        options["propagationPolicy"] = policy[0]
    if grace and grace[0].lstrip("-").isdigit():
        options["gracePeriodSeconds"] = int(grace[0])
    if query.get("orphanDependents"):
        options["orphanDependents"] = query["orphanDependents"][0] == "true"
    return {**options, **body}
