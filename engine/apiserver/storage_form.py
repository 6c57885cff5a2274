"""The form in which the store keeps an object, where it differs from the answer that showed it.

An answer is the stored bytes read back: converted to the version that the client speaks, defaulted
again, normalized. Here are the differences that a log of answers shows, each way.

Source: pkg/apis/*/v1/defaults.go, pkg/apis/autoscaling/v1/conversion.go, pkg/apis/events/v1/
conversion.go, pkg/registry/core/service/storage/storage.go (defaultOnRead), v1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.apiserver.autoscaler_versions import as_v1, as_v2

Object = dict[str, Any]

EVENT_FIELDS = (
    ("regarding", "involvedObject"),
    ("note", "message"),
    ("deprecatedSource", "source"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedCount", "count"),
    ("reportingController", "reportingComponent"),
)
"""Names of the same fields in events.k8s.io/v1 and in core/v1, which the store keeps."""
_OLD_NAMES = dict(EVENT_FIELDS)
_NEW_NAMES = {old: new for new, old in EVENT_FIELDS}


@dataclass(frozen=True, slots=True)
class Write:
    """A write whose answer was seen; `before` is the stored version before it, if it is known."""

    answer: Object
    request: Object
    before: Object | None
    creates: bool


def stored(write: Write) -> Object:
    """The object as the store keeps it. Raises where the answer is not of its kind's form."""
    answer = write.answer
    rule = _STORED.get((answer.get("apiVersion", ""), answer.get("kind", "")))
    return rule(write) if rule else answer


def differs(api_version: str | None, kind: str | None) -> bool:
    """Whether answers of this kind may differ from what is stored."""
    return (api_version or "", kind or "") in _STORED


def as_read(obj: Object) -> Object:
    """The object as the API server shows it when it reads it from the store."""
    rule = _READ.get((obj.get("apiVersion", ""), obj.get("kind", "")))
    return rule(obj) if rule else obj


def in_store(obj: Object) -> Object:
    """An object in the version in which its kind is stored."""
    kind = (obj.get("apiVersion", ""), obj.get("kind", ""))
    if kind == ("events.k8s.io/v1", "Event"):
        return core_event(obj)
    if kind == ("autoscaling/v1", "HorizontalPodAutoscaler"):
        return as_v2(obj)
    return obj


def in_version(obj: Object, api_version: str) -> Object:
    """A stored object in the version that a client speaks."""
    kind = (api_version, obj.get("kind"))
    if kind == ("events.k8s.io/v1", "Event"):
        return new_event(obj)
    if kind == ("autoscaling/v1", "HorizontalPodAutoscaler"):
        return as_v1(obj)
    return obj


def core_event(event: Object) -> Object:
    """An events.k8s.io/v1 Event in its core/v1 form."""
    core = {k: v for k, v in event.items() if k not in _OLD_NAMES}
    for new, old in EVENT_FIELDS:
        if new in event:
            core[old] = event[new]
    core["apiVersion"] = "v1"
    core.setdefault("source", {})
    core.setdefault("firstTimestamp", None)
    core.setdefault("lastTimestamp", None)
    core.setdefault("eventTime", None)
    core.setdefault("reportingComponent", "")
    core.setdefault("reportingInstance", "")
    if not core.get("count"):
        core.pop("count", None)
    if isinstance(series := core.get("series"), dict) and series.get("count") == 0:
        core["series"] = {k: v for k, v in series.items() if k != "count"}
    return core


def new_event(event: Object) -> Object:
    """A core/v1 Event in its events.k8s.io/v1 form."""
    new = {_NEW_NAMES.get(k, k): v for k, v in event.items()}
    new["apiVersion"] = "events.k8s.io/v1"
    if not new.get("reportingController"):
        new.pop("reportingController", None)
    if not new.get("reportingInstance"):
        new.pop("reportingInstance", None)
    if isinstance(series := new.get("series"), dict):
        new["series"] = {"count": 0, **series}
    return new


def _stored_event(write: Write) -> Object:
    return core_event(write.answer)


def _stored_claim(write: Write) -> Object:
    """A new claim is stored without a phase: Pending is a default of reading it."""
    answer = write.answer
    status = answer.get("status") or {}
    if not write.creates or status.get("phase") != "Pending":
        return answer
    return {**answer, "status": {k: v for k, v in status.items() if k != "phase"}}


def _read_claim(obj: Object) -> Object:
    status = obj.get("status") or {}
    return obj if status.get("phase") else {**obj, "status": {**status, "phase": "Pending"}}


def _stored_job(write: Write) -> Object:
    """A new Job has no labels unless it was given some: reading copies its template's."""
    answer, request = write.answer, write.request
    given = (request.get("metadata") or {}).get("labels") or _template_labels(request)
    if given or not write.creates:
        return answer
    if answer["metadata"].get("labels") != _template_labels(answer):
        return answer
    metadata = {k: v for k, v in answer["metadata"].items() if k != "labels"}
    return {**answer, "metadata": metadata}


def _read_job(obj: Object) -> Object:
    labels = _template_labels(obj)
    if obj["metadata"].get("labels") or not labels:
        return obj
    return {**obj, "metadata": {**obj["metadata"], "labels": labels}}


def _template_labels(obj: Mapping[str, Any]) -> Any:
    template = (obj.get("spec") or {}).get("template") or {}
    return (template.get("metadata") or {}).get("labels")


def _stored_service(write: Write) -> Object:
    """What an ExternalName hides when read stays in the store."""
    answer = write.answer
    spec, old = answer.get("spec") or {}, (write.before or {}).get("spec") or {}
    policy = old.get("internalTrafficPolicy")
    if spec.get("type") != "ExternalName" or not policy or "internalTrafficPolicy" in spec:
        return answer
    return {**answer, "spec": {**spec, "internalTrafficPolicy": policy}}


def _read_service(obj: Object) -> Object:
    spec = obj.get("spec") or {}
    if spec.get("type") != "ExternalName" or "internalTrafficPolicy" not in spec:
        return obj
    return {**obj, "spec": {k: v for k, v in spec.items() if k != "internalTrafficPolicy"}}


def _stored_autoscaler(write: Write) -> Object:
    return as_v2(write.answer)


_STORED: dict[tuple[str, str], Callable[[Write], Object]] = {
    ("events.k8s.io/v1", "Event"): _stored_event,
    ("v1", "PersistentVolumeClaim"): _stored_claim,
    ("batch/v1", "Job"): _stored_job,
    ("v1", "Service"): _stored_service,
    ("autoscaling/v1", "HorizontalPodAutoscaler"): _stored_autoscaler,
}

_READ: dict[tuple[str, str], Callable[[Object], Object]] = {
    ("v1", "PersistentVolumeClaim"): _read_claim,
    ("batch/v1", "Job"): _read_job,
    ("v1", "Service"): _read_service,
}
