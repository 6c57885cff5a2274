"""Which requests a webhook or a policy of admission is about: rules, selectors, conditions.

After pkg/apis/admissionregistration/validation/validation.go (v1.36). Expressions are not compiled:
only Kubernetes knows the types that it declares for them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
    not_supported,
    required,
    too_many,
)
from engine.apiserver.validation.labels import validate_label_selector
from engine.apiserver.validation.names import is_path_segment_name, is_qualified_name

FAILURE_POLICIES = ("Fail", "Ignore")
MATCH_POLICIES = ("Equivalent", "Exact")

_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES = ("*", "Cluster", "Namespaced")
_CONDITIONS_MAX = 64


def validate_match_resources(match: Mapping[str, Any] | None, path: Path) -> list[FieldError]:
    """What a policy, or a binding of one, is about; nothing says nothing."""
    if match is None:
        return []
    policy, policy_path = match.get("matchPolicy"), path.child("matchPolicy")
    errors = [] if policy is not None else [required(policy_path)]
    errors += validate_choice(policy, MATCH_POLICIES, policy_path)
    for name in ("namespaceSelector", "objectSelector"):
        if match.get(name) is None:
            errors.append(required(path.child(name)))
        errors += validate_label_selector(match.get(name), path.child(name))
    for name in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(name) or ()):
            errors += _validate_named_rule(rule, path.child(name).index(index))
    return errors


def _validate_named_rule(rule: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    names = rule.get("resourceNames") or []
    for index, name in enumerate(names):
        name_path = path.child("resourceNames").index(index)
        errors += each(name_path, name, is_path_segment_name(name))
        if name in names[:index]:
            errors.append(duplicate(name_path, name))
    return errors + validate_rule(rule, path)


def validate_conditions_of_match(
    conditions: Sequence[Mapping[str, Any]], path: Path
) -> list[FieldError]:
    """validateMatchConditions."""
    errors: list[FieldError] = []
    if len(conditions) > _CONDITIONS_MAX:
        errors.append(too_many(path, len(conditions), _CONDITIONS_MAX))
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        name, name_path = condition.get("name", ""), path.index(index).child("name")
        if not condition.get("expression", "").strip():
            errors.append(required(path.index(index).child("expression")))
        if not name:
            errors.append(required(name_path))
            continue
        errors += each(name_path, name, is_qualified_name(name))
        if name in seen:
            errors.append(duplicate(name_path, name))
        seen.add(name)
    return errors


def validate_choice(value: str | None, supported: Sequence[str], path: Path) -> list[FieldError]:
    """A field that may be left out and has one of a few values."""
    return [] if value is None or value in supported else [not_supported(path, value, supported)]


def validate_rule(rule: Mapping[str, Any], path: Path) -> list[FieldError]:
    """validateRuleWithOperations."""
    errors = _validate_wildcard(rule, "operations", "operations", path)
    errors += [
        not_supported(path.child("operations").index(index), operation, _OPERATIONS)
        for index, operation in enumerate(rule.get("operations") or ())
        if operation not in _OPERATIONS
    ]
    errors += _validate_wildcard(rule, "apiGroups", "API groups", path)
    errors += _validate_wildcard(rule, "apiVersions", "API versions", path)
    errors += [
        required(path.child("apiVersions").index(index))
        for index, version in enumerate(rule.get("apiVersions") or ())
        if not version
    ]
    errors += _validate_resources(rule.get("resources") or [], path.child("resources"))
    return errors + validate_choice(rule.get("scope"), _SCOPES, path.child("scope"))


def _validate_wildcard(
    rule: Mapping[str, Any], name: str, what: str, path: Path
) -> list[FieldError]:
    values, values_path = rule.get(name) or [], path.child(name)
    if not values:
        return [required(values_path)]
    if len(values) > 1 and "*" in values:
        explanation = f"if '*' is present, must not specify other {what}"
        return [invalid(values_path, values, explanation)]
    return []


def _validate_resources(resources: list[str], path: Path) -> list[FieldError]:
    errors = [] if resources else [required(path)]
    whole: set[str] = set()
    everywhere: set[str] = set()
    for index, resource in enumerate(resources):
        name, slash, part = resource.partition("/")
        if not resource:
            errors.append(required(path.index(index)))
        if not slash or resource == "*/*":
            continue
        for seen, key, shown in ((whole, name, f"{name}/*"), (everywhere, part, f"*/{part}")):
            if key in seen:
                explanation = f"if '{shown}' is present, must not specify {resource}"
                errors.append(invalid(path.index(index), resource, explanation))
        whole |= {name} if part == "*" else set()
        everywhere |= {part} if name == "*" else set()
    if len(resources) > 1 and "*/*" in resources:
        explanation = "if '*/*' is present, must not specify other resources"
        errors.append(invalid(path, resources, explanation))
    plain = any("/" not in resource and resource != "*" for resource in resources)
    if "*" in resources and plain:
        explanation = "if '*' is present, must not specify other resources without subresources"
        errors.append(invalid(path, resources, explanation))
    return errors
