"""Claims of devices, templates of such claims, and classes of devices.

After pkg/apis/resource/validation/validation.go and pkg/apis/resource/types.go (v1.36). Expressions
of selectors are not compiled, and what drivers report of a claim is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
    marshal,
    not_supported,
    required,
    too_long,
    too_many,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.labels import validate_label_name
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import (
    is_c_identifier,
    is_dns1123_label,
    is_dns1123_subdomain,
    is_label_value,
    name_is_dns_subdomain,
    size,
)
from engine.apiserver.validation.numbers import validate_immutable
from engine.apiserver.validation.pods.volume_sources import (
    validate_csi_driver_name,
    validate_template_metadata,
)
from engine.apiserver.validation.resources import is_extended

Spec = Mapping[str, Any]
Check = Callable[[Any, Path], list[FieldError]]

_SPEC = Path("spec")
_CLAIM, _TEMPLATE = (
    f"io.k8s.api.resource.v1.{name}Spec" for name in ("ResourceClaim", "ResourceClaimTemplate")
)
_ITEMS_MAX = 32
_FIRST_AVAILABLE_MAX = 8
_EXPRESSION_BYTES_MAX = 10 * 1024
_PARAMETERS_BYTES_MAX = 10 * 1024
_EFFECTS = ("NoExecute", "NoSchedule", "None")
_ONE_OF = "exactly one of `exactly` or `firstAvailable` is required"
_NO_REQUEST = (
    "must be the name of a request in the claim or the name of a request and a subrequest "
    "separated by '/'"
)


def validate_claim_create(claim: Object) -> list[FieldError]:
    errors = validate_object_meta(claim["metadata"], True, name_is_dns_subdomain)
    return errors + _validate_claim_spec(claim.get("spec") or {}, _SPEC)


def validate_claim_update(new: Object, old: Object) -> list[FieldError]:
    return validate_claim_create(new) + _validate_same(new, old, _CLAIM)


def validate_claim_status_update(new: Object, old: Object) -> list[FieldError]:
    return validate_object_meta_update(new["metadata"], old.get("metadata") or {})


def validate_template_create(template: Object) -> list[FieldError]:
    errors = validate_object_meta(template["metadata"], True, name_is_dns_subdomain)
    made = template.get("spec") or {}
    errors += validate_template_metadata(made, _SPEC.child("metadata"))
    return errors + _validate_claim_spec(made.get("spec") or {}, _SPEC.child("spec"))


def validate_template_update(new: Object, old: Object) -> list[FieldError]:
    return _validate_same(new, old, _TEMPLATE)


def validate_class_create(device_class: Object) -> list[FieldError]:
    errors = validate_object_meta(device_class["metadata"], False, name_is_dns_subdomain)
    spec = device_class.get("spec") or {}
    errors += _list(spec, "selectors", _validate_selector, _SPEC)
    errors += _list(spec, "config", _validate_config, _SPEC)
    name, path = spec.get("extendedResourceName"), _SPEC.child("extendedResourceName")
    if name is not None and not is_extended(name):
        errors.append(invalid(path, name, "must be a valid extended resource name"))
    return errors


def validate_class_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return validate_class_create(new) + errors


def _validate_same(new: Object, old: Object, type_name: str) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    shown = internal_form(type_name, new.get("spec") or {})
    return errors + validate_immutable(new.get("spec"), old.get("spec"), _SPEC, shown)


def _validate_claim_spec(spec: Spec, path: Path) -> list[FieldError]:
    devices, path = spec.get("devices") or {}, path.child("devices")
    requests = list(_names(devices.get("requests") or ()))
    errors = _list(devices, "requests", _validate_request, path, key="name")
    of_requests = partial(_validate_reference, requests)
    for name, check in (("constraints", _validate_constraint), ("config", _validate_config)):
        errors += _list(devices, name, partial(_validate_of_requests, of_requests, check), path)
    return errors


def _validate_of_requests(
    of_requests: Check, check: Check, item: Spec, path: Path
) -> list[FieldError]:
    """What may hold for some requests alone."""
    return _list(item, "requests", of_requests, path, unique=True) + check(item, path)


def _list(
    parent: Spec,
    name: str,
    check: Check,
    path: Path,
    *,
    key: str = "",
    unique: bool = False,
    most: int = _ITEMS_MAX,
) -> list[FieldError]:
    """validateSlice, and validateSet of items that are told apart by a key or by themselves."""
    items, path = parent.get(name) or (), path.child(name)
    if len(items) > most:
        return [too_many(path, len(items), most)]
    errors: list[FieldError] = []
    for index, item in enumerate(items):
        errors += check(item, path.index(index))
    keys = [item.get(key, "") for item in items] if key else list(items) if unique else []
    return errors + [
        duplicate(path.index(index), value)
        for index, value in enumerate(keys)
        if value in keys[:index]
    ]


def _names(requests: Sequence[Spec]) -> Iterator[str]:
    """What constraints may name: requests, and those of which the first that can be had is."""
    for request in requests:
        yield request.get("name", "")
        for one in request.get("firstAvailable") or ():
            yield f"{request.get('name', '')}/{one.get('name', '')}"


def _validate_request(request: Spec, path: Path) -> list[FieldError]:
    errors = _validate_name(request.get("name", ""), path.child("name"))
    exactly, first = request.get("exactly"), request.get("firstAvailable")
    if exactly is None and not first:
        return [*errors, required(path, _ONE_OF)]
    if exactly is not None and first:
        return [*errors, invalid(path, None, f"{_ONE_OF}, but multiple fields are set")]
    if exactly is not None:
        return errors + _validate_devices(exactly, path.child("exactly"))
    return errors + _list(
        request, "firstAvailable", _validate_named, path, key="name", most=_FIRST_AVAILABLE_MAX
    )


def _validate_named(request: Spec, path: Path) -> list[FieldError]:
    return _validate_name(request.get("name", ""), path.child("name")) + _validate_devices(
        request, path
    )


def _validate_name(name: str, path: Path) -> list[FieldError]:
    return each(path, name, is_dns1123_label(name))


def _validate_devices(request: Spec, path: Path) -> list[FieldError]:
    name, name_path = request.get("deviceClassName", ""), path.child("deviceClassName")
    errors = each(name_path, name, is_dns1123_subdomain(name)) if name else [required(name_path)]
    errors += _list(request, "selectors", _validate_selector, path)
    mode, count = request.get("allocationMode", ""), request.get("count", 0)
    if mode == "All" and count:
        explanation = f"must not be specified when allocationMode is '{mode}'"
        errors.append(invalid(path.child("count"), count, explanation))
    elif mode == "ExactCount" and count <= 0:
        errors.append(invalid(path.child("count"), count, "must be greater than zero"))
    elif mode not in ("All", "ExactCount"):
        modes = ("All", "ExactCount")
        errors.append(not_supported(path.child("allocationMode"), mode, modes))
    for index, toleration in enumerate(request.get("tolerations") or ()):
        errors += _validate_toleration(toleration, path.child("tolerations").index(index))
    return errors


def _validate_toleration(toleration: Spec, path: Path) -> list[FieldError]:
    key, value = toleration.get("key", ""), toleration.get("value", "")
    errors = validate_label_name(key, path.child("key")) if key else []
    operator = toleration.get("operator", "")
    if operator == "Exists" and value:
        errors.append(invalid(path.child("value"), value, "must be empty for operator `Exists`"))
    elif operator == "Equal":
        errors += each(path.child("value"), value, is_label_value(value))
    elif not operator:
        errors.append(required(path.child("operator")))
    elif operator != "Exists":
        errors.append(not_supported(path.child("operator"), operator, ("Equal", "Exists")))
    effect = toleration.get("effect", "")
    if effect and effect not in _EFFECTS:
        errors.append(not_supported(path.child("effect"), effect, _EFFECTS))
    return errors


def _validate_selector(selector: Spec, path: Path) -> list[FieldError]:
    path = path.child("cel")
    if selector.get("cel") is None:
        return [required(path)]
    long = size(selector["cel"].get("expression", "")) > _EXPRESSION_BYTES_MAX
    return [too_long(path.child("expression"), _EXPRESSION_BYTES_MAX)] if long else []


def _validate_reference(requests: Sequence[str], name: str, path: Path) -> list[FieldError]:
    parts = name.split("/")
    if len(parts) > 2:
        return [invalid(path, name, _NO_REQUEST)]
    errors = [error for part in parts for error in _validate_name(part, path)]
    return errors if name in requests else [*errors, invalid(path, name, _NO_REQUEST)]


def _validate_constraint(constraint: Spec, path: Path) -> list[FieldError]:
    for name in ("matchAttribute", "distinctAttribute"):
        if constraint.get(name) is not None:
            return _validate_attribute(constraint[name], path.child(name))
    explanation = (
        'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields '
        "are set"
    )
    return [required(path, explanation)]


def _validate_attribute(name: str, path: Path) -> list[FieldError]:
    domain, slash, part = name.partition("/")
    if not slash:
        errors = each(path, name, is_c_identifier(name))
        return [*errors, invalid(path, name, "must include a domain")]
    if name.count("/") > 1:
        return []
    errors = validate_csi_driver_name(domain, path)
    return errors + each(path, part, is_c_identifier(part))


def _validate_config(config: Spec, path: Path) -> list[FieldError]:
    opaque, path = config.get("opaque"), path.child("opaque")
    if opaque is None:
        return [required(path)]
    errors = validate_csi_driver_name(opaque.get("driver", ""), path.child("driver"))
    parameters, path = opaque.get("parameters"), path.child("parameters")
    if parameters is None:
        return [*errors, required(path)]
    if size(marshal(parameters)) > _PARAMETERS_BYTES_MAX:
        return [*errors, too_long(path, _PARAMETERS_BYTES_MAX)]
    if not isinstance(parameters, dict):
        errors.append(invalid(path, "<value omitted>", "must be a valid JSON object"))
    return errors
