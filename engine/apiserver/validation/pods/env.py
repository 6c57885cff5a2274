"""The environment of a container.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, each, invalid, not_found, required
from engine.apiserver.validation.names import (
    is_config_map_key,
    is_dns1123_label,
    is_relaxed_env_var_name,
    name_is_dns_subdomain,
)
from engine.apiserver.validation.paths import validate_no_backsteps
from engine.apiserver.validation.pods.downward import (
    validate_field_reference,
    validate_resource_reference,
)
from engine.apiserver.validation.pods.options import containers_of

_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
    "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_ONE_OF = (
    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or "
    "`fileKeyRef`"
)


def validate_env(variables: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, variable in enumerate(variables):
        item, name = path.index(index), variable.get("name", "")
        if name:
            errors += each(item.child("name"), name, is_relaxed_env_var_name(name))
        else:
            errors.append(required(item.child("name")))
        errors += _validate_value_from(variable, item.child("valueFrom"))
    return errors


def _validate_value_from(variable: Mapping[str, Any], path: Path) -> list[FieldError]:
    source = variable.get("valueFrom")
    if source is None:
        return []
    given = [name for name in _SOURCES if source.get(name) is not None]
    errors: list[FieldError] = []
    for name in given:
        errors += _validate_source(name, source[name], path.child(name))
    if not given:
        errors.append(invalid(path, "", _ONE_OF))
    elif variable.get("value"):
        errors.append(invalid(path, "", "may not be specified when `value` is not empty"))
    elif len(given) > 1:
        explanation = "may not have more than one field specified at a time"
        errors.append(invalid(path, "", explanation))
    return errors


def _validate_source(name: str, source: Mapping[str, Any], path: Path) -> list[FieldError]:
    match name:
        case "fieldRef":
            return validate_field_reference(source, _FIELDS, path)
        case "resourceFieldRef":
            return validate_resource_reference(source, path, in_volume=False)
        case "fileKeyRef":
            return _validate_file_key(source, path)
    return _validate_key(source, path)


def _validate_key(source: Mapping[str, Any], path: Path) -> list[FieldError]:
    """Of a ConfigMap or a Secret."""
    name, key = source.get("name", ""), source.get("key", "")
    errors = each(path.child("name"), name, name_is_dns_subdomain(name, False))
    if not key:
        return [*errors, required(path.child("key"))]
    return errors + each(path.child("key"), key, is_config_map_key(key))


def _validate_file_key(source: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for name, check in (("key", is_relaxed_env_var_name), ("volumeName", is_dns1123_label)):
        value = source.get(name, "")
        errors += (
            each(path.child(name), value, check(value)) if value else [required(path.child(name))]
        )
    if file := source.get("path"):
        return errors + validate_no_backsteps(file, path.child("path"))
    return [*errors, required(path.child("path"))]


def validate_env_from(sources: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, source in enumerate(sources):
        item = path.index(index)
        if prefix := source.get("prefix"):
            errors += each(item.child("prefix"), prefix, is_relaxed_env_var_name(prefix))
        names = ("configMapRef", "secretRef")
        given = [name for name in names if source.get(name) is not None]
        for name in given:
            errors += _validate_reference(source[name], item.child(name, "name"))
        if not given:
            explanation = "must specify one of: `configMapRef` or `secretRef`"
            errors.append(invalid(path, "", explanation))
        elif len(given) > 1:
            explanation = "may not have more than one field specified at a time"
            errors.append(invalid(path, "", explanation))
    return errors


def _validate_reference(reference: Mapping[str, Any], path: Path) -> list[FieldError]:
    if name := reference.get("name"):
        return each(path, name, name_is_dns_subdomain(name, True))
    return [required(path)]


def validate_file_key_volumes(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    """What is read from a file lies in an emptyDir of the pod."""
    volumes = {volume.get("name", ""): volume for volume in spec.get("volumes") or ()}
    errors: list[FieldError] = []
    for container, container_path in containers_of(spec, path):
        for index, variable in enumerate(container.get("env") or ()):
            reference = (variable.get("valueFrom") or {}).get("fileKeyRef")
            if reference is None:
                continue
            name = reference.get("volumeName", "")
            variable_path = container_path.child("env").index(index)
            name_path = variable_path.child("valueFrom", "fileKeyRef", "volumeName")
            if name not in volumes:
                errors.append(not_found(name_path, name))
            elif volumes[name].get("emptyDir") is None:
                explanation = "referenced volume must be of type emptyDir"
                errors.append(invalid(name_path, name, explanation))
    return errors
