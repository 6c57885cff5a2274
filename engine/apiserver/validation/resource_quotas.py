"""ResourceQuotas.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    IMMUTABLE,
    FieldError,
    Path,
    invalid,
    required,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.metadata import (
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import name_is_dns_subdomain
from engine.apiserver.validation.resources import (
    is_quota_resource,
    validate_quantity,
    validate_quota_resource_name,
)

_SCOPES = (
    "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass",
    "VolumeAttributesClass", "CrossNamespacePodAffinity",
)  # fmt: skip
_CONFLICTS = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_ONLY_EXISTS = (
    "BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity",
)  # fmt: skip
_OF_PODS = (
    "pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory",
)  # fmt: skip
_OF_CLAIMS = ("persistentvolumeclaims", "requests.storage")
_NOT_FOR_RESOURCE = "unsupported scope applied to resource"
_SELECTOR = "io.k8s.api.core.v1.ScopeSelector"


def validate_quota_create(quota: Object) -> list[FieldError]:
    errors = validate_object_meta(quota["metadata"], True, name_is_dns_subdomain)
    errors += _validate_spec(quota.get("spec") or {}, Path("spec"))
    return errors + _validate_status(quota.get("status") or {})


def validate_quota_update(new: Object, old: Object) -> list[FieldError]:
    spec = new.get("spec") or {}
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += _validate_spec(spec, Path("spec"))
    scopes = spec.get("scopes")
    if set(scopes or ()) != set((old.get("spec") or {}).get("scopes") or ()):
        errors.append(invalid("spec.scopes", scopes, IMMUTABLE))
    return errors


def validate_quota_status_update(new: Object, old: Object) -> list[FieldError]:
    metadata = new["metadata"]
    errors = validate_object_meta_update(metadata, old.get("metadata") or {})
    if not metadata.get("resourceVersion"):
        errors.append(required("resourceVersion"))
    return errors + _validate_status(new.get("status") or {})


def _validate_status(status: Mapping[str, Any]) -> list[FieldError]:
    return [
        error
        for field in ("hard", "used")
        for error in _validate_amounts(status.get(field) or {}, Path("status").child(field))
    ]


def _validate_amounts(amounts: Mapping[str, str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for name, value in sorted(amounts.items()):
        errors += validate_quota_resource_name(name, path.key(name))
        errors += validate_quantity(name, value, path.key(name))
    return errors


def _validate_spec(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    hard = spec.get("hard") or {}
    errors = _validate_amounts(hard, path.child("hard"))
    errors += _validate_scopes(spec, sorted(hard), path.child("scopes"))
    if (selector := spec.get("scopeSelector")) is not None:
        errors += _validate_selector(spec, selector, sorted(hard), path.child("scopeSelector"))
    return errors


def _validate_scopes(spec: Mapping[str, Any], hard: list[str], path: Path) -> list[FieldError]:
    scopes = spec.get("scopes") or []
    errors: list[FieldError] = []
    for scope in scopes:
        if scope not in _SCOPES:
            errors.append(invalid(path, scopes, "unsupported scope"))
        unsupported = [name for name in hard if not _is_valid_for(scope, name)]
        errors += [invalid(path, scopes, _NOT_FOR_RESOURCE)] * len(unsupported)
    return errors + _validate_conflicts(scopes, scopes, path)


def _validate_conflicts(scopes: list[str], shown: list[str] | None, path: Path) -> list[FieldError]:
    return [
        invalid(path, shown, "conflicting scopes")
        for one, other in _CONFLICTS
        if one in scopes and other in scopes
    ]


def _is_valid_for(scope: str, name: str) -> bool:
    if not is_quota_resource(name):
        return True
    match scope:
        case "BestEffort":
            return name == "pods"
        case "VolumeAttributesClass":
            return name in _OF_CLAIMS
        case scope if scope in _SCOPES:
            return name in _OF_PODS
    return True


def _validate_selector(
    spec: Mapping[str, Any], selector: Mapping[str, Any], hard: list[str], path: Path
) -> list[FieldError]:
    """Fields are named without their index: that is how Kubernetes writes it."""
    path = path.child("matchExpressions")
    errors: list[FieldError] = []
    scopes: list[str] = []
    for requirement in selector.get("matchExpressions") or ():
        scope = requirement.get("scopeName", "")
        scopes.append(scope)
        if scope not in _SCOPES:
            errors.append(invalid(path.child("scopeName"), scope, "unsupported scope"))
        unsupported = [name for name in hard if not _is_valid_for(scope, name)]
        shown = internal_form(_SELECTOR, selector)
        errors += [invalid(path, shown, _NOT_FOR_RESOURCE)] * len(unsupported)
        errors += _validate_operator(requirement, scope, path)
    return errors + _validate_conflicts(scopes, spec.get("scopes"), path)


def _validate_operator(requirement: Mapping[str, Any], scope: str, path: Path) -> list[FieldError]:
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    operator_path, values_path = path.child("operator"), path.child("values")
    errors: list[FieldError] = []
    if scope in _ONLY_EXISTS and operator != "Exists":
        explanation = (
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
            "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
            "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
        )
        errors.append(invalid(operator_path, operator, explanation))
    if operator in ("In", "NotIn"):
        if not values:
            explanation = (
                "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            )
            errors.append(required(values_path, explanation))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            explanation = (
                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            )
            errors.append(invalid(values_path, values, explanation))
    else:
        errors.append(invalid(operator_path, operator, "not a valid selector operator"))
    return errors
