"""FlowSchemas: which requests belong together, and what priority they have.

After pkg/apis/flowcontrol/validation/validation.go and staging/src/k8s.io/apiserver/pkg/apis/
flowcontrol/bootstrap/default.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

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
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.metadata import validate_object_meta
from engine.apiserver.validation.names import name_is_dns_label, name_is_dns_subdomain

Spec = Mapping[str, Any]

_SPEC, _STATUS = Path("spec"), Path("status")
_API = "io.k8s.api.flowcontrol.v1."
_PRECEDENCE_MAX = 10000
_METHODS = ("ByNamespace", "ByUser")
_SUBJECTS = {"ServiceAccount": "serviceAccount", "User": "user", "Group": "group"}
_VERBS = (
    *("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update"),
    "watch",
)
_NAMESPACE = "each member of this list must be '*' or a DNS-1123 label; "

_ANYTHING = {
    "resourceRules": [
        {
            **{name: ["*"] for name in ("verbs", "apiGroups", "resources", "namespaces")},
            "clusterScope": True,
        }
    ],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
}


def _of_groups(*names: str) -> list[dict[str, Any]]:
    subjects = [{"kind": "Group", "group": {"name": name}} for name in names]
    return [{"subjects": subjects, **_ANYTHING}]


_MANDATORY: Mapping[str, Spec] = {
    "exempt": {
        "priorityLevelConfiguration": {"name": "exempt"},
        "matchingPrecedence": 1,
        "rules": _of_groups("system:masters"),
    },
    "catch-all": {
        "priorityLevelConfiguration": {"name": "catch-all"},
        "matchingPrecedence": _PRECEDENCE_MAX,
        "distinguisherMethod": {"type": "ByUser"},
        "rules": _of_groups("system:unauthenticated", "system:authenticated"),
    },
}
"""Specs that nobody may change."""


def validate_flow_schema_create(schema: Object) -> list[FieldError]:
    name, spec = schema["metadata"].get("name", ""), schema.get("spec") or {}
    errors = validate_object_meta(schema["metadata"], False, name_is_dns_subdomain)
    errors += _validate_spec(name, spec)
    if spec != _MANDATORY.get(name, spec):
        shown = internal_form(f"{_API}FlowSchemaSpec", spec)
        errors.append(invalid(_SPEC, shown, f"spec of '{name}' must equal the fixed value"))
    return errors + validate_flow_status(schema)


def validate_flow_schema_update(new: Object, old: Object) -> list[FieldError]:
    return validate_flow_schema_create(new)


def validate_flow_status_update(new: Object, old: Object) -> list[FieldError]:
    return validate_flow_status(new)


def validate_flow_status(obj: Object) -> list[FieldError]:
    """ValidateFlowSchemaStatus, which priority levels have too."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, condition in enumerate((obj.get("status") or {}).get("conditions") or ()):
        kind, path = condition.get("type", ""), _STATUS.child("conditions").index(index)
        if kind in seen:
            errors.append(duplicate(path.child("type"), kind))
        if not kind:
            errors.append(required(path.child("type"), "must not be empty"))
        seen.add(kind)
    return errors


def _validate_spec(name: str, spec: Spec) -> list[FieldError]:
    errors = _validate_precedence(name, spec.get("matchingPrecedence", 0))
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in _METHODS:
        shown = internal_form(f"{_API}FlowDistinguisherMethod", method)
        path = _SPEC.child("distinguisherMethod").child("type")
        errors.append(not_supported(path, shown, _METHODS))
    level = (spec.get("priorityLevelConfiguration") or {}).get("name", "")
    level_path = _SPEC.child("priorityLevelConfiguration").child("name")
    if level:
        errors += each(level_path, level, name_is_dns_subdomain(level, False))
    else:
        errors.append(required(level_path, "must reference a priority level"))
    for index, rule in enumerate(spec.get("rules") or ()):
        errors += _validate_rule(rule, _SPEC.child("rules").index(index))
    return errors


def _validate_precedence(name: str, precedence: int) -> list[FieldError]:
    path = _SPEC.child("matchingPrecedence")
    if precedence <= 0:
        return [invalid(path, precedence, "must be a positive value")]
    if precedence > _PRECEDENCE_MAX:
        return [invalid(path, precedence, f"must not be greater than {_PRECEDENCE_MAX}")]
    if precedence == 1 and name != "exempt":
        explanation = "only the schema named 'exempt' may have matchingPrecedence 1"
        return [invalid(path, precedence, explanation)]
    return []


def _validate_rule(rule: Spec, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    subjects = rule.get("subjects") or ()
    for index, subject in enumerate(subjects):
        errors += _validate_subject(subject, path.child("subjects").index(index))
    if not subjects:
        explanation = "subjects must contain at least one value"
        errors.append(required(path.child("subjects"), explanation))
    resources, others = rule.get("resourceRules") or (), rule.get("nonResourceRules") or ()
    if not resources and not others:
        explanation = "at least one of resourceRules and nonResourceRules has to be non-empty"
        errors.append(required(path, explanation))
    for index, one in enumerate(resources):
        errors += _validate_resource_rule(one, path.child("resourceRules").index(index))
    for index, one in enumerate(others):
        errors += _validate_url_rule(one, path.child("nonResourceRules").index(index))
    return errors


def _validate_subject(subject: Spec, path: Path) -> list[FieldError]:
    kind = subject.get("kind", "")
    if kind not in _SUBJECTS:
        return [not_supported(path.child("kind"), kind, sorted(_SUBJECTS))]
    own = _SUBJECTS[kind]
    errors = _validate_named(kind, subject.get(own), path.child(own))
    for other, name in _SUBJECTS.items():
        if other != kind and subject.get(name) is not None:
            explanation = f"{name} is forbidden when subject kind is not '{other}'"
            errors.append(forbidden(path.child(name), explanation))
    return errors


def _validate_named(kind: str, subject: Spec | None, path: Path) -> list[FieldError]:
    if subject is None:
        return [required(path, f"{_SUBJECTS[kind]} is required when subject kind is '{kind}'")]
    name, errors = subject.get("name", ""), []
    if not name:
        errors.append(required(path.child("name")))
    elif kind == "ServiceAccount" and name != "*":
        errors += each(path.child("name"), name, name_is_dns_subdomain(name, False))
    if kind != "ServiceAccount":
        return errors
    namespace, namespace_path = subject.get("namespace", ""), path.child("namespace")
    if not namespace:
        explanation = "must specify namespace for service account"
        return [*errors, required(namespace_path, explanation)]
    return errors + each(namespace_path, namespace, name_is_dns_label(namespace, False))


def _validate_verbs(rule: Spec, path: Path) -> list[FieldError]:
    verbs, verbs_path = rule.get("verbs") or [], path.child("verbs")
    errors = _validate_wildcard(verbs, "verbs must contain at least one value", "verbs", verbs_path)
    if verbs and "*" not in verbs and not set(verbs) <= set(_VERBS):
        errors.append(not_supported(verbs_path, verbs, _VERBS))
    return errors


def _validate_wildcard(
    values: Sequence[str], empty: str, what: str, path: Path
) -> list[FieldError]:
    if not values:
        return [required(path, empty)]
    if "*" in values and len(values) > 1:
        return [invalid(path, values, f"if '*' is present, must not specify other {what}")]
    return []


def _validate_resource_rule(rule: Spec, path: Path) -> list[FieldError]:
    errors = _validate_verbs(rule, path)
    for name, one, what in (
        ("apiGroups", "api group", "api groups"),
        ("resources", "resource", "resources"),
    ):
        empty = f"resource rules must supply at least one {one}"
        errors += _validate_wildcard(rule.get(name) or [], empty, what, path.child(name))
    namespaces, namespaces_path = rule.get("namespaces") or [], path.child("namespaces")
    if namespaces or not rule.get("clusterScope"):
        empty = "resource rules that are not cluster scoped must supply at least one namespace"
        errors += _validate_wildcard(namespaces, empty, "namespaces", namespaces_path)
    for index, namespace in enumerate(() if "*" in namespaces else namespaces):
        problems = (f"{_NAMESPACE}{problem}" for problem in name_is_dns_label(namespace, False))
        errors += each(namespaces_path.index(index), namespace, problems)
    return errors


def _validate_url_rule(rule: Spec, path: Path) -> list[FieldError]:
    urls, urls_path = rule.get("nonResourceURLs") or [], path.child("nonResourceURLs")
    empty = "nonResourceURLs must contain at least one value"
    errors = _validate_verbs(rule, path)
    errors += _validate_wildcard(urls, empty, "non-resource URLs", urls_path)
    for index, url in enumerate(() if "*" in urls else urls):
        if problem := _url_problem(url):
            errors.append(invalid(urls_path.index(index), url, problem))
    return errors


def _url_problem(url: str) -> str:
    """ValidateNonResourceURLPath."""
    if not url:
        return "must not be empty"
    if url == "/":
        return ""
    if not url.startswith("/"):
        return "must start with slash"
    if " " in url:
        return "must not contain white-space"
    if "//" in url:
        return "must not contain double slash"
    wildcards = url.count("*")
    misplaced = wildcards > 1 or (wildcards == 1 and not url.endswith("/*"))
    return "wildcard can only do suffix matching" if misplaced else ""
