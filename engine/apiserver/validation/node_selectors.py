"""Selectors of nodes: of a pod's affinity, of a volume, of a storage class.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, each, forbidden, invalid, required
from engine.apiserver.validation.labels import validate_label_name
from engine.apiserver.validation.names import is_label_value, name_is_dns_subdomain

_NO_OPERATOR = "not a valid selector operator"


def validate_node_selector(
    selector: Mapping[str, Any], path: Path, *, any_values: bool = False
) -> list[FieldError]:
    """`any_values`: values that are no label values are let through (stored ones are)."""
    terms_path, terms = path.child("nodeSelectorTerms"), selector.get("nodeSelectorTerms")
    if not terms:
        return [required(terms_path, "must have at least one node selector term")]
    errors: list[FieldError] = []
    for index, term in enumerate(terms):
        errors += validate_node_selector_term(term, terms_path.index(index), any_values)
    return errors


def validate_node_selector_term(
    term: Mapping[str, Any], path: Path, any_values: bool
) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, requirement in enumerate(term.get("matchExpressions") or ()):
        item = path.child("matchExpressions").index(index)
        errors += _validate_expression(requirement, item, any_values)
    for index, requirement in enumerate(term.get("matchFields") or ()):
        errors += _validate_field(requirement, path.child("matchFields").index(index))
    return errors


def validate_preferred_terms(terms: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    """PreferredSchedulingTerms, whose values were never checked."""
    errors: list[FieldError] = []
    for index, term in enumerate(terms):
        item = path.index(index)
        errors += validate_weight(term.get("weight", 0), item.child("weight"))
        preference = term.get("preference") or {}
        errors += validate_node_selector_term(preference, item.child("preference"), True)
    return errors


def validate_weight(weight: int, path: Path) -> list[FieldError]:
    return [] if 0 < weight <= 100 else [invalid(path, weight, "must be in the range 1-100")]


def _validate_expression(
    requirement: Mapping[str, Any], path: Path, any_values: bool
) -> list[FieldError]:
    operator, values = requirement.get("operator", ""), requirement.get("values") or ()
    values_path = path.child("values")
    errors: list[FieldError] = []
    match operator:
        case "In" | "NotIn" if not values:
            explanation = "must be specified when `operator` is 'In' or 'NotIn'"
            errors.append(required(values_path, explanation))
        case "Exists" | "DoesNotExist" if values:
            explanation = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            errors.append(forbidden(values_path, explanation))
        case "Gt" | "Lt" if len(values) != 1:
            explanation = "must be specified single value when `operator` is 'Lt' or 'Gt'"
            errors.append(required(values_path, explanation))
        case "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt":
            pass
        case _:
            errors.append(invalid(path.child("operator"), operator, _NO_OPERATOR))
    errors += validate_label_name(requirement.get("key", ""), path.child("key"))
    if not any_values:
        for index, value in enumerate(values):
            errors += each(values_path.index(index), value, is_label_value(value))
    return errors


def _validate_field(requirement: Mapping[str, Any], path: Path) -> list[FieldError]:
    operator, values = requirement.get("operator", ""), requirement.get("values") or ()
    key, values_path = requirement.get("key", ""), path.child("values")
    errors: list[FieldError] = []
    if operator not in ("In", "NotIn"):
        errors.append(invalid(path.child("operator"), operator, _NO_OPERATOR))
    elif len(values) != 1:
        explanation = (
            "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        )
        errors.append(required(values_path, explanation))
    if key != "metadata.name":
        errors.append(invalid(path.child("key"), key, "not a valid field selector key"))
        return errors
    for index, value in enumerate(values):
        errors += each(values_path.index(index), value, name_is_dns_subdomain(value, False))
    return errors
