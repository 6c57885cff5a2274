"""HorizontalPodAutoscalers, in the version that is stored.

After pkg/apis/autoscaling/validation/validation.go (v1.36); HPAScaleToZero is off by default.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import (
    is_dns1123_label,
    is_path_segment_name,
    name_is_dns_subdomain,
)
from engine.apiserver.validation.numbers import validate_nonnegative_fields
from engine.apiserver.validation.resources import (
    quantity,
    validate_container_resource_name,
    validate_not_negative,
)

Spec = Mapping[str, Any]

_SPEC = Path("spec")
_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
# In the order in which Kubernetes looks at them: only the first is looked into.
_SOURCES = ("object", "external", "pods", "resource", "containerResource")
_TARGETS = ("Utilization", "Value", "AverageValue")
_SELECT_POLICIES = ("Disabled", "Max", "Min")
_POLICY_TYPES = ("Percent", "Pods")
_PERIOD_MAX = 1800
_WINDOW_MAX = 3600


def validate_autoscaler_create(autoscaler: Object) -> list[FieldError]:
    errors = validate_object_meta(autoscaler["metadata"], True, name_is_dns_subdomain)
    return errors + _validate_spec(autoscaler.get("spec") or {}, 1)


def validate_autoscaler_update(new: Object, old: Object) -> list[FieldError]:
    """What scales to zero already may go on doing so."""
    to_zero = (old.get("spec") or {}).get("minReplicas") == 0
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + _validate_spec(new.get("spec") or {}, 0 if to_zero else 1)


def validate_autoscaler_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    counts = ("currentReplicas", "desiredReplicas")
    return errors + validate_nonnegative_fields(new.get("status") or {}, counts, Path("status"))


def _validate_spec(spec: Spec, replicas_min: int) -> list[FieldError]:
    low, high = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    high_path = _SPEC.child("maxReplicas")
    errors: list[FieldError] = []
    if low is not None and low < replicas_min:
        explanation = f"must be greater than or equal to {replicas_min}"
        errors.append(invalid(_SPEC.child("minReplicas"), low, explanation))
    if high == 0:
        errors.append(required(high_path, "must be set and greater than 0"))
    elif high < 1:
        errors.append(invalid(high_path, high, "must be greater than 0"))
    if low is not None and high < low:
        explanation = "must be greater than or equal to `minReplicas`"
        errors.append(invalid(high_path, high, explanation))
    errors += _validate_reference(spec.get("scaleTargetRef") or {}, _SPEC.child("scaleTargetRef"))
    errors += _validate_metrics(spec.get("metrics") or (), low, _SPEC.child("metrics"))
    behavior = spec.get("behavior") or {}
    for name in ("scaleUp", "scaleDown"):
        if behavior.get(name) is not None:
            errors += _validate_rules(behavior[name], _SPEC.child("behavior", name))
    return errors


def _validate_reference(reference: Spec, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("kind", "name"):
        value, value_path = reference.get(name, ""), path.child(name)
        errors += each(value_path, value, is_path_segment_name(value))
        errors += [] if value else [required(value_path)]
    return errors


def _validate_rules(rules: Spec, path: Path) -> list[FieldError]:
    """How fast it scales one way."""
    window, window_path = rules.get("stabilizationWindowSeconds"), "stabilizationWindowSeconds"
    select, tolerance = rules.get("selectPolicy"), rules.get("tolerance")
    errors: list[FieldError] = []
    if window is not None and window < 0:
        explanation = "must be greater than or equal to zero"
        errors.append(invalid(path.child(window_path), window, explanation))
    if window is not None and window > _WINDOW_MAX:
        explanation = f"must be less than or equal to {_WINDOW_MAX}"
        errors.append(invalid(path.child(window_path), window, explanation))
    if select is not None and select not in _SELECT_POLICIES:
        errors.append(not_supported(path.child("selectPolicy"), select, _SELECT_POLICIES))
    policies, policies_path = rules.get("policies") or (), path.child("policies")
    if not policies:
        errors.append(required(policies_path, "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        errors += _validate_policy(policy, policies_path.index(index))
    if tolerance is not None:
        errors += validate_not_negative(tolerance, path.child("tolerance"))
    return errors


def _validate_policy(policy: Spec, path: Path) -> list[FieldError]:
    kind, period = policy.get("type", ""), policy.get("periodSeconds", 0)
    errors: list[FieldError] = []
    if kind not in _POLICY_TYPES:
        errors.append(not_supported(path.child("type"), kind, _POLICY_TYPES))
    errors += [
        invalid(path.child(name), policy.get(name, 0), "must be greater than zero")
        for name in ("value", "periodSeconds")
        if policy.get(name, 0) <= 0
    ]
    if period > _PERIOD_MAX:
        explanation = f"must be less than or equal to {_PERIOD_MAX}"
        errors.append(invalid(path.child("periodSeconds"), period, explanation))
    return errors


def _validate_metrics(metrics: Sequence[Spec], low: int | None, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, metric in enumerate(metrics):
        errors += _validate_metric(metric, path.index(index))
    if low == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        explanation = (
            "must specify at least one Object or External metric to support scaling to zero "
            "replicas"
        )
        errors.append(forbidden(path, explanation))
    return errors


def _validate_metric(metric: Spec, path: Path) -> list[FieldError]:
    kind, type_path = metric.get("type", ""), path.child("type")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(type_path, "must specify a metric source type"))
    if kind not in _TYPES:
        errors.append(not_supported(type_path, kind, _TYPES))
    given = [name for name in _SOURCES if metric.get(name) is not None]
    if given:
        errors += _validate_source(given[0], metric[given[0]], path.child(given[0]))
    expected = kind[:1].lower() + kind[1:]
    if kind not in _TYPES:
        # It is said twice.
        errors.append(not_supported(type_path, kind, _TYPES))
    elif expected not in given:
        explanation = "must populate information for the given metric source"
        errors.append(required(path.child(expected), explanation))
    if len(given) > 1:
        errors += [
            forbidden(path.child(name), "must populate the given metric source only")
            for name in sorted(given)
            if name != expected
        ]
    return errors


def _validate_source(name: str, source: Spec, path: Path) -> list[FieldError]:
    target = source.get("target") or {}
    value, average = target.get("value"), target.get("averageValue")
    utilization, target_path = target.get("averageUtilization"), path.child("target")
    errors = _validate_what(name, source, path) + _validate_target(target, target_path)
    if name in ("resource", "containerResource"):
        if utilization is None and average is None:
            explanation = "must set either a target raw value or a target utilization"
            errors.append(required(target_path.child("averageUtilization"), explanation))
        if utilization is not None and average is not None:
            explanation = "may not set both a target raw value and a target utilization"
            errors.append(forbidden(target_path.child("averageValue"), explanation))
    elif name == "pods" and average is None:
        explanation = "must specify a positive target averageValue"
        errors.append(required(target_path.child("averageValue"), explanation))
    elif name != "pods" and value is None and average is None:
        explanation = "must set either a target value or averageValue"
        if name == "external":
            explanation = "must set either a target value for metric or a per-pod target"
        errors.append(required(target_path.child("averageValue"), explanation))
    if name == "external" and value is not None and average is not None:
        explanation = "may not set both a target value for metric and a per-pod target"
        errors.append(forbidden(target_path.child("value"), explanation))
    return errors


def _validate_what(name: str, source: Spec, path: Path) -> list[FieldError]:
    """What is measured."""
    errors: list[FieldError] = []
    if name == "object":
        object_path = path.child("describedObject")
        errors += _validate_reference(source.get("describedObject") or {}, object_path)
    if name in ("object", "external", "pods"):
        metric, name_path = (source.get("metric") or {}).get("name", ""), path.child("metric.name")
        explanation = "must specify a metric name"
        errors += each(name_path, metric, is_path_segment_name(metric))
        return errors + ([] if metric else [required(name_path, explanation)])
    resource, name_path = source.get("name", ""), path.child("name")
    if not resource:
        errors.append(required(name_path, "must specify a resource name"))
    elif name == "containerResource":
        errors += validate_container_resource_name(resource, name_path)
    if name == "containerResource":
        container, container_path = source.get("container", ""), path.child("container")
        errors += each(container_path, container, is_dns1123_label(container) if container else ())
        errors += [] if container else [required(container_path, "must specify a container")]
    return errors


def _validate_target(target: Spec, path: Path) -> list[FieldError]:
    kind, utilization = target.get("type", ""), target.get("averageUtilization")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(path.child("type"), "must specify a metric target type"))
    if kind not in _TARGETS:
        explanation = "must be either Utilization, Value, or AverageValue"
        errors.append(invalid(path.child("type"), kind, explanation))
    errors += [
        invalid(path.child(name), target[name], "must be positive")
        for name in ("value", "averageValue")
        if target.get(name) is not None and quantity(target[name]).sign != 1
    ]
    if utilization is not None and utilization < 1:
        errors.append(
            invalid(path.child("averageUtilization"), utilization, "must be greater than 0")
        )
    return errors
