"""Roles and who has them.

After pkg/apis/rbac/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.labels import has_invalid_values, validate_label_selector
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import is_path_segment_name, name_is_dns_subdomain
from engine.apiserver.validation.selectors import selector_of, shown_selector

_GROUP = "rbac.authorization.k8s.io"
_REFERENCE = "io.k8s.api.rbac.v1.RoleRef"
_ROLE = Path("roleRef")
_SUBJECTS = ("ServiceAccount", "User", "Group")


def validate_role_create(role: Object) -> list[FieldError]:
    return _validate_role(role, True)


def validate_role_update(new: Object, old: Object) -> list[FieldError]:
    return validate_role_create(new) + _validate_metadata(new, old)


def _validate_metadata(new: Object, old: Object) -> list[FieldError]:
    return validate_object_meta_update(new["metadata"], old.get("metadata") or {})


def _validate_role(role: Object, namespaced: bool) -> list[FieldError]:
    errors = validate_object_meta(role["metadata"], namespaced, is_path_segment_name)
    for index, rule in enumerate(role.get("rules") or ()):
        errors += _validate_rule(rule, namespaced, Path("rules").index(index))
    return errors


def _validate_rule(rule: Mapping[str, Any], namespaced: bool, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if not rule.get("verbs"):
        errors.append(required(path.child("verbs"), "verbs must contain at least one value"))
    if urls := rule.get("nonResourceURLs"):
        urls_path = path.child("nonResourceURLs")
        if namespaced:
            explanation = "namespaced rules cannot apply to non-resource URLs"
            errors.append(invalid(urls_path, urls, explanation))
        if any(rule.get(name) for name in ("apiGroups", "resources", "resourceNames")):
            explanation = "rules cannot apply to both regular resources and non-resource URLs"
            errors.append(invalid(urls_path, urls, explanation))
        return errors
    for name, what in (("apiGroups", "api group"), ("resources", "resource")):
        if not rule.get(name):
            explanation = f"resource rules must supply at least one {what}"
            errors.append(required(path.child(name), explanation))
    return errors


def validate_cluster_role_create(role: Object) -> list[FieldError]:
    return _validate_role(role, False) + _validate_aggregation(role, False)


def validate_cluster_role_update(new: Object, old: Object) -> list[FieldError]:
    before = (old.get("aggregationRule") or {}).get("clusterRoleSelectors") or ()
    any_values = any(map(has_invalid_values, before))
    errors = _validate_role(new, False) + _validate_aggregation(new, any_values)
    return errors + _validate_metadata(new, old)


def _validate_aggregation(role: Object, any_values: bool) -> list[FieldError]:
    rule, path = role.get("aggregationRule"), Path("aggregationRule.clusterRoleSelectors")
    if rule is None:
        return []
    selectors = rule.get("clusterRoleSelectors") or ()
    errors: list[FieldError] = []
    if not selectors:
        explanation = "at least one clusterRoleSelector required if aggregationRule is non-nil"
        errors.append(required(path, explanation))
    for index, selector in enumerate(selectors):
        item = path.index(index)
        errors += validate_label_selector(selector, item, any_values=any_values)
        if selector_of(selector) is None:
            errors.append(invalid(item, shown_selector(selector), "invalid label selector."))
    return errors


def validate_binding_create(binding: Object) -> list[FieldError]:
    return _validate_binding(binding, True, ("Role", "ClusterRole"))


def validate_binding_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_binding_create(new) + _validate_metadata(new, old)
    return errors + _validate_same_role(new, old)


def validate_cluster_binding_create(binding: Object) -> list[FieldError]:
    return _validate_binding(binding, False, ("ClusterRole",))


def validate_cluster_binding_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_cluster_binding_create(new) + _validate_metadata(new, old)
    return errors + _validate_same_role(new, old)


def _validate_same_role(new: Object, old: Object) -> list[FieldError]:
    role = new.get("roleRef") or {}
    if role == (old.get("roleRef") or {}):
        return []
    return [invalid(_ROLE, internal_form(_REFERENCE, role), "cannot change roleRef")]


def _validate_binding(binding: Object, namespaced: bool, kinds: Sequence[str]) -> list[FieldError]:
    role = binding.get("roleRef") or {}
    group, kind, name = (role.get(field, "") for field in ("apiGroup", "kind", "name"))
    errors = validate_object_meta(binding["metadata"], namespaced, is_path_segment_name)
    if group != _GROUP:
        errors.append(not_supported(_ROLE.child("apiGroup"), group, (_GROUP,)))
    if kind not in kinds:
        errors.append(not_supported(_ROLE.child("kind"), kind, kinds))
    errors += each(_ROLE.child("name"), name, is_path_segment_name(name))
    errors += [] if name else [required(_ROLE.child("name"))]
    for index, subject in enumerate(binding.get("subjects") or ()):
        errors += _validate_subject(subject, namespaced, Path("subjects").index(index))
    return errors


def _validate_subject(subject: Mapping[str, Any], namespaced: bool, path: Path) -> list[FieldError]:
    kind, name = subject.get("kind", ""), subject.get("name", "")
    group, group_path = subject.get("apiGroup", ""), path.child("apiGroup")
    errors = [] if name else [required(path.child("name"))]
    if kind == "ServiceAccount":
        if name:
            errors += each(path.child("name"), name, name_is_dns_subdomain(name, False))
        if group:
            errors.append(not_supported(group_path, group, ("",)))
        if not namespaced and not subject.get("namespace"):
            errors.append(required(path.child("namespace")))
    elif kind in _SUBJECTS:
        if group != _GROUP:
            errors.append(not_supported(group_path, group, (_GROUP,)))
    else:
        errors.append(not_supported(path.child("kind"), kind, _SUBJECTS))
    return errors
