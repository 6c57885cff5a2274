"""HorizontalPodAutoscalers between autoscaling/v1 and autoscaling/v2, in which they are stored.

v1 has fields for one CPU target alone. The rest of v2 travels in annotations: other metrics and
their state in types of v1's own, conditions as they are, the behavior with the field names of the
internal type.

Source: pkg/apis/autoscaling/v1/conversion.go and annotations.go, k8s.io/api autoscaling/v1 types.go
(v1.36).
"""

from __future__ import annotations

from typing import Any

import orjson

from engine.apiserver.typed.errors import DecodeError
from engine.apiserver.typed_form import typed_form, typed_value
from engine.model.quoting import to_json

Object = dict[str, Any]

CPU_UTILIZATION_PERCENT = 80
"""DefaultCPUUtilization in pkg/apis/autoscaling/types.go (v1.36)."""

_PREFIX = "autoscaling.alpha.kubernetes.io/"
_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR = (
    f"{_PREFIX}{what}" for what in ("metrics", "current-metrics", "conditions", "behavior")
)
_TOLERANCES = (f"{_PREFIX}scale-up-tolerance", f"{_PREFIX}scale-down-tolerance")
_DROPPED = frozenset((_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR, *_TOLERANCES))
_V2 = "io.k8s.api.autoscaling.v2."

# Each source of a metric in v1: its fields there in Go's order, and where v2 has them.
_SOURCES = {
    "object": {
        "target": "describedObject", "metricName": "metric.name", "targetValue": "target.value",
        "selector": "metric.selector", "averageValue": "target.averageValue",
    },
    "pods": {
        "metricName": "metric.name", "targetAverageValue": "target.averageValue",
        "selector": "metric.selector",
    },
    "resource": {
        "name": "name", "targetAverageUtilization": "target.averageUtilization",
        "targetAverageValue": "target.averageValue",
    },
    "containerResource": {
        "name": "name", "targetAverageUtilization": "target.averageUtilization",
        "targetAverageValue": "target.averageValue", "container": "container",
    },
    "external": {
        "metricName": "metric.name", "metricSelector": "metric.selector",
        "targetValue": "target.value", "targetAverageValue": "target.averageValue",
    },
}  # fmt: skip
_STATES = {
    "object": {
        "target": "describedObject", "metricName": "metric.name",
        "currentValue": "current.value", "selector": "metric.selector",
        "averageValue": "current.averageValue",
    },
    "pods": {
        "metricName": "metric.name", "currentAverageValue": "current.averageValue",
        "selector": "metric.selector",
    },
    "resource": {
        "name": "name", "currentAverageUtilization": "current.averageUtilization",
        "currentAverageValue": "current.averageValue",
    },
    "containerResource": {
        "name": "name", "currentAverageUtilization": "current.averageUtilization",
        "currentAverageValue": "current.averageValue", "container": "container",
    },
    "external": {
        "metricName": "metric.name", "metricSelector": "metric.selector",
        "currentValue": "current.value", "currentAverageValue": "current.averageValue",
    },
}  # fmt: skip

# Quantities that v1 has no pointer to: they are written as 0 where v2 has none.
_ALWAYS = {
    "object": ("targetValue", "currentValue"),
    "pods": ("targetAverageValue", "currentAverageValue"),
    "resource": ("currentAverageValue",),
    "containerResource": ("currentAverageValue",),
    "external": ("currentValue",),
}


def as_v2(obj: Object) -> Object:
    """An autoscaling/v1 autoscaler as v2: without any metric it gets the default CPU target.

    Annotations that do not hold what they should are dropped like the others.
    """
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    annotations = dict(obj["metadata"].get("annotations") or {})
    target = spec.pop("targetCPUUtilizationPercentage", None)
    usage = status.pop("currentCPUUtilizationPercentage", None)
    others = _read(annotations.get(_METRICS), "MetricSpec", _SOURCES)
    spec["metrics"] = [*others, _cpu_target(target)] if target is not None else others
    if not spec["metrics"]:
        spec["metrics"] = [_cpu_target(CPU_UTILIZATION_PERCENT)]
    if behavior := _behavior(annotations.get(_BEHAVIOR)):
        spec["behavior"] = behavior
    current = _read(annotations.get(_CURRENT), "MetricStatus", _STATES)
    if not current and usage is not None:
        current = [_cpu("current", {"averageUtilization": usage})]
    status["currentMetrics"] = current or None
    status["conditions"] = _read(annotations.get(_CONDITIONS), "HorizontalPodAutoscalerCondition")
    kept = {key: text for key, text in annotations.items() if key not in _DROPPED}
    return typed_form(_versioned(obj, "autoscaling/v2", kept, spec, status))


def as_v1(obj: Object) -> Object:
    """An autoscaling/v2 autoscaler as v1."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    annotations = dict(obj["metadata"].get("annotations") or {})
    metrics = spec.pop("metrics", None) or []
    current = status.pop("currentMetrics", None) or []
    cpu = [m for m in metrics if _is_cpu(m)][:1]
    if cpu and (target := _utilization(cpu[0], "target")) is not None:
        spec["targetCPUUtilizationPercentage"] = target
    for metric in current:
        if _is_cpu(metric) and (usage := _utilization(metric, "current")) is not None:
            status["currentCPUUtilizationPercentage"] = usage
    others = [m for m in metrics if not _is_cpu(m) or _utilization(m, "target") is None]
    texts = {
        _METRICS: [_metric_v1(m, _SOURCES) for m in others],
        _CURRENT: [_metric_v1(m, _STATES) for m in current],
        _CONDITIONS: status.pop("conditions", None),
        _BEHAVIOR: _internal_behavior(spec.pop("behavior", None)),
    }
    kept = {key: text for key, text in annotations.items() if key not in _DROPPED}
    kept |= {key: to_json(value) for key, value in texts.items() if value}
    return typed_form(_versioned(obj, "autoscaling/v1", kept, spec, status))


def _versioned(
    obj: Object, api_version: str, annotations: dict[str, str], spec: Object, status: Object
) -> Object:
    metadata = {**obj["metadata"], "annotations": annotations}
    return {**obj, "apiVersion": api_version, "metadata": metadata, "spec": spec, "status": status}


def _cpu_target(percent: int) -> Object:
    return _cpu("target", {"type": "Utilization", "averageUtilization": percent})


def _cpu(which: str, value: Object) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", which: value}}


def _is_cpu(metric: Object) -> bool:
    return metric.get("type") == "Resource" and (metric.get("resource") or {}).get("name") == "cpu"


def _utilization(metric: Object, which: str) -> Any:
    return (metric["resource"].get(which) or {}).get("averageUtilization")


def _metric_v1(metric: Object, sources: dict[str, dict[str, str]]) -> Object:
    result: Object = {"type": metric.get("type", "")}
    for source, fields in sources.items():
        if (held := metric.get(source)) is None:
            continue
        new = {}
        for field, place in fields.items():
            head, _, rest = place.partition(".")
            value = (held.get(head) or {}).get(rest) if rest else held.get(head)
            if value is None and field in _ALWAYS[source]:
                value = "0"
            if value is not None:
                new[field] = value
        result[source] = new
    return result


def _metric_v2(metric: Object, sources: dict[str, dict[str, str]]) -> Object:
    result: Object = {"type": metric.get("type")}
    for source, fields in sources.items():
        if not isinstance(held := metric.get(source), dict):
            continue
        new: Object = {}
        for field, place in fields.items():
            value = held.get(field, "0" if field in _ALWAYS[source] else None)
            if value is not None:
                head, _, rest = place.partition(".")
                if rest:
                    new.setdefault(head, {})[rest] = value
                else:
                    new[head] = value
        if sources is _SOURCES:
            new.setdefault("target", {})["type"] = _target_type(source, new.get("target", {}))
        result[source] = new
    return result


def _target_type(source: str, target: Object) -> str:
    """Which of a target's values v1 means: it does not say so itself."""
    if source in ("resource", "containerResource"):
        return "Utilization" if "averageUtilization" in target else "AverageValue"
    if source == "external":
        return "Value" if "value" in target else "AverageValue"
    return "AverageValue" if source == "pods" or "averageValue" in target else "Value"


def _read(
    text: str | None, name: str, sources: dict[str, dict[str, str]] | None = None
) -> list[Any]:
    """The list that an annotation holds, its items as in v2; empty if it is no such list."""
    items = _json(text)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return []
    try:
        return [
            typed_value(_V2 + name, item if sources is None else _metric_v2(item, sources))
            for item in items
        ]
    except DecodeError:
        return []


def _json(text: str | None) -> Any:
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None


def _internal_behavior(behavior: Object | None) -> Object | None:
    """The behavior as json.Marshal prints the internal type, which has no tags."""
    if behavior is None:
        return None
    return {key: _internal_rules(behavior.get(key[0].lower() + key[1:])) for key in _DIRECTIONS}


_DIRECTIONS = ("ScaleUp", "ScaleDown")
_RULES = ("StabilizationWindowSeconds", "SelectPolicy", "Policies", "Tolerance")
_POLICY = ("Type", "Value", "PeriodSeconds")


def _internal_rules(rules: Object | None) -> Object | None:
    if rules is None:
        return None
    new = {key: rules.get(key[0].lower() + key[1:]) for key in _RULES}
    policies = new["Policies"]
    if policies is not None:
        new["Policies"] = [{key: p[key[0].lower() + key[1:]] for key in _POLICY} for p in policies]
    return new


def _behavior(text: str | None) -> Object | None:
    """The behavior that the annotation holds; encoding/json takes its names in any case."""
    value = _lowered(_json(text))
    if not isinstance(value, dict):
        return None
    try:
        return typed_value(f"{_V2}HorizontalPodAutoscalerBehavior", value) or None
    except DecodeError:
        return None


def _lowered(value: Any) -> Any:
    if isinstance(value, list):
        return [_lowered(item) for item in value]
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _lowered(item) for key, item in value.items()}
    return value
