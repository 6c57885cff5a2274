"""Namespaces.

After pkg/apis/core/validation/validation.go and pkg/registry/core/namespace/strategy.go (v1.36).
"""

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import FieldError, Path, each, invalid
from engine.apiserver.validation.metadata import (
    validate_known_finalizer,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import is_qualified_name, name_is_dns_label


def validate_namespace_create(namespace: Object) -> list[FieldError]:
    errors = validate_object_meta(namespace["metadata"], False, name_is_dns_label)
    for finalizer in (namespace.get("spec") or {}).get("finalizers") or ():
        errors += _validate_finalizer(finalizer, Path("spec.finalizers"))
    return errors


def validate_namespace_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_namespace_create(new)
    return errors + validate_object_meta_update(new["metadata"], old.get("metadata") or {})


def validate_namespace_status_update(new: Object, old: Object) -> list[FieldError]:
    metadata, phase = new["metadata"], (new.get("status") or {}).get("phase", "")
    errors = validate_object_meta_update(metadata, old.get("metadata") or {})
    terminating = metadata.get("deletionTimestamp") is not None
    if phase != ("Terminating" if terminating else "Active"):
        allowed, state = ("Terminating", "not empty") if terminating else ("Active", "empty")
        explanation = f"may only be '{allowed}' if `deletionTimestamp` is {state}"
        errors.append(invalid("status.Phase", phase, explanation))
    return errors


def validate_namespace_finalize(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    for index, finalizer in enumerate((new.get("spec") or {}).get("finalizers") or ()):
        errors += _validate_finalizer(finalizer, Path("spec.finalizers").index(index))
    return errors


def _validate_finalizer(finalizer: str, path: Path) -> list[FieldError]:
    return each(path, finalizer, is_qualified_name(finalizer)) + validate_known_finalizer(
        finalizer, path
    )
