"""PodDisruptionBudgets.

After pkg/apis/policy/validation/validation.go and pkg/registry/policy/poddisruptionbudget/
strategy.go (v1.36), whose Validate leaves the metadata to what all kinds have in common.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
    not_supported,
    required,
    too_long,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.labels import has_invalid_values, validate_label_selector
from engine.apiserver.validation.names import is_qualified_name, size
from engine.apiserver.validation.numbers import (
    validate_at_most_all,
    validate_nonnegative,
    validate_nonnegative_fields,
    validate_positive_int_or_percent,
)

_SPEC, _STATUS = Path("spec"), Path("status")
_TYPE = "io.k8s.api.policy.v1.PodDisruptionBudgetSpec"
_POLICIES = ("AlwaysAllow", "IfHealthyBudget")
_COUNTS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
_CONDITION_STATUSES = ("False", "True", "Unknown")
_REASON = re.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?")
_REASON_MAX, _MESSAGE_MAX = 1024, 32 * 1024


def validate_budget_create(budget: Object) -> list[FieldError]:
    return _validate_spec(budget.get("spec") or {}, False)


def validate_budget_update(new: Object, old: Object) -> list[FieldError]:
    selector = (old.get("spec") or {}).get("selector")
    return _validate_spec(new.get("spec") or {}, has_invalid_values(selector))


def _validate_spec(spec: Mapping[str, Any], any_values: bool) -> list[FieldError]:
    names = ("minAvailable", "maxUnavailable")
    errors: list[FieldError] = []
    if all(spec.get(name) is not None for name in names):
        explanation = "minAvailable and maxUnavailable cannot be both set"
        errors.append(invalid(_SPEC, internal_form(_TYPE, spec), explanation))
    for name in names:
        if (value := spec.get(name)) is not None:
            errors += validate_positive_int_or_percent(value, _SPEC.child(name))
            errors += validate_at_most_all(value, _SPEC.child(name))
    selector_path = _SPEC.child("selector")
    errors += validate_label_selector(spec.get("selector"), selector_path, any_values=any_values)
    policy, path = spec.get("unhealthyPodEvictionPolicy"), _SPEC.child("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in _POLICIES:
        errors.append(not_supported(path, policy, _POLICIES))
    return errors


def validate_budget_status_update(new: Object, old: Object) -> list[FieldError]:
    status = new.get("status") or {}
    errors = validate_conditions(status.get("conditions") or (), _STATUS.child("conditions"))
    return errors + validate_nonnegative_fields(status, _COUNTS, _STATUS)


def validate_conditions(conditions: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    """ValidateConditions of apimachinery: of each type there is one condition."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        kind, item = condition.get("type", ""), path.index(index)
        if kind in seen:
            errors.append(duplicate(item.child("type"), kind))
        seen.add(kind)
        errors += _validate_condition(condition, item)
    return errors


def _validate_condition(condition: Mapping[str, Any], path: Path) -> list[FieldError]:
    kind, status = condition.get("type", ""), condition.get("status", "")
    errors = each(path.child("type"), kind, is_qualified_name(kind))
    if status not in _CONDITION_STATUSES:
        errors.append(not_supported(path.child("status"), status, _CONDITION_STATUSES))
    generation_path = path.child("observedGeneration")
    errors += validate_nonnegative(condition.get("observedGeneration"), generation_path)
    if condition.get("lastTransitionTime") is None:
        errors.append(required(path.child("lastTransitionTime"), "must be set"))
    reason, reason_path = condition.get("reason", ""), path.child("reason")
    if not reason:
        errors.append(required(reason_path, "must be set"))
    elif not _REASON.fullmatch(reason):
        explanation = (
            "a condition reason must start with alphabetic character, optionally followed by a "
            "string of alphanumeric characters or '_,:', and must end with an alphanumeric "
            "character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or "
            "'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is "
            f"'{_REASON.pattern}')"
        )
        errors.append(invalid(reason_path, reason, explanation))
    if size(reason) > _REASON_MAX:
        errors.append(too_long(reason_path, _REASON_MAX))
    if size(condition.get("message", "")) > _MESSAGE_MAX:
        errors.append(too_long(path.child("message"), _MESSAGE_MAX))
    return errors
