"""An object in another of its API versions, in whose terms some manager's fields are named.

Source: k8s.io/apimachinery pkg/util/managedfields/internal/versionconverter.go;
pkg/apis/autoscaling/v1/conversion.go, pkg/apis/events/v1/conversion.go (v1.36).
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.managedfields.elements import json_text
from engine.apiserver.storage_form import Write, core_event, new_event, stored

Object = dict[str, Any]

_ANNOTATION = "autoscaling.alpha.kubernetes.io/"
_AUTOSCALERS = {"autoscaling/v1", "autoscaling/v2"}


def converted(obj: Object, api_version: str) -> Object:
    """The object in that version; the input where it is of that version already.

    Versions of one group have the same fields, but for autoscalers; those of a custom resource
    whose definition names a webhook are taken to have, too.
    """
    current = obj.get("apiVersion")
    if current == api_version:
        return obj
    if obj.get("kind") == "Event" and api_version == "events.k8s.io/v1":
        return new_event(obj)
    if obj.get("kind") == "Event" and api_version == "v1":
        return core_event(obj)
    if obj.get("kind") == "HorizontalPodAutoscaler" and {current, api_version} == _AUTOSCALERS:
        if api_version == "autoscaling/v1":
            return _autoscaler_v1(obj)
        return stored(Write(answer=obj, request={}, before=None, creates=False))
    return {**obj, "apiVersion": api_version}


def _autoscaler_v1(obj: Object) -> Object:
    """An autoscaling/v2 autoscaler as v1, which has fields for CPU alone, and annotations."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    metadata = dict(obj.get("metadata") or {})
    annotations = dict(metadata.get("annotations") or {})
    metrics = spec.pop("metrics", None) or []
    current = status.pop("currentMetrics", None) or []
    for metric in metrics:
        if _cpu(metric, "target", "averageUtilization") is not None:
            spec["targetCPUUtilizationPercentage"] = metric["resource"]["target"][
                "averageUtilization"
            ]
            metrics = [other for other in metrics if other is not metric]
            break
    for metric in current:
        if _cpu(metric, "current", "averageUtilization") is not None:
            status["currentCPUUtilizationPercentage"] = metric["resource"]["current"][
                "averageUtilization"
            ]
            break
    kept = {
        "metrics": metrics,
        "current-metrics": current,
        "conditions": status.pop("conditions", None),
        "behavior": spec.pop("behavior", None),
    }
    annotations |= {_ANNOTATION + name: json_text(held) for name, held in kept.items() if held}
    if annotations:
        metadata["annotations"] = annotations
    return {
        **obj, "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status
    }  # fmt: skip


def _cpu(metric: Any, which: str, name: str) -> Any:
    resource = metric.get("resource") if isinstance(metric, dict) else None
    if not isinstance(resource, dict) or resource.get("name") != "cpu":
        return None
    held = resource.get(which)
    return held.get(name) if isinstance(held, dict) else None
