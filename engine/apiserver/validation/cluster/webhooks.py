"""Configurations of webhooks for admission.

After pkg/apis/admissionregistration/validation/validation.go and
staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go (v1.36).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from engine.apiserver.validation.cluster.matching import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    validate_choice,
    validate_conditions_of_match,
    validate_rule,
)
from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
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
_CHOICES = (("failurePolicy", FAILURE_POLICIES), ("matchPolicy", MATCH_POLICIES))
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
    conditions: bool = False


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
        conditions=_conditions(new) == _conditions(old),
    )
    return _validate(new, excuses)


def _conditions(configuration: Object) -> list[Any]:
    """The match conditions of each webhook."""
    hooks = configuration.get("webhooks") or ()
    return [hook.get("matchConditions") or [] for hook in hooks]


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
        errors += validate_rule(rule, path.child("rules").index(index))
    for name, choices in _CHOICES:
        errors += validate_choice(hook.get(name), choices, path.child(name))
    effects, effects_path = hook.get("sideEffects"), path.child("sideEffects")
    supported = _SIDE_EFFECTS if excuses.side_effects else _NO_SIDE_EFFECTS
    if effects is None:
        errors.append(required(effects_path, f"must specify one of {', '.join(supported)}"))
    errors += validate_choice(effects, supported, effects_path)
    seconds = hook.get("timeoutSeconds")
    if seconds is not None and not 1 <= seconds <= 30:
        explanation = "the timeout value must be between 1 and 30 seconds"
        errors.append(invalid(path.child("timeoutSeconds"), seconds, explanation))
    for name in _SELECTORS:
        errors += validate_label_selector(
            hook.get(name), path.child(name), any_values=excuses.selector_values
        )
    reinvocation = hook.get("reinvocationPolicy")
    errors += validate_choice(reinvocation, _REINVOCATION, path.child("reinvocationPolicy"))
    errors += _validate_client(hook.get("clientConfig") or {}, path.child("clientConfig"))
    conditions = () if excuses.conditions else hook.get("matchConditions") or ()
    return errors + validate_conditions_of_match(conditions, path.child("matchConditions"))


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
