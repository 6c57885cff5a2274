"""Writes that answer with a Status or a Scale: bindings, evictions, the scale subresource."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from engine.apiserver import pods
from engine.apiserver.scale import manager_of, scale
from ingest.bodies import parsed, part, shared_object
from ingest.fold.deletions import begun
from ingest.fold.state import State
from ingest.fold.timing import MICROSECONDS, in_one_second, settle_binding, settle_deletion
from ingest.requests import ObjectKey, Request, Step
from ingest.version import Version


def bound(state: State, step: Step) -> list[Version]:
    """A binding: the pod with its node."""
    request = step.request
    key = step.key._replace(resource="pods")
    pod = state.shared(key)
    binding = shared_object(request.request)
    node = part(binding, "target").get("name")
    if pod is None or not isinstance(node, str):
        return [state.unseen(step, key)]
    node_body = state.shared(ObjectKey("", "nodes", "", node))
    labels = part(node_body, "metadata", "labels") if node_body else None
    given = {name: part(binding, "metadata", name) for name in ("annotations", "labels")}
    body = pods.bind(pod, node, given, labels, step.time // MICROSECONDS)
    certain = labels is not None and in_one_second(request)
    complete = state.live[key].complete
    version = state.derive(step, key, body, None if certain else settle_binding)
    version.complete = complete
    state.objects.hold(version, body)
    return [version]


def evicted(state: State, step: Step) -> list[Version]:
    """An eviction: the condition that says so, then the deletion."""
    key = step.key
    pod = state.body(key)
    step.lower = max(step.lower, state.disrupted.pop(key, 0))
    if pod is None:
        return [state.unseen(step, key)]
    options = part(parsed(step.request.request), "deleteOptions")
    versions = []
    now = step.time // MICROSECONDS
    status = part(pod, "status")
    conditions = pods.with_condition(status.get("conditions") or (), pods.EVICTED_BY_API, now)
    if conditions != status.get("conditions"):
        pod = {**pod, "status": {**status, "conditions": conditions}}
        settle = None if in_one_second(step.request) else settle_deletion
        versions.append(state.derive(step, key, pod, settle))
    return versions + begun(state, step, key, pod, options)


def scaled(state: State, step: Step) -> list[Version]:
    """A write to the scale subresource: the parent with its replicas."""
    request = step.request
    if step.rv is None or request.response is None:
        return []
    parent = state.body(step.key)
    replicas = part(parsed(request.response), "spec").get("replicas", 0)
    if parent is None or not isinstance(replicas, int):
        return [state.unseen(step, step.key)]
    operation = "Apply" if request.patch_type == "apply" else "Update"
    try:
        body = scale(parent, replicas, _manager(request), operation=operation)
    except (AttributeError, KeyError, TypeError):
        return [state.unseen(step, step.key)]  # the parent is not of its kind's form
    return [state.derive(step, step.key, body)]


def _manager(request: Request) -> str:
    named = parse_qs(urlsplit(request.request_uri).query).get("fieldManager", [])
    return manager_of(named[0] if named else None, request.user_agent)
