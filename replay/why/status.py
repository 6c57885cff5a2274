"""What a pod's own status and its Events say of why it does not run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from engine.model.timestamp import parse_micros
from engine.scheduler.reading import Object, integer, mapping, mappings, text
from ingest.log.state import StoredState

_EVENTS = ("", "events")

# By the field of the status, what such a container is called.
_STATUSES = {
    "initContainerStatuses": "init container",
    "containerStatuses": "container",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the pod's conditions."""

    status: str
    reason: str
    message: str
    since: int | None
    """Its lastTransitionTime in microseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A container that does not run, and what it waits for in the kubelet's words."""

    kind: str
    name: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Said:
    """An Event: what was said of an object, and when last."""

    about: str
    """`pod web`, `persistentvolumeclaim data`."""
    time: int
    type: str
    reason: str
    message: str
    count: int


def condition_of(pod: Object, kind: str) -> Condition | None:
    """A condition by its type."""
    for each in mappings(pod, "status", "conditions"):
        if text(each, "type") == kind:
            return Condition(
                text(each, "status"),
                text(each, "reason"),
                text(each, "message"),
                micros(each, "lastTransitionTime"),
            )
    return None


def waiting_containers(pod: Object) -> Iterator[Waiting]:
    """Containers that wait, in the order of the status."""
    for field, kind in _STATUSES.items():
        for each in mappings(pod, "status", field):
            state = mapping(each, "state")
            if state.get("waiting") is not None:
                waiting = mapping(state, "waiting")
                yield Waiting(
                    kind, text(each, "name"), text(waiting, "reason"), text(waiting, "message")
                )


def events_of(state: StoredState, objects: Iterable[Object]) -> list[Said]:
    """The Events about these objects of one namespace, the latest last."""
    uids = {text(each, "metadata", "uid"): text(each, "metadata", "namespace") for each in objects}
    found: list[Said] = []
    for namespace in sorted(set(uids.values())):
        for body in state.bodies(*_EVENTS, namespace, None):
            # Most Events are about others: those are not even parsed.
            if any(uid in body for uid in uids if uid):
                event = orjson.loads(body)
                if text(_about(event), "uid") in uids:
                    found.append(_said(event))
    return sorted(found, key=lambda each: (each.time, each.about, each.reason, each.message))


def micros(obj: Object, *path: str) -> int | None:
    """The time in a field, in microseconds since the epoch; None where there is none."""
    found = text(obj, *path)
    return parse_micros(found) if found else None


def _about(event: Object) -> Object:
    """events.k8s.io calls it `regarding`, the core group `involvedObject`."""
    return mapping(event, "involvedObject") or mapping(event, "regarding")


def _said(event: Object) -> Said:
    series, about = mapping(event, "series"), _about(event)
    times = (
        micros(series, "lastObservedTime"),
        micros(event, "lastTimestamp") or micros(event, "deprecatedLastTimestamp"),
        micros(event, "eventTime"),
        micros(event, "metadata", "creationTimestamp"),
    )
    count = integer(series, "count") or integer(event, "count")
    return Said(
        about=f"{text(about, 'kind').lower()} {text(about, 'name')}",
        time=next((time for time in times if time is not None), 0),
        type=text(event, "type"),
        reason=text(event, "reason"),
        message=text(event, "message") or text(event, "note"),
        count=count or integer(event, "deprecatedCount") or 1,
    )
