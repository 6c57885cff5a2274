"""DaemonSets and ControllerRevisions.

After pkg/apis/apps/validation/validation.go and pkg/registry/apps/daemonset/strategy.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import FieldError, Path, invalid, not_supported, required
from engine.apiserver.validation.internal_form import internal_form, semantically_equal
from engine.apiserver.validation.labels import has_invalid_values, validate_label_selector
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import name_is_dns_subdomain
from engine.apiserver.validation.numbers import (
    number_of,
    validate_at_most_all,
    validate_immutable,
    validate_nonnegative,
    validate_nonnegative_fields,
    validate_not_decremented,
    validate_positive_int_or_percent,
)
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.template import template_options, validate_pod_template
from engine.apiserver.validation.selectors import (
    labels_of,
    selector_of,
    validate_not_empty,
)
from engine.apiserver.validation.workloads.deployments import validate_selector_update
from engine.apiserver.validation.workloads.replicas import STATUS, validate_runs_always

_SPEC = Path("spec")
_STRATEGY = "io.k8s.api.apps.v1.DaemonSetUpdateStrategy"
_TEMPLATE = "io.k8s.api.core.v1.PodTemplateSpec"
_GENERATION = "deprecated.daemonset.template.generation"
_COUNTS = (
    "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady",
    "observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable",
    "collisionCount",
)  # fmt: skip


def validate_daemon_set_create(daemon_set: Object) -> list[FieldError]:
    errors = validate_object_meta(daemon_set["metadata"], True, name_is_dns_subdomain)
    return errors + _validate_spec(daemon_set, template_options(None), False)


def validate_daemon_set_update(new: Object, old: Object) -> list[FieldError]:
    before = old.get("spec") or {}
    options = template_options(before.get("template") or {})
    any_values = options.any_selector_values or has_invalid_values(before.get("selector"))
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += _validate_generation(new, old)
    errors += validate_selector_update(new, old)
    return errors + _validate_spec(new, options, any_values)


def _generation(daemon_set: Object) -> int:
    """spec.templateGeneration, which v1 shows as an annotation."""
    return int((daemon_set["metadata"].get("annotations") or {}).get(_GENERATION) or 0)


def _validate_generation(new: Object, old: Object) -> list[FieldError]:
    """It grows when, and only when, the template is another one."""
    path, number, before = _SPEC.child("templateGeneration"), _generation(new), _generation(old)
    templates = ((obj.get("spec") or {}).get("template") or {} for obj in (new, old))
    updated = not semantically_equal(_TEMPLATE, *templates)
    errors: list[FieldError] = []
    if number < before:
        errors.append(invalid(path, number, "must not be decremented"))
    if number == before and updated:
        errors.append(invalid(path, number, "must be incremented upon template update"))
    elif number > before and not updated:
        errors.append(invalid(path, number, "must not be incremented without template update"))
    return errors


def _validate_spec(
    daemon_set: Object, options: PodOptions, any_selector_values: bool
) -> list[FieldError]:
    spec, template_path = daemon_set.get("spec") or {}, _SPEC.child("template")
    given, template = spec.get("selector"), spec.get("template") or {}
    path, labels = _SPEC.child("selector"), labels_of(template)
    errors = validate_label_selector(given, path, any_values=any_selector_values)
    selector = selector_of(given)
    if selector is not None and not selector.matches(labels or {}):
        explanation = "`selector` does not match template `labels`"
        errors.append(invalid(template_path.child("metadata", "labels"), labels, explanation))
    if given is not None:
        errors += validate_not_empty(given, path, "empty selector is invalid for daemonset")
    errors += validate_pod_template(template, template_path, options)
    pod_path = template_path.child("spec")
    errors += validate_runs_always(template.get("spec") or {}, pod_path, "DaemonSet")
    errors += validate_nonnegative(spec.get("minReadySeconds"), _SPEC.child("minReadySeconds"))
    generation_path = _SPEC.child("templateGeneration")
    errors += validate_nonnegative(_generation(daemon_set), generation_path)
    errors += _validate_strategy(spec.get("updateStrategy") or {}, _SPEC.child("updateStrategy"))
    limit_path = _SPEC.child("revisionHistoryLimit")
    return errors + validate_nonnegative(spec.get("revisionHistoryLimit"), limit_path)


def _validate_strategy(strategy: Mapping[str, Any], path: Path) -> list[FieldError]:
    rolling, rolling_path = strategy.get("rollingUpdate"), path.child("rollingUpdate")
    match strategy.get("type", ""):
        case "OnDelete":
            return []
        case "RollingUpdate" if rolling is not None:
            return _validate_rolling_update(rolling, rolling_path)
        case "RollingUpdate":
            return [required(rolling_path)]
    shown = internal_form(_STRATEGY, strategy)
    return [not_supported(path, shown, ("RollingUpdate", "OnDelete"))]


def _validate_rolling_update(rolling: Mapping[str, Any], path: Path) -> list[FieldError]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    unavailable_path, surge_path = path.child("maxUnavailable"), path.child("maxSurge")
    errors = validate_positive_int_or_percent(unavailable, unavailable_path)
    errors += validate_positive_int_or_percent(surge, surge_path)
    errors += validate_at_most_all(unavailable, unavailable_path)
    errors += validate_at_most_all(surge, surge_path)
    match bool(number_of(unavailable)), bool(number_of(surge)):
        case True, True:
            explanation = "may not be set when maxUnavailable is non-zero"
            errors.append(invalid(surge_path, surge, explanation))
        case False, False:
            errors.append(required(unavailable_path, "cannot be 0 when maxSurge is 0"))
    return errors


def validate_daemon_set_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    status = new.get("status") or {}
    errors += validate_nonnegative_fields(status, _COUNTS, STATUS)
    return errors + validate_not_decremented(
        status, old.get("status") or {}, "collisionCount", STATUS
    )


def validate_revision_create(revision: Object) -> list[FieldError]:
    errors = validate_object_meta(revision["metadata"], True, name_is_dns_subdomain)
    if revision.get("data") is None:
        errors.append(required("data", "data is mandatory"))
    return errors + validate_nonnegative(revision.get("revision"), Path("revision"))


def validate_revision_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += validate_revision_create(new)
    return errors + validate_immutable(new.get("data"), old.get("data"), Path("data"))
