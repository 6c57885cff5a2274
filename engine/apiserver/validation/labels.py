"""Labels and label selectors.

After staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, each, forbidden, invalid, required
from engine.apiserver.validation.names import is_label_value, is_qualified_name

_WITH_VALUES = ("In", "NotIn")
_WITHOUT_VALUES = ("Exists", "DoesNotExist")


def validate_labels(labels: Mapping[str, str] | None, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for key, value in sorted((labels or {}).items()):
        errors += validate_label_name(key, path)
        errors += each(path, value, is_label_value(value))
    return errors


def validate_label_name(name: str, path: Path) -> list[FieldError]:
    return each(path, name, is_qualified_name(name))


def validate_label_selector(
    selector: Mapping[str, Any] | None, path: Path, *, any_values: bool = False
) -> list[FieldError]:
    """`any_values`: values that are no label values are let through (stored ones are)."""
    if selector is None:
        return []
    errors = validate_labels(selector.get("matchLabels"), path.child("matchLabels"))
    expressions = path.child("matchExpressions")
    for index, requirement in enumerate(selector.get("matchExpressions") or ()):
        errors += _validate_requirement(requirement, expressions.index(index), any_values)
    return errors


def has_invalid_values(selector: Mapping[str, Any] | None) -> bool:
    """LabelSelectorHasInvalidLabelValue: an update may keep what was let through before."""
    return any(
        is_label_value(value)
        for requirement in (selector or {}).get("matchExpressions") or ()
        for value in requirement.get("values") or ()
    )


def _validate_requirement(
    requirement: Mapping[str, Any], path: Path, any_values: bool
) -> list[FieldError]:
    errors: list[FieldError] = []
    operator, values = requirement.get("operator", ""), requirement.get("values") or ()
    if operator in _WITH_VALUES:
        if not values:
            explanation = "must be specified when `operator` is 'In' or 'NotIn'"
            errors.append(required(path.child("values"), explanation))
    elif operator in _WITHOUT_VALUES:
        if values:
            explanation = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            errors.append(forbidden(path.child("values"), explanation))
    else:
        errors.append(invalid(path.child("operator"), operator, "not a valid selector operator"))
    errors += validate_label_name(requirement.get("key", ""), path.child("key"))
    if not any_values:
        for index, value in enumerate(values):
            errors += each(path.child("values").index(index), value, is_label_value(value))
    return errors
