"""The metadata of every object.

After staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go and
pkg/apis/meta/v1/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    IMMUTABLE,
    NOT_NEGATIVE,
    FieldError,
    Path,
    Struct,
    each,
    forbidden,
    invalid,
    required,
    too_long,
)
from engine.apiserver.validation.labels import validate_labels
from engine.apiserver.validation.names import (
    NameCheck,
    is_qualified_name,
    name_is_dns_label,
    size,
)

METADATA = Path("metadata")

_ANNOTATIONS_SIZE_MAX = 256 * 1024
_MANAGER_LENGTH_MAX = 128
_SUBRESOURCE_LENGTH_MAX = 256
_ORPHAN, _FOREGROUND = "orphan", "foregroundDeletion"

# What no update may change; a null and an absent field are the same.
_FIXED = (
    ("name", ""),
    ("namespace", ""),
    ("uid", ""),
    ("creationTimestamp", None),
    ("deletionTimestamp", None),
    ("deletionGracePeriodSeconds", None),
)


def validate_object_meta(
    metadata: Mapping[str, Any],
    namespaced: bool,
    name_check: NameCheck,
    path: Path = METADATA,
) -> list[FieldError]:
    """What a built-in kind asks of an object that is created.

    ValidateObjectMeta in pkg/apis/core/validation/validation.go (v1.36).
    """
    errors = validate_common_meta(metadata, namespaced, name_check, path)
    return errors + _validate_known_finalizers(metadata, path)


def validate_object_meta_update(
    new: Mapping[str, Any], old: Mapping[str, Any], path: Path = METADATA
) -> list[FieldError]:
    """What a built-in kind asks of an object that is updated (ValidateObjectMetaUpdate, there)."""
    errors = validate_common_meta_update(new, old, path)
    return errors + _validate_known_finalizers(new, path)


def _validate_known_finalizers(metadata: Mapping[str, Any], path: Path) -> list[FieldError]:
    return [
        error
        for index, finalizer in enumerate(metadata.get("finalizers") or ())
        for error in validate_known_finalizer(finalizer, path.child("finalizers").index(index))
    ]


def validate_known_finalizer(finalizer: str, path: Path) -> list[FieldError]:
    """validateKubeFinalizerName: it is Kubernetes' own or has a domain."""
    if "/" in finalizer or finalizer in ("kubernetes", _ORPHAN, _FOREGROUND):
        return []
    explanation = "name is neither a standard finalizer name nor is it fully qualified"
    return [invalid(path, finalizer, explanation)]


def validate_common_meta(
    metadata: Mapping[str, Any],
    namespaced: bool,
    name_check: NameCheck,
    path: Path = METADATA,
) -> list[FieldError]:
    """What holds for every object that is created (apimachinery's ValidateObjectMeta)."""
    errors: list[FieldError] = []
    if prefix := metadata.get("generateName"):
        errors += each(path.child("generateName"), prefix, name_check(prefix, True))
    if name := metadata.get("name"):
        errors += each(path.child("name"), name, name_check(name, False))
    else:
        errors.append(required(path.child("name"), "name or generateName is required"))
    errors += _validate_namespace(metadata.get("namespace", ""), namespaced, path)
    generation = metadata.get("generation", 0)
    if generation < 0:
        errors.append(invalid(path.child("generation"), generation, NOT_NEGATIVE))
    errors += validate_labels(metadata.get("labels"), path.child("labels"))
    errors += validate_annotations(metadata.get("annotations"), path.child("annotations"))
    errors += _validate_owners(metadata.get("ownerReferences"), path.child("ownerReferences"))
    errors += _validate_finalizers(metadata.get("finalizers"), path.child("finalizers"))
    errors += _validate_managers(metadata.get("managedFields"), path.child("managedFields"))
    return errors


def validate_common_meta_update(
    new: Mapping[str, Any], old: Mapping[str, Any], path: Path = METADATA
) -> list[FieldError]:
    """What holds for every object that is updated (apimachinery's ValidateObjectMetaUpdate)."""
    errors: list[FieldError] = []
    if old.get("deletionTimestamp") is not None:
        errors += _validate_no_new_finalizers(new, old, path.child("finalizers"))
    if not new.get("resourceVersion"):
        explanation = "must be specified for an update"
        errors.append(invalid(path.child("resourceVersion"), "", explanation))
    generation = new.get("generation", 0)
    if generation < old.get("generation", 0):
        errors.append(invalid(path.child("generation"), generation, "must not be decremented"))
    for name, empty in _FIXED:
        value = new.get(name, empty)
        if value != old.get(name, empty):
            errors.append(invalid(path.child(name), value, IMMUTABLE))
    errors += validate_labels(new.get("labels"), path.child("labels"))
    errors += validate_annotations(new.get("annotations"), path.child("annotations"))
    errors += _validate_owners(new.get("ownerReferences"), path.child("ownerReferences"))
    errors += _validate_managers(new.get("managedFields"), path.child("managedFields"))
    return errors


def validate_annotations(annotations: Mapping[str, str] | None, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for key in sorted(annotations or ()):
        # Case does not matter here.
        errors += each(path, key, is_qualified_name(key.lower()))
    total = sum(size(key) + size(value) for key, value in (annotations or {}).items())
    if total > _ANNOTATIONS_SIZE_MAX:
        errors.append(too_long(path, _ANNOTATIONS_SIZE_MAX))
    return errors


def _validate_namespace(namespace: str, namespaced: bool, path: Path) -> list[FieldError]:
    path = path.child("namespace")
    if not namespaced:
        return [forbidden(path, "not allowed on this type")] if namespace else []
    if not namespace:
        return [required(path)]
    return each(path, namespace, name_is_dns_label(namespace, False))


def _validate_owners(owners: Sequence[Mapping[str, Any]] | None, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    first_controller = ""
    for owner in owners or ():
        errors += _validate_owner(owner, path)
        if owner.get("controller"):
            controller = f"{owner.get('kind', '')}/{owner.get('name', '')}"
            if first_controller:
                explanation = (
                    "Only one reference can have Controller set to true. "
                    f'Found "true" in references for {first_controller} and {controller}'
                )
                shown = [_print_owner(each_owner) for each_owner in owners or ()]
                errors.append(invalid(path, shown, explanation))
            else:
                first_controller = controller
    return errors


def _validate_owner(owner: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    api_version, kind = owner.get("apiVersion", ""), owner.get("kind", "")
    # schema.FromAPIVersionAndKind: what is no group and version has neither, nor a kind.
    readable = api_version.count("/") <= 1 and api_version != "/"
    group, _, version = api_version.rpartition("/") if readable else ("", "", "")
    known_kind = kind if readable else ""
    if not version:
        explanation = "version must not be empty"
        errors.append(invalid(path.child("apiVersion"), api_version, explanation))
    if not known_kind:
        errors.append(invalid(path.child("kind"), kind, "must not be empty"))
    errors += [
        invalid(path.child(name), "", "must not be empty")
        for name in ("name", "uid")
        if not owner.get(name)
    ]
    if (group, version, known_kind) == ("", "v1", "Event"):
        explanation = "/v1, Kind=Event is disallowed from being an owner"
        errors.append(invalid(path, _print_owner(owner), explanation))
    return errors


def _print_owner(owner: Mapping[str, Any]) -> Struct:
    shown = Struct({name: owner.get(name, "") for name in ("apiVersion", "kind", "name", "uid")})
    for name in ("controller", "blockOwnerDeletion"):
        if owner.get(name) is not None:
            shown[name] = owner[name]
    return shown


def _validate_finalizers(finalizers: Sequence[str] | None, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for finalizer in finalizers or ():
        errors += each(path, finalizer, is_qualified_name(finalizer))
    if finalizers and _ORPHAN in finalizers and _FOREGROUND in finalizers:
        explanation = f"finalizer {_ORPHAN} and {_FOREGROUND} cannot be both set"
        errors.append(invalid(path, list(finalizers), explanation))
    return errors


def _validate_no_new_finalizers(
    new: Mapping[str, Any], old: Mapping[str, Any], path: Path
) -> list[FieldError]:
    extra = sorted(set(new.get("finalizers") or ()) - set(old.get("finalizers") or ()))
    if not extra:
        return []
    # `%#v` of a []string.
    shown = ", ".join(f'"{finalizer}"' for finalizer in extra)
    explanation = (
        "no new finalizers can be added if the object is being deleted, "
        f"found new finalizers []string{{{shown}}}"
    )
    return [forbidden(path, explanation)]


def _validate_managers(entries: Sequence[Mapping[str, Any]] | None, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, entry in enumerate(entries or ()):
        item = path.index(index)
        operation, fields_type = entry.get("operation", ""), entry.get("fieldsType", "")
        if operation not in ("Apply", "Update"):
            explanation = "must be `Apply` or `Update`"
            errors.append(invalid(item.child("operation"), operation, explanation))
        if fields_type not in ("", "FieldsV1"):
            errors.append(invalid(item.child("fieldsType"), fields_type, "must be `FieldsV1`"))
        errors += validate_field_manager(entry.get("manager", ""), item.child("manager"))
        if size(entry.get("subresource", "")) > _SUBRESOURCE_LENGTH_MAX:
            errors.append(too_long(item.child("subresource"), _SUBRESOURCE_LENGTH_MAX))
    return errors


def validate_field_manager(manager: str, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if size(manager) > _MANAGER_LENGTH_MAX:
        errors.append(too_long(path, _MANAGER_LENGTH_MAX))
    position = 0
    for character in manager:
        if not character.isprintable():
            # `%#U` shows only what can be printed, and this cannot.
            explanation = f"invalid character U+{ord(character):04X} (at position {position})"
            errors.append(invalid(path, manager, explanation))
        position += size(character)
    return errors
