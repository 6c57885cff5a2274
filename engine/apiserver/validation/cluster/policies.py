"""Policies of admission, whose rules are expressions, and what binds them.

After pkg/apis/admissionregistration/validation/validation.go (v1.36). What Kubernetes would say of
an expression's types is not said: see matching.py.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.cluster.budgets import validate_conditions
from engine.apiserver.validation.cluster.matching import (
    FAILURE_POLICIES,
    validate_choice,
    validate_conditions_of_match,
    validate_match_resources,
)
from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.internal_form import internal_list
from engine.apiserver.validation.labels import validate_label_selector
from engine.apiserver.validation.metadata import validate_object_meta
from engine.apiserver.validation.names import (
    is_dns1035_label,
    is_dns1123_subdomain,
    is_path_segment_name,
    is_qualified_name,
    name_is_dns_subdomain,
    size,
)

Spec = Mapping[str, Any]

_SPEC, _STATUS = Path("spec"), Path("status")
_ANNOTATION = "io.k8s.api.admissionregistration.v1.AuditAnnotation"
_ANNOTATIONS_MAX = 20
_VALUE_BYTES_MAX = 5 * 1024
_ACTIONS = ("Audit", "Deny", "Warn")
_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_NOT_FOUND_ACTIONS = ("Deny", "Allow")
_NOTHING_TO_DO = "validations or auditAnnotations must contain at least one item"
_EXCLUSIVE = "name and selector are mutually exclusive"

_IDENTIFIER = re.compile("[_a-zA-Z][_a-zA-Z0-9]*")
_RESERVED = frozenset({
    *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for"),
    *("function", "if", "import", "let", "loop", "package", "namespace", "return", "var"),
    *("void", "while"),
})  # fmt: skip


def validate_policy_create(policy: Object) -> list[FieldError]:
    return _validate_policy(policy, policy.get("spec") or {}, same_conditions=False)


def validate_policy_update(new: Object, old: Object) -> list[FieldError]:
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    same = all(spec.get(name) == before.get(name) for name in ("paramKind", "matchConditions"))
    return _validate_policy(new, spec, same_conditions=same)


def validate_policy_status_update(new: Object, old: Object) -> list[FieldError]:
    status, errors = new.get("status") or {}, []
    warnings = (status.get("typeChecking") or {}).get("expressionWarnings") or ()
    path = _STATUS.child("typeChecking").child("expressionWarnings")
    for index, warning in enumerate(warnings):
        if not warning.get("warning"):
            errors.append(required(path.index(index).child("warning")))
        if not warning.get("fieldRef", "").strip():
            errors.append(required(path.index(index).child("fieldRef")))
    conditions = status.get("conditions") or ()
    return errors + validate_conditions(conditions, _STATUS.child("conditions"))


def _validate_policy(policy: Object, spec: Spec, *, same_conditions: bool) -> list[FieldError]:
    errors = validate_object_meta(policy["metadata"], False, name_is_dns_subdomain)
    failure, failure_path = spec.get("failurePolicy"), _SPEC.child("failurePolicy")
    if failure is None:
        errors.append(required(failure_path))
    errors += validate_choice(failure, FAILURE_POLICIES, failure_path)
    if spec.get("paramKind") is not None:
        errors += _validate_param_kind(spec["paramKind"], _SPEC.child("paramKind"))
    match, path = spec.get("matchConstraints"), _SPEC.child("matchConstraints")
    if match is None:
        errors.append(required(path))
    errors += validate_match_resources(match, path)
    if match is not None and not match.get("resourceRules"):
        errors.append(required(path.child("resourceRules")))
    conditions = () if same_conditions else spec.get("matchConditions") or ()
    errors += validate_conditions_of_match(conditions, _SPEC.child("matchConditions"))
    for index, variable in enumerate(spec.get("variables") or ()):
        errors += _validate_variable(variable, _SPEC.child("variables").index(index))
    return errors + _validate_outcomes(policy["metadata"].get("name", ""), spec)


def _validate_outcomes(name: str, spec: Spec) -> list[FieldError]:
    validations, annotations = spec.get("validations") or [], spec.get("auditAnnotations") or []
    paths = (_SPEC.child("validations"), _SPEC.child("auditAnnotations"))
    if not validations and not annotations:
        return [required(path, _NOTHING_TO_DO) for path in paths]
    errors: list[FieldError] = []
    for index, validation in enumerate(validations):
        errors += _validate_validation(validation, paths[0].index(index))
    if len(annotations) > _ANNOTATIONS_MAX:
        explanation = f"must not have more than {_ANNOTATIONS_MAX} auditAnnotations"
        errors.append(invalid(paths[1], internal_list(_ANNOTATION, annotations), explanation))
    keys = [annotation.get("key", "") for annotation in annotations]
    for index, annotation in enumerate(annotations):
        errors += _validate_annotation(name, annotation, paths[1].index(index))
        if keys[index] in keys[:index]:
            errors.append(duplicate(paths[1].index(index).child("key"), keys[index]))
    return errors


def _validate_param_kind(kind: Spec, path: Path) -> list[FieldError]:
    version, name = kind.get("apiVersion", ""), kind.get("kind", "")
    errors = _validate_api_version(version, path.child("apiVersion"))
    if not name:
        return [*errors, required(path.child("kind"))]
    if problems := is_dns1035_label(name.lower()):
        shape = "may have mixed case, but should otherwise match: "
        errors.append(invalid(path.child("kind"), name, shape + ",".join(problems)))
    return errors


def _validate_api_version(text: str, path: Path) -> list[FieldError]:
    if not text:
        return [required(path)]
    if text.count("/") > 1:
        return [invalid(path, text, f"unexpected GroupVersion string: {text}")]
    group, _, version = text.rpartition("/")
    errors: list[FieldError] = []
    if group and (problems := is_dns1123_subdomain(group)):
        errors.append(invalid(path, group, ",".join(problems)))
    if not version:
        errors.append(invalid(path, text, "version must be specified"))
    elif problems := is_dns1035_label(version):
        errors.append(invalid(path, version, ",".join(problems)))
    return errors


def _validate_variable(variable: Spec, path: Path) -> list[FieldError]:
    name, errors = variable.get("name", ""), []
    if not name.strip():
        errors.append(required(path.child("name"), "name is not specified"))
    elif not _IDENTIFIER.fullmatch(name) or name in _RESERVED:
        errors.append(invalid(path.child("name"), name, "name is not a valid CEL identifier"))
    if not variable.get("expression", "").strip():
        errors.append(required(path.child("expression"), "expression is not specified"))
    return errors


def _validate_validation(validation: Spec, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if not validation.get("expression", "").strip():
        errors.append(required(path.child("expression"), "expression is not specified"))
    told, message = validation.get("messageExpression", ""), validation.get("message", "")
    if told and not told.strip():
        explanation = "must be non-empty if specified"
        errors.append(invalid(path.child("messageExpression"), told, explanation))
    if message and not message.strip():
        explanation = "message must be non-empty if specified"
        errors.append(invalid(path.child("message"), message, explanation))
    elif "\n" in message.strip() or "\r" in message.strip():
        explanation = "message must not contain line breaks"
        errors.append(invalid(path.child("message"), message, explanation))
    return errors + validate_choice(validation.get("reason"), _REASONS, path.child("reason"))


def _validate_annotation(name: str, annotation: Spec, path: Path) -> list[FieldError]:
    key, value = annotation.get("key", ""), annotation.get("valueExpression", "").strip()
    if name:
        full = f"{name}/{key}"
        errors = each(path.child("key"), full, is_qualified_name(full))
    else:
        errors = [invalid(path.child("key"), key, "requires metadata.name be non-empty")]
    value_path = path.child("valueExpression")
    if not value:
        errors.append(required(value_path, "valueExpression is not specified"))
    elif size(value) > _VALUE_BYTES_MAX:
        explanation = f"must not exceed {_VALUE_BYTES_MAX} bytes in length"
        errors.append(required(value_path, explanation))
    return errors


def validate_binding_create(binding: Object) -> list[FieldError]:
    spec = binding.get("spec") or {}
    errors = validate_object_meta(binding["metadata"], False, name_is_dns_subdomain)
    policy, path = spec.get("policyName", ""), _SPEC.child("policyName")
    errors += (
        each(path, policy, name_is_dns_subdomain(policy, False)) if policy else [required(path)]
    )
    errors += _validate_param(spec.get("paramRef"), _SPEC.child("paramRef"))
    # Kubernetes' own spelling.
    errors += validate_match_resources(spec.get("matchResources"), _SPEC.child("matchResouces"))
    actions = spec.get("validationActions") or []
    return errors + _validate_actions(actions, _SPEC.child("validationActions"))


def validate_binding_update(new: Object, old: Object) -> list[FieldError]:
    return validate_binding_create(new)


def _validate_param(param: Spec | None, path: Path) -> list[FieldError]:
    if param is None:
        return []
    name, selector, errors = param.get("name", ""), param.get("selector"), []
    if name:
        errors += each(path.child("name"), name, is_path_segment_name(name))
    if name and selector is not None:
        errors.append(forbidden(path.child("name"), _EXCLUSIVE))
    errors += validate_label_selector(selector, path.child("selector"))
    if name and selector is not None:
        errors.append(forbidden(path.child("selector"), _EXCLUSIVE))
    if not name and selector is None:
        errors.append(required(path, "one of name or selector must be specified"))
    action, action_path = (
        param.get("parameterNotFoundAction"),
        path.child("parameterNotFoundAction"),
    )
    if not action:
        return [*errors, required(action_path)]
    return errors + validate_choice(action, _NOT_FOUND_ACTIONS, action_path)


def _validate_actions(actions: Sequence[str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, action in enumerate(actions):
        if action not in _ACTIONS:
            errors.append(not_supported(path.index(index), action, _ACTIONS))
        if action in actions[:index]:
            errors.append(duplicate(path.index(index), action))
    if "Deny" in actions and "Warn" in actions:
        explanation = (
            "must not contain both Deny and Warn (repeating the same validation failure "
            "information in the API response and headers serves no purpose)"
        )
        errors.append(invalid(path, actions, explanation))
    if not actions:
        errors.append(required(path, "at least one validation action is required"))
    return errors
