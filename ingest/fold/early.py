"""Writes that a client had seen before they were answered.

A change of the spec raises an object's generation, and so does its deletion. An update carries the
generation that its client had read, a pod's status the one that its kubelet had observed: where
that is higher than the object's, something that was under way when the request arrived was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.bodies import Object, metadata_of, part, shared_object
from ingest.fold import unanswered
from ingest.fold.state import PODS, State
from ingest.requests import DELETES, ObjectKey, Step


def seen_by(state: State, step: Step) -> Iterator[Step]:
    """The steps that come before one that was placed before them, to be applied one by one."""
    seen = _generation_seen(step)
    for other in step.under_way:
        if not _generation(state.shared(step.key)) < seen:
            return
        if other.done or other.request.subresource == "status":
            continue
        if other.request.verb not in DELETES or _leaves_object(state, other, step.key):
            yield other


def _leaves_object(state: State, step: Step, key: ObjectKey) -> bool:
    """Whether the object can still be written to after a delete: it was."""
    return step.request.response is None and unanswered.marks(state, step, key)


def _generation_seen(step: Step) -> int:
    """The generation of the object that the client of a write had seen; 0 if it does not tell."""
    body = shared_object(step.request.request)
    if step.request.verb == "update":
        return _generation(body)
    if step.key[:2] != PODS or step.request.subresource != "status":
        return 0
    status = part(body, "status")
    conditions = status.get("conditions")
    shown: list[Any] = [status, *(conditions if isinstance(conditions, list) else ())]
    return max(_number(one.get("observedGeneration")) for one in shown if isinstance(one, dict))


def _generation(body: Object | None) -> int:
    return 0 if body is None else _number(metadata_of(body).get("generation"))


def _number(value: object) -> int:
    return value if type(value) is int else 0
