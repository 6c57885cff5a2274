"""What a claim asks of a volume: the spec of PersistentVolumeClaims and of templates of them.

After ValidatePersistentVolumeClaimSpec in pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    Struct,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.labels import validate_label_selector
from engine.apiserver.validation.names import (
    is_dns1123_subdomain,
    name_is_dns_label,
    name_is_dns_subdomain,
)
from engine.apiserver.validation.resources import quantity

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")

_NOT_POSITIVE = "must be greater than zero"


def validate_claim_spec(
    spec: Mapping[str, Any],
    path: Path,
    *,
    any_selector_values: bool = False,
    any_source_group: bool = False,
) -> list[FieldError]:
    """The options let through what a stored claim has already."""
    modes = spec.get("accessModes") or ()
    errors: list[FieldError] = []
    if not modes:
        explanation = "at least 1 access mode is required"
        errors.append(required(path.child("accessModes"), explanation))
    errors += validate_label_selector(
        spec.get("selector"), path.child("selector"), any_values=any_selector_values
    )
    errors += validate_access_modes(modes, path.child("accessModes"))
    errors += _validate_storage(spec, path.child("resources").key("storage"))
    errors += _validate_class(spec, "storageClassName", path)
    volume_mode = spec.get("volumeMode")
    if volume_mode is not None and volume_mode not in VOLUME_MODES:
        errors.append(not_supported(path.child("volumeMode"), volume_mode, VOLUME_MODES))
    errors += _validate_sources(spec, any_source_group, path)
    return errors + _validate_class(spec, "volumeAttributesClassName", path)


def validate_access_modes(modes: Sequence[str], path: Path) -> list[FieldError]:
    errors = [not_supported(path, mode, ACCESS_MODES) for mode in modes if mode not in ACCESS_MODES]
    known = {mode for mode in modes if mode in ACCESS_MODES}
    if "ReadWriteOncePod" in known and len(known) > 1:
        explanation = "may not use ReadWriteOncePod with other access modes"
        errors.append(forbidden(path, explanation))
    return errors


def _validate_storage(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    requests = (spec.get("resources") or {}).get("requests") or {}
    if "storage" not in requests:
        return [required(path)]
    amount = quantity(requests["storage"])
    return [] if amount.sign > 0 else [invalid(path, str(amount), _NOT_POSITIVE)]


def _validate_class(spec: Mapping[str, Any], field: str, path: Path) -> list[FieldError]:
    name = spec.get(field)
    return each(path.child(field), name, name_is_dns_subdomain(name, False)) if name else []


def _validate_sources(spec: Mapping[str, Any], any_group: bool, path: Path) -> list[FieldError]:
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    errors: list[FieldError] = []
    for field, value in (("dataSource", source), ("dataSourceRef", reference)):
        if value is not None:
            errors += _validate_source(value, any_group, path.child(field))
    # Kubernetes gives the path itself as the value, which prints as an empty struct.
    if source is None or reference is None:
        return errors
    if reference.get("namespace"):
        explanation = "may not be specified when dataSourceRef.namespace is specified"
        errors.append(invalid(path, Struct(), explanation))
    elif any(source.get(f) != reference.get(f) for f in ("apiGroup", "kind", "name")):
        errors.append(invalid(path, Struct(), "must match dataSourceRef"))
    return errors


def _validate_source(source: Mapping[str, Any], any_group: bool, path: Path) -> list[FieldError]:
    errors = [required(path.child(field)) for field in ("name", "kind") if not source.get(field)]
    group, kind = source.get("apiGroup") or "", source.get("kind", "")
    if not group and kind != "PersistentVolumeClaim":
        explanation = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        errors.append(invalid(path, kind, explanation))
    if group and not any_group:
        errors += each(path.child("apiGroup"), group, is_dns1123_subdomain(group))
    if namespace := source.get("namespace"):
        errors += each(path.child("namespace"), namespace, name_is_dns_label(namespace, False))
    return errors
