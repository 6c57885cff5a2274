"""Configurations of webhooks for admission.

After pkg/apis/admissionregistration/validation/validation.go and
staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go (v1.36). Match conditions are not
compiled: there is no CEL in this floor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.labels import validate_label_selector
from engine.apiserver.validation.metadata import validate_object_meta
from engine.apiserver.validation.names import (
    is_dns1035_label,
    is_dns1123_subdomain,
    is_fully_qualified_name,
    is_port_number,
    name_is_dns_subdomain,
)

Hook = Mapping[str, Any]

_WEBHOOKS = Path("webhooks")
_REVIEWS = ("v1", "v1beta1")
_NO_SIDE_EFFECTS = ("None", "NoneOnDryRun")
_SIDE_EFFECTS = ("None", "NoneOnDryRun", "Some", "Unknown")
_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES = ("*", "Cluster", "Namespaced")
_CHOICES = (("failurePolicy", ("Fail", "Ignore")), ("matchPolicy", ("Equivalent", "Exact")))
_REINVOCATION = ("IfNeeded", "Never")
_SELECTORS = ("namespaceSelector", "objectSelector")
_URL_FORM = "; desired format: https://host[/path]"


@dataclass(frozen=True, slots=True)
class _Excuses:
    """What a stored configuration has already, a new one may have too."""

    side_effects: bool = False
    unknown_reviews: bool = False
    same_names: bool = False
    selector_values: bool = False


def validate_webhooks_create(configuration: Object) -> list[FieldError]:
    return _validate(configuration, _Excuses())


def validate_webhooks_update(new: Object, old: Object) -> list[FieldError]:
    hooks = old.get("webhooks") or ()
    names = [hook.get("name", "") for hook in hooks]
    reviews = [hook.get("admissionReviewVersions") or () for hook in hooks]
    excuses = _Excuses(
        side_effects=any(hook.get("sideEffects") not in _NO_SIDE_EFFECTS for hook in hooks),
        unknown_reviews=any(given and not set(given) & set(_REVIEWS) for given in reviews),
        same_names=len(set(names)) < len(names),
        selector_values=any(
            validate_label_selector(hook.get(name), Path(""))
            for hook in hooks
            for name in _SELECTORS
        ),
    )
    return _validate(new, excuses)


def _validate(configuration: Object, excuses: _Excuses) -> list[FieldError]:
    errors = validate_object_meta(configuration["metadata"], False, name_is_dns_subdomain)
    names: set[str] = set()
    for index, hook in enumerate(configuration.get("webhooks") or ()):
        path, name = _WEBHOOKS.index(index), hook.get("name", "")
        errors += _validate_hook(hook, excuses, path)
        reviews = hook.get("admissionReviewVersions") or []
        reviews_path = path.child("admissionReviewVersions")
        errors += _validate_reviews(reviews, excuses.unknown_reviews, reviews_path)
        if name and name in names and not excuses.same_names:
            errors.append(duplicate(path.child("name"), name))
        names.add(name)
    return errors


def _validate_hook(hook: Hook, excuses: _Excuses, path: Path) -> list[FieldError]:
    errors = is_fully_qualified_name(path.child("name"), hook.get("name", ""))
    for index, rule in enumerate(hook.get("rules") or ()):
        errors += _validate_rule(rule, path.child("rules").index(index))
    for name, choices in _CHOICES:
        errors += _validate_choice(hook.get(name), choices, path.child(name))
    effects, effects_path = hook.get("sideEffects"), path.child("sideEffects")
    supported = _SIDE_EFFECTS if excuses.side_effects else _NO_SIDE_EFFECTS
    if effects is None:
        errors.append(required(effects_path, f"must specify one of {', '.join(supported)}"))
    errors += _validate_choice(effects, supported, effects_path)
    seconds = hook.get("timeoutSeconds")
    if seconds is not None and not 1 <= seconds <= 30:
        explanation = "the timeout value must be between 1 and 30 seconds"
        errors.append(invalid(path.child("timeoutSeconds"), seconds, explanation))
    for name in _SELECTORS:
        errors += validate_label_selector(
            hook.get(name), path.child(name), any_values=excuses.selector_values
        )
    reinvocation = hook.get("reinvocationPolicy")
    errors += _validate_choice(reinvocation, _REINVOCATION, path.child("reinvocationPolicy"))
    return errors + _validate_client(hook.get("clientConfig") or {}, path.child("clientConfig"))


def _validate_choice(value: str | None, supported: Sequence[str], path: Path) -> list[FieldError]:
    return [] if value is None or value in supported else [not_supported(path, value, supported)]


def _validate_client(client: Mapping[str, Any], path: Path) -> list[FieldError]:
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        return [required(path, "exactly one of url or service is required")]
    if url is not None:
        return _validate_url(url, path.child("url"))
    return _validate_service(service or {}, path.child("service"))


def _validate_url(url: str, path: Path) -> list[FieldError]:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        return [required(path, f"url must be a valid URL: {error}{_URL_FORM}")]
    errors: list[FieldError] = []
    if parts.scheme != "https":
        explanation = f"'https' is the only allowed URL scheme{_URL_FORM}"
        errors.append(invalid(path, parts.scheme, explanation))
    if not parts.netloc:
        errors.append(invalid(path, parts.netloc, f"host must be specified{_URL_FORM}"))
    if "@" in parts.netloc:
        explanation = "user information is not permitted in the URL"
        errors.append(invalid(path, parts.netloc.rpartition("@")[0], explanation))
    if parts.fragment:
        explanation = "fragments are not permitted in the URL"
        errors.append(invalid(path, parts.fragment, explanation))
    if parts.query:
        explanation = "query parameters are not permitted in the URL"
        errors.append(invalid(path, parts.query, explanation))
    return errors


def _validate_service(service: Mapping[str, Any], path: Path) -> list[FieldError]:
    port, url_path = service.get("port", 0), service.get("path")
    errors = [
        required(path.child(name), f"service {name} is required")
        for name in ("name", "namespace")
        if not service.get(name)
    ]
    if is_port_number(port):
        explanation = "port is not valid: must be between 1 and 65535, inclusive"
        errors.append(invalid(path.child("port"), port, explanation))
    if url_path is not None:
        errors += _validate_path(url_path, path.child("path"))
    return errors


def _validate_path(text: str, path: Path) -> list[FieldError]:
    if text in ("/", ""):
        return []
    if text == "//":
        return [invalid(path, text, "segment[0] may not be empty")]
    errors: list[FieldError] = []
    if not text.startswith("/"):
        errors.append(invalid(path, text, "must start with a '/'"))
    steps = text.removeprefix("/").removesuffix("/").split("/")
    for index, step in enumerate(steps):
        if not step:
            errors.append(invalid(path, text, f"segment[{index}] may not be empty"))
            continue
        problems = is_dns1123_subdomain(step)
        errors += each(path, text, (f"segment[{index}]: {problem}" for problem in problems))
    return errors


def _validate_reviews(versions: list[str], any_version: bool, path: Path) -> list[FieldError]:
    known = ", ".join(_REVIEWS)
    if not versions:
        return [required(path, f"must specify one of {known}")]
    errors: list[FieldError] = []
    for index, version in enumerate(versions):
        if version in versions[:index]:
            errors.append(invalid(path.index(index), version, "duplicate version"))
        else:
            errors += each(path.index(index), version, is_dns1035_label(version))
    if not any_version and not set(versions) & set(_REVIEWS):
        errors.append(invalid(path, versions, f"must include at least one of {known}"))
    return errors


def _validate_rule(rule: Mapping[str, Any], path: Path) -> list[FieldError]:
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
    return errors + _validate_choice(rule.get("scope"), _SCOPES, path.child("scope"))


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
