"""StorageClasses and VolumeAttributesClasses.

After pkg/apis/storage/validation/validation.go and pkg/registry/storage/storageclass/strategy.go
(v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
    not_supported,
    required,
    too_long,
)
from engine.apiserver.validation.labels import validate_label_name
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import is_qualified_name, name_is_dns_subdomain, size
from engine.apiserver.validation.numbers import validate_immutable

_PARAMETERS_SIZE_MAX = 256 * 1024
_PARAMETERS_MAX = 512
_RECLAIM = ("Delete", "Retain")
_BINDING = ("Immediate", "WaitForFirstConsumer")
_TOPOLOGIES = Path("allowedTopologies")


def validate_storage_class_create(storage_class: Object) -> list[FieldError]:
    errors = validate_object_meta(storage_class["metadata"], False, name_is_dns_subdomain)
    errors += _validate_driver(storage_class.get("provisioner", ""), Path("provisioner"))
    errors += _validate_parameters(storage_class.get("parameters"), Path("parameters"))
    policy, path = storage_class.get("reclaimPolicy", ""), Path("reclaimPolicy")
    if policy and policy not in _RECLAIM:
        errors.append(not_supported(path, policy, _RECLAIM))
    mode, path = storage_class.get("volumeBindingMode"), Path("volumeBindingMode")
    if mode is None:
        errors.append(required(path))
    elif mode not in _BINDING:
        errors.append(not_supported(path, mode, _BINDING))
    return errors + _validate_topologies(storage_class.get("allowedTopologies") or ())


def validate_storage_class_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateUpdate checks what a new one must be and what an update must be."""
    errors = validate_storage_class_create(new)
    errors += validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    for name in ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"):
        errors += validate_immutable(new.get(name), old.get(name), Path(name))
    return errors


def _validate_driver(name: str, path: Path) -> list[FieldError]:
    if not name:
        return [required(path)]
    return each(path, name.lower(), is_qualified_name(name.lower()))


def _validate_parameters(parameters: Mapping[str, str] | None, path: Path) -> list[FieldError]:
    given = parameters or {}
    if len(given) > _PARAMETERS_MAX:
        return [too_long(path, _PARAMETERS_MAX)]
    errors = [invalid(path, "", "field can not be empty.")] if "" in given else []
    if sum(size(key) + size(value) for key, value in given.items()) > _PARAMETERS_SIZE_MAX:
        errors.append(too_long(path, _PARAMETERS_SIZE_MAX))
    return errors


def _validate_topologies(terms: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    errors: list[FieldError] = []
    # Kubernetes compares each term with as many empty ones besides, by mistake.
    seen: list[dict[str, set[str]]] = [{} for _ in terms]
    for index, term in enumerate(terms):
        path = _TOPOLOGIES.index(index).child("matchLabelExpressions")
        expressions: dict[str, set[str]] = {}
        for position, expression in enumerate(term.get("matchLabelExpressions") or ()):
            item, key = path.index(position), expression.get("key", "")
            errors += _validate_expression(expression, item)
            if key in expressions:
                errors.append(duplicate(item.child("key"), key))
            expressions[key] = set(expression.get("values") or ())
        errors += [duplicate(path, "") for other in seen if other == expressions]
        seen.append(expressions)
    return errors


def _validate_expression(expression: Mapping[str, Any], path: Path) -> list[FieldError]:
    values, values_path = expression.get("values") or [], path.child("values")
    errors = [] if values else [required(values_path)]
    errors += [
        duplicate(values_path.index(index), value)
        for index, value in enumerate(values)
        if value in values[:index]
    ]
    return errors + validate_label_name(expression.get("key", ""), path.child("key"))


def validate_attributes_class_create(attributes_class: Object) -> list[FieldError]:
    parameters, path = attributes_class.get("parameters"), Path("parameters")
    errors = validate_object_meta(attributes_class["metadata"], False, name_is_dns_subdomain)
    errors += _validate_driver(attributes_class.get("driverName", ""), Path("driverName"))
    errors += _validate_parameters(parameters, path)
    if not parameters:
        errors.append(required(path, "must contain at least one key/value pair"))
    return errors


def validate_attributes_class_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    for name in ("driverName", "parameters"):
        errors += validate_immutable(new.get(name), old.get(name), Path(name))
    return errors + validate_attributes_class_create(new)
