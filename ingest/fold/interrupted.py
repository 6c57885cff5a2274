"""Creations of which the client was not told whether they were done, and that were done.

A request may time out (504) after its write has gone to etcd, or a log may end between the two.
That the object is updated later shows that it was created.
"""

from __future__ import annotations

from engine.apiserver.storage_form import core_event
from ingest.bodies import Object, metadata_of, parsed, spelled
from ingest.fold.state import State
from ingest.requests import Step
from ingest.version import Version

EVENT_SHOWN_ALWAYS = frozenset({
    "kind", "apiVersion", "metadata", "source", "firstTimestamp", "lastTimestamp", "eventTime",
    "reportingComponent", "reportingInstance",
})  # fmt: skip
"""Fields of a core/v1 Event that are stored whether they were given or not."""

REMEMBERED = 10_000
"""An object that was created after all is updated soon, or its creation is of no interest."""


def note(state: State, step: Step) -> None:
    """Remember a request without a result."""
    if step.request.verb == "create" and step.key.name and not step.request.subresource:
        state.interrupted[step.key] = step
        if len(state.interrupted) > REMEMBERED:
            del state.interrupted[next(iter(state.interrupted))]


def created_after_all(state: State, step: Step) -> list[Version]:
    """The version that an interrupted creation made, where `step` is the first to show its object.

    Nothing is filled into an Event on creation but its metadata, so that it can be computed; of
    other kinds, no more is known than that it was created.
    """
    creation = state.interrupted.pop(step.key, None)
    if creation is None or step.request.verb == "create" or step.request.code == 201:
        return []
    body = None
    if step.key.resource == "events":
        body = _event(parsed(creation.request.request), parsed(step.request.response))
    known = "partial" if body is None else "derived"
    text = spelled(body) if body else None
    version = state.put(step, text, known, "created", rv=None, inferred=True)
    version.lower = max(version.lower, creation.lower)
    version.at_most(step.rv)
    return [version]


def _event(asked: Object, seen: Object) -> Object | None:
    """An Event as it was created, from the request and from the first version that was seen."""
    if "involvedObject" not in asked or "regarding" in seen:
        return None
    metadata = dict(metadata_of(seen))
    fields = metadata.get("managedFields")
    if not isinstance(fields, list) or len(fields) != 1 or not isinstance(fields[0], dict):
        return None  # a second author: which fields the first one set is not known
    metadata["managedFields"] = [{**fields[0], "time": metadata.get("creationTimestamp")}]
    seen = core_event(seen)
    created = {
        name: asked.get(name, value)
        for name, value in seen.items()
        if name in asked or name in EVENT_SHOWN_ALWAYS
    }
    return {**created, "metadata": metadata}
