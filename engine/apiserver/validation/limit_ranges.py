"""LimitRanges.

After ValidateLimitRange in pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    forbidden,
    invalid,
    required,
)
from engine.apiserver.validation.metadata import (
    validate_object_meta,
)
from engine.apiserver.validation.names import is_qualified_name, name_is_dns_subdomain
from engine.apiserver.validation.resources import (
    is_overcommit_allowed,
    quantity,
    validate_container_resource_name,
    validate_resource_name,
)
from engine.model.quantity import Quantity

_TYPES = ("Pod", "Container", "PersistentVolumeClaim")
_ONE = Quantity(1)

# resource.MaxMilliValue: above it, thousandths do not fit into an int64.
_MILLI_VALUE_MAX = (2**63 - 1) // 1000

Amounts = dict[str, Quantity]


def validate_limit_range_create(limit_range: Object) -> list[FieldError]:
    errors = validate_object_meta(limit_range["metadata"], True, name_is_dns_subdomain)
    path = Path("spec.limits")
    seen: set[str] = set()
    for index, limit in enumerate((limit_range.get("spec") or {}).get("limits") or ()):
        item, kind = path.index(index), limit.get("type", "")
        errors += _validate_type(kind, item.child("type"))
        if kind in seen:
            errors.append(duplicate(item.child("type"), kind))
        seen.add(kind)
        errors += _validate_limit(limit, kind, item)
    return errors


def validate_limit_range_update(new: Object, old: Object) -> list[FieldError]:
    """The strategy validates the new one as if it were created."""
    return validate_limit_range_create(new)


def _validate_type(kind: str, path: Path) -> list[FieldError]:
    if errors := each(path, kind, is_qualified_name(kind)):
        return errors
    if "/" not in kind and kind not in _TYPES:
        return [invalid(path, kind, "must be a standard limit type or fully qualified")]
    return []


def _validate_limit(limit: Mapping[str, Any], kind: str, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    amounts: dict[str, Amounts] = {}
    for field in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio"):
        given = limit.get(field) or {}
        if kind == "Pod" and field.startswith("default"):
            if given:
                explanation = "may not be specified when `type` is 'Pod'"
                errors.append(forbidden(path.child(field), explanation))
            given = {}
        if field == "maxLimitRequestRatio" and kind == "PersistentVolumeClaim":
            errors += _validate_storage(limit, path)
        for name in sorted(given):
            errors += _validate_name(name, kind, path.child(field).key(name))
        amounts[field] = {name: quantity(value) for name, value in given.items()}
    names = sorted({name for given in amounts.values() for name in given})
    for name in names:
        own = {field: given[name] for field, given in amounts.items() if name in given}
        errors += _validate_order(name, own, path) + _validate_ratio(name, own, path)
        if not is_overcommit_allowed(name):
            errors += _validate_equal(name, own, path.child("defaultRequest").key(name))
    return errors


def _validate_storage(limit: Mapping[str, Any], path: Path) -> list[FieldError]:
    if any("storage" in (limit.get(field) or {}) for field in ("min", "max")):
        return []
    explanation = "either minimum or maximum storage value is required, but neither was provided"
    return [required(path.child("limits"), explanation)]


def _validate_name(name: str, kind: str, path: Path) -> list[FieldError]:
    if kind in ("Pod", "Container"):
        return validate_container_resource_name(name, path)
    return validate_resource_name(name, path)


# (the smaller, the greater, the field of the error, what is shown as its value, the message).
_ORDER = (
    ("min", "max", "min", "min", "min value {} is greater than max value {}"),
    (
        "min", "defaultRequest", "defaultRequest", "defaultRequest",
        "min value {} is greater than default request value {}",
    ),
    (
        "defaultRequest", "max", "defaultRequest", "defaultRequest",
        "default request value {} is greater than max value {}",
    ),
    (
        "defaultRequest", "default", "defaultRequest", "defaultRequest",
        "default request value {} is greater than default limit value {}",
    ),
    ("min", "default", "default", "min", "min value {} is greater than default value {}"),
    ("default", "max", "default", "max", "default value {} is greater than max value {}"),
)  # fmt: skip


def _validate_order(name: str, own: Amounts, path: Path) -> list[FieldError]:
    return [
        invalid(path.child(field).key(name), str(own[shown]), message.format(own[low], own[high]))
        for low, high, field, shown, message in _ORDER
        if low in own and high in own and own[low] > own[high]
    ]


def _validate_ratio(name: str, own: Amounts, path: Path) -> list[FieldError]:
    ratio = own.get("maxLimitRequestRatio")
    if ratio is None:
        return []
    path = path.child("maxLimitRequestRatio").key(name)
    errors: list[FieldError] = []
    if ratio < _ONE:
        errors.append(invalid(path, str(ratio), f"ratio {ratio} is less than 1"))
    if "min" in own and "max" in own:
        low, high, value = own["min"].value(), own["max"].value(), float(ratio.value())
        if max(low, high, ratio.value()) < _MILLI_VALUE_MAX:
            low, high = own["min"].milli_value(), own["max"].milli_value()
            value = ratio.milli_value() / 1000
        # Go divides floats: by zero it is infinite, and zero by zero is above nothing.
        most = high / low if low else float("inf") * high if high else float("nan")
        if value > most:
            shown = "-Inf" if most == float("-inf") else f"{most:f}"
            explanation = f"ratio {ratio} is greater than max/min = {shown}"
            errors.append(invalid(path, str(ratio), explanation))
    return errors


def _validate_equal(name: str, own: Amounts, path: Path) -> list[FieldError]:
    default, request = own.get("default"), own.get("defaultRequest")
    if default is None or request is None or default == request:
        return []
    explanation = f"default value {default} must equal to defaultRequest value {request} in {name}"
    return [invalid(path, str(request), explanation)]
