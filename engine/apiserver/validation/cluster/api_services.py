"""APIServices: the groups that the server serves itself, or hands on to others.

After kube-aggregator pkg/apis/apiregistration/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from engine.apiserver.validation.config import decoded_size
from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import (
    is_dns1035_label,
    is_dns1123_subdomain,
    is_path_segment_name,
    is_port_number,
)
from engine.model.quoting import quote

_SPEC = Path("spec")
_SERVICE, _INSECURE = _SPEC.child("service"), _SPEC.child("insecureSkipTLSVerify")
_STATUSES = ("True", "False", "Unknown")
_PRIORITIES = (("groupPriorityMinimum", 20000), ("versionPriority", 1000))


def validate_api_service_create(api_service: Object) -> list[FieldError]:
    spec = api_service.get("spec") or {}
    group, version = spec.get("group", ""), spec.get("version", "")
    name_check = partial(_name_problems, f"{version}.{group}")
    errors = validate_object_meta(api_service["metadata"], False, name_check)
    if not group and version != "v1":
        explanation = "only v1 may have an empty group and it better be legacy kube"
        errors.append(required(_SPEC.child("group"), explanation))
    errors += each(_SPEC.child("group"), group, is_dns1123_subdomain(group) if group else ())
    errors += each(_SPEC.child("version"), version, is_dns1035_label(version))
    for name, most in _PRIORITIES:
        priority = spec.get(name, 0)
        if not 0 < priority <= most:
            explanation = f"must be positive and less than {most}"
            errors.append(invalid(_SPEC.child(name), priority, explanation))
    service = spec.get("service")
    return errors + (_validate_local(spec) if service is None else _validate_remote(spec, service))


def _name_problems(wanted: str, name: str, prefix: bool) -> list[str]:
    problems = is_path_segment_name(name)
    if problems or name == wanted:
        return problems
    return [f'must be `spec.version+"."+spec.group`: {quote(wanted)}']


def _validate_local(spec: Mapping[str, Any]) -> list[FieldError]:
    errors: list[FieldError] = []
    if spec.get("caBundle"):
        shown = f"{decoded_size(spec['caBundle'])} bytes"
        explanation = "local APIServices may not have a caBundle"
        errors.append(invalid(_SPEC.child("caBundle"), shown, explanation))
    if spec.get("insecureSkipTLSVerify"):
        explanation = "local APIServices may not have insecureSkipTLSVerify"
        errors.append(invalid(_INSECURE, True, explanation))
    return errors


def _validate_remote(spec: Mapping[str, Any], service: Mapping[str, Any]) -> list[FieldError]:
    errors = [
        required(_SERVICE.child(name)) for name in ("namespace", "name") if not service.get(name)
    ]
    port = service.get("port", 0)
    if problems := is_port_number(port):
        explanation = f"port is not valid: {', '.join(problems)}"
        errors.append(invalid(_SERVICE.child("port"), port, explanation))
    if spec.get("insecureSkipTLSVerify") and spec.get("caBundle"):
        errors.append(invalid(_INSECURE, True, "may not be true if caBundle is present"))
    return errors


def validate_api_service_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + validate_api_service_create(new)


def validate_api_service_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    conditions, path = (new.get("status") or {}).get("conditions") or (), Path("status.conditions")
    return errors + [
        not_supported(path.index(index).child("status"), condition.get("status", ""), _STATUSES)
        for index, condition in enumerate(conditions)
        if condition.get("status") not in _STATUSES
    ]
