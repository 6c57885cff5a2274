"""PersistentVolumeClaims.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    IMMUTABLE,
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.internal_form import difference, semantically_equal
from engine.apiserver.validation.labels import validate_label_selector
from engine.apiserver.validation.metadata import (
    METADATA,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import is_qualified_name, name_is_dns_subdomain
from engine.apiserver.validation.numbers import validate_immutable_field
from engine.apiserver.validation.resources import is_native, quantity
from engine.apiserver.validation.volume_claims import validate_claim_spec

Spec = Mapping[str, Any]

_SPEC = Path("spec")
_TYPE = "io.k8s.api.core.v1.PersistentVolumeClaimSpec"
_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"
_CLASS, _ATTRIBUTES = "storageClassName", "volumeAttributesClassName"
_FROZEN = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for "
    "bound claims"
)
_RESIZES = (
    "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress",
    "NodeResizeInfeasible", "NodeResizePending",
)  # fmt: skip


def validate_claim_create(claim: Object) -> list[FieldError]:
    errors = validate_object_meta(claim["metadata"], True, name_is_dns_subdomain)
    return errors + validate_claim_spec(claim.get("spec") or {}, _SPEC)


def validate_claim_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateUpdate checks what a new one must be and what an update must be."""
    errors = _validate(new, old)
    errors += validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += _validate(new, old)
    errors += _validate_spec_update(new, old)
    errors += _validate_size_update(new, old)
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors += validate_immutable_field(spec, before, "volumeMode", Path("volumeMode"))
    return errors + _validate_attributes_update(spec, before)


def _validate(claim: Object, old: Object) -> list[FieldError]:
    """What the stored claim has may stay."""
    before = old.get("spec") or {}
    sources = (before.get("dataSource"), before.get("dataSourceRef"))
    errors = validate_object_meta(claim["metadata"], True, name_is_dns_subdomain)
    return errors + validate_claim_spec(
        claim.get("spec") or {},
        _SPEC,
        any_selector_values=bool(validate_label_selector(before.get("selector"), Path(""))),
        any_source_group=any((source or {}).get("apiGroup") is not None for source in sources),
    )


def _validate_spec_update(new: Object, old: Object) -> list[FieldError]:
    spec, before = dict(new.get("spec") or {}), dict(old.get("spec") or {})
    if not before.get("volumeName"):
        # It is bound once.
        _take(before, spec, "volumeName")
    errors = _validate_class_update(new, old, spec)
    resources = spec.get("resources") or {}
    bound = (new.get("status") or {}).get("phase") == "Bound"
    if bound and resources.get("requests"):
        requests = dict(resources["requests"])
        _take(requests, (before.get("resources") or {}).get("requests") or {}, "storage")
        spec["resources"] = {**resources, "requests": requests}
    _take(spec, before, _ATTRIBUTES)
    if not semantically_equal(_TYPE, spec, before):
        explanation = f"{_FROZEN}\n{difference(_TYPE, before, spec)}"
        errors.append(forbidden(_SPEC, explanation))
    return errors


def _take(to: dict[str, Any], source: Spec, name: str) -> None:
    if name in source:
        to[name] = source[name]
    else:
        to.pop(name, None)


def _validate_class_update(new: Object, old: Object, spec: dict[str, Any]) -> list[FieldError]:
    """A class may be named where none was; `spec` is made as it was before, if it may be."""
    annotations = new["metadata"].get("annotations") or {}
    before = (old.get("metadata") or {}).get("annotations") or {}
    annotation, old_annotation = annotations.get(_OLD_CLASS), before.get(_OLD_CLASS)
    name, old_name = spec.get(_CLASS), (old.get("spec") or {}).get(_CLASS)
    had_none = name is not None and old_name is None
    if had_none and name == old_annotation and annotation in (None, old_annotation):
        spec.pop(_CLASS)
        return []
    if had_none and old_annotation in (None, name):
        spec.pop(_CLASS)
    if (annotation or "") == (old_annotation or ""):
        return []
    path = METADATA.child("annotations").key(_OLD_CLASS)
    return [invalid(path, annotation or "", IMMUTABLE)]


def _storage(obj: Object, *names: str) -> str:
    value: Any = obj
    for name in names:
        value = value.get(name) or {}
    text = value.get("storage", "0")
    return str(text)


def _validate_size_update(new: Object, old: Object) -> list[FieldError]:
    """A claim that could not grow may ask for less, but for more than it has."""
    requests = ("spec", "resources", "requests")
    size, old_size = quantity(_storage(new, *requests)), quantity(_storage(old, *requests))
    if size < old_size and size <= quantity(_storage(old, "status", "capacity")):
        path = Path("").child(*requests, "storage")
        return [forbidden(path, "field can not be less than status.capacity")]
    return []


def _validate_attributes_update(spec: Spec, before: Spec) -> list[FieldError]:
    name, path = spec.get(_ATTRIBUTES), _SPEC.child(_ATTRIBUTES)
    if before.get(_ATTRIBUTES) is None or name == before[_ATTRIBUTES]:
        return []
    if name is None:
        return [forbidden(path, "update from non-nil value to nil is forbidden")]
    if not name:
        return [forbidden(path, "update from non-nil value to an empty string is forbidden")]
    return []


def validate_claim_status_update(new: Object, old: Object) -> list[FieldError]:
    status, status_path = new.get("status") or {}, Path("status")
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    if not new["metadata"].get("resourceVersion"):
        errors.append(required("resourceVersion"))
    if not (new.get("spec") or {}).get("accessModes"):
        errors.append(required("Spec.accessModes"))
    for name, text in sorted((status.get("capacity") or {}).items()):
        errors += _validate_amount(text, status_path.child("capacity").key(name))
    path = status_path.child("allocatedResourceStatus")
    for name, state in sorted((status.get("allocatedResourceStatuses") or {}).items()):
        errors += _validate_resource(name, path)
        if state not in _RESIZES:
            errors.append(not_supported(path, name, _RESIZES))
    path = status_path.child("allocatedResources")
    for name, text in sorted((status.get("allocatedResources") or {}).items()):
        errors += _validate_resource(name, path) or _validate_amount(text, path.key(name))
    return errors


def _validate_amount(text: str, path: Path) -> list[FieldError]:
    amount = quantity(text).value()
    return [invalid(path, amount, "must be a valid resource quantity")] if amount < 0 else []


def _validate_resource(name: str, path: Path) -> list[FieldError]:
    if errors := each(path, name, is_qualified_name(name)):
        return errors
    if is_native(name) and name != "storage":
        return [not_supported(path, name, ("storage",))]
    return []
