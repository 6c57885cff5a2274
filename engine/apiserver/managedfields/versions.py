"""An object in another of its API versions, in whose terms some manager's fields are named.

Source: k8s.io/apimachinery pkg/util/managedfields/internal/versionconverter.go (v1.36).
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.autoscaler_versions import as_v1, as_v2
from engine.apiserver.storage_form import core_event, new_event

Object = dict[str, Any]

_CONVERSIONS = {
    ("HorizontalPodAutoscaler", "autoscaling/v2", "autoscaling/v1"): as_v1,
    ("HorizontalPodAutoscaler", "autoscaling/v1", "autoscaling/v2"): as_v2,
    ("Event", "v1", "events.k8s.io/v1"): new_event,
    ("Event", "events.k8s.io/v1", "v1"): core_event,
}


def converted(obj: Object, api_version: str) -> Object:
    """The object in that version; the input where it is of that version already.

    Versions of one group have the same fields, but for autoscalers; those of a custom resource
    whose definition names a webhook are taken to have, too. Raises DecodeError for an annotation
    that stands for a field and cannot be read.
    """
    current = obj.get("apiVersion")
    if current == api_version:
        return obj
    convert = _CONVERSIONS.get((str(obj.get("kind")), str(current), api_version))
    return convert(obj) if convert else {**obj, "apiVersion": api_version}
