"""Ingresses and IngressClasses.

After pkg/apis/networking/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from engine.apiserver.validation.ips import parse_ip
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import (
    is_dns1123_subdomain,
    is_domain_prefixed_path,
    is_path_segment_name,
    is_port_name,
    is_port_number,
    is_wildcard_dns1123_subdomain,
    name_is_dns_label,
    name_is_dns_subdomain,
    size,
)
from engine.apiserver.validation.networking.balancers import validate_ingress_balancer
from engine.apiserver.validation.numbers import validate_immutable_field

Spec = Mapping[str, Any]

_SPEC = Path("spec")
_CLASS = "kubernetes.io/ingress.class"
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_SUFFIXES = ("/..", "/.")
_SCOPES = ("Cluster", "Namespace")
_CONTROLLER_LENGTH_MAX = 250


def validate_ingress_create(ingress: Object) -> list[FieldError]:
    errors = _validate_ingress(ingress, any_secret=False, any_wildcard=False)
    annotated = (ingress["metadata"].get("annotations") or {}).get(_CLASS)
    named = (ingress.get("spec") or {}).get("ingressClassName")
    if annotated is not None and named is not None and annotated != named:
        explanation = "must match `ingressClassName` when both are specified"
        errors.append(invalid(Path("annotations").child(_CLASS), annotated, explanation))
    return errors


def validate_ingress_update(new: Object, old: Object) -> list[FieldError]:
    """What is stored already may stay."""
    before = old.get("spec") or {}
    any_secret = any(_secret_problems(tls) for tls in before.get("tls") or ())
    any_wildcard = any(
        "*" in rule.get("host", "") and _validate_rule(rule, Path(""))
        for rule in before.get("rules") or ()
    )
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + _validate_ingress(new, any_secret=any_secret, any_wildcard=any_wildcard)


def validate_ingress_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + validate_ingress_balancer((new.get("status") or {}).get("loadBalancer") or {})


def _validate_ingress(ingress: Object, *, any_secret: bool, any_wildcard: bool) -> list[FieldError]:
    spec = ingress.get("spec") or {}
    rules, backend = spec.get("rules"), spec.get("defaultBackend")
    errors = validate_object_meta(ingress["metadata"], True, name_is_dns_subdomain)
    if not rules and backend is None:
        explanation = "either `defaultBackend` or `rules` must be specified"
        errors.append(invalid(_SPEC, rules, explanation))
    if backend is not None:
        errors += _validate_backend(backend, _SPEC.child("defaultBackend"))
    errors += _validate_rules(rules or (), any_wildcard, _SPEC.child("rules"))
    for index, tls in enumerate(spec.get("tls") or ()):
        errors += _validate_tls(tls, any_secret, _SPEC.child("tls").index(index))
    name = spec.get("ingressClassName")
    if name is not None:
        path = _SPEC.child("ingressClassName")
        errors += each(path, name, name_is_dns_subdomain(name, False))
    return errors


def _validate_host(host: str, path: Path) -> list[FieldError]:
    is_wildcard = "*" in host
    problems = is_wildcard_dns1123_subdomain(host) if is_wildcard else is_dns1123_subdomain(host)
    return each(path, host, problems)


def _secret_problems(tls: Mapping[str, Any]) -> list[str]:
    name = tls.get("secretName", "")
    return name_is_dns_subdomain(name, False) if name else []


def _validate_tls(tls: Mapping[str, Any], any_secret: bool, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, host in enumerate(tls.get("hosts") or ()):
        errors += _validate_host(host, path.child("hosts").index(index))
    if not any_secret:
        problems = _secret_problems(tls)
        errors += each(path.child("secretName"), tls.get("secretName", ""), problems)
    return errors


def _validate_rules(
    rules: Sequence[Mapping[str, Any]], any_wildcard: bool, path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, rule in enumerate(rules):
        host, host_path = rule.get("host", ""), path.index(index).child("host")
        if host and parse_ip(host) is not None:
            errors.append(invalid(host_path, host, "must be a DNS name, not an IP address"))
        if host:
            errors += _validate_host(host, host_path)
        if "*" not in host or not any_wildcard:
            errors += _validate_rule(rule, path.index(index))
    return errors


def _validate_rule(rule: Mapping[str, Any], path: Path) -> list[FieldError]:
    if rule.get("http") is None:
        return []
    paths, paths_path = rule["http"].get("paths") or (), path.child("http", "paths")
    errors = [] if paths else [required(paths_path)]
    for index, item in enumerate(paths):
        errors += _validate_path(item, paths_path.index(index))
    return errors


def _validate_path(item: Mapping[str, Any], path: Path) -> list[FieldError]:
    kind, text, text_path = item.get("pathType"), item.get("path", ""), path.child("path")
    if kind is None:
        return [required(path.child("pathType"), "pathType must be specified")]
    errors: list[FieldError] = []
    if kind not in _PATH_TYPES:
        errors.append(not_supported(path.child("pathType"), kind, _PATH_TYPES))
    elif not text.startswith("/") and (text or kind != "ImplementationSpecific"):
        errors.append(invalid(text_path, text, "must be an absolute path"))
    if kind in ("Exact", "Prefix"):
        errors += [
            invalid(text_path, text, f"must not contain '{sequence}'")
            for sequence in _BAD_SEQUENCES
            if sequence in text
        ]
        errors += [
            invalid(text_path, text, f"cannot end with '{suffix}'")
            for suffix in _BAD_SUFFIXES
            if text.endswith(suffix)
        ]
    return errors + _validate_backend(item.get("backend") or {}, path.child("backend"))


def _validate_backend(backend: Mapping[str, Any], path: Path) -> list[FieldError]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return _validate_reference(resource, path.child("resource"))
    if service is None:
        return [invalid(path, "", "resource or service backend is required")]
    name, name_path = service.get("name", ""), path.child("service", "name")
    # A label as of RFC 1123 is enough: RelaxedServiceNameValidation is on.
    errors = each(name_path, name, name_is_dns_label(name, False)) if name else []
    errors += [] if name else [required(name_path)]
    port, port_path = service.get("port") or {}, path.child("service", "port")
    number, port_name = port.get("number", 0), port.get("name", "")
    if port_name and number:
        errors.append(invalid(path, "", "cannot set both port name & port number"))
    elif port_name:
        errors += each(port_path.child("name"), port_name, is_port_name(port_name))
    elif number:
        errors += each(port_path.child("number"), number, is_port_number(number))
    else:
        errors.append(required(path, "port name or number is required"))
    return errors


def _validate_reference(reference: Mapping[str, Any], path: Path) -> list[FieldError]:
    """validateIngressTypedLocalObjectReference."""
    group = reference.get("apiGroup")
    errors: list[FieldError] = []
    if group is not None:
        errors += each(path.child("apiGroup"), group, is_dns1123_subdomain(group))
    for field in ("kind", "name"):
        value, value_path = reference.get(field, ""), path.child(field)
        errors += each(value_path, value, is_path_segment_name(value)) if value else []
        errors += [] if value else [required(value_path)]
    return errors


def validate_class_create(ingress_class: Object) -> list[FieldError]:
    spec, path = ingress_class.get("spec") or {}, _SPEC.child("controller")
    errors = validate_object_meta(ingress_class["metadata"], False, name_is_dns_subdomain)
    controller = spec.get("controller", "")
    if size(controller) > _CONTROLLER_LENGTH_MAX:
        errors.append(too_long(path, _CONTROLLER_LENGTH_MAX))
    errors += is_domain_prefixed_path(path, controller)
    parameters = spec.get("parameters")
    if parameters is not None:
        errors += _validate_parameters(parameters, _SPEC.child("parameters"))
    return errors


def _validate_parameters(parameters: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors = _validate_reference(parameters, path)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    namespace_path = path.child("namespace")
    if scope is None:
        return [*errors, required(path.child("scope"))]
    if scope not in _SCOPES:
        errors.append(not_supported(path.child("scope"), scope, _SCOPES))
    elif scope == "Namespace" and namespace is not None:
        errors += each(namespace_path, namespace, name_is_dns_label(namespace, False))
    elif scope == "Namespace":
        explanation = "`parameters.scope` is set to 'Namespace'"
        errors.append(required(namespace_path, explanation))
    elif namespace is not None:
        errors.append(forbidden(namespace_path, "`parameters.scope` is set to 'Cluster'"))
    return errors


def validate_class_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors += validate_immutable_field(spec, before, "controller", _SPEC.child("controller"))
    return errors + validate_class_create(new)
