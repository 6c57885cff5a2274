"""Where a container mounts volumes, as folders or as devices.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
)
from engine.apiserver.validation.paths import (
    validate_local_descending_path,
    validate_no_backsteps,
)

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE_READ_ONLY = ("Disabled", "Enabled", "IfPossible")


def validate_volume_mounts(
    container: Mapping[str, Any], volumes: Mapping[str, Any], path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    devices = {
        d.get("name", ""): d.get("devicePath", "") for d in container.get("volumeDevices") or ()
    }
    taken: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        item, name, folder = path.index(index), mount.get("name", ""), mount.get("mountPath", "")
        name_path, folder_path = item.child("name"), item.child("mountPath")
        if not name:
            errors.append(required(name_path))
        if name not in volumes:
            errors.append(not_found(name_path, name))
        if not folder:
            errors.append(required(folder_path))
        if folder in taken:
            errors.append(invalid(folder_path, folder, "must be unique"))
        taken.add(folder)
        if name in devices:
            explanation = "must not already exist in volumeDevices"
            errors.append(invalid(name_path, name, explanation))
        if folder in devices.values():
            explanation = "must not already exist as a path in volumeDevices"
            errors.append(invalid(folder_path, folder, explanation))
        errors += _validate_mount(mount, container, item, path)
    return errors


def _validate_mount(
    mount: Mapping[str, Any], container: Mapping[str, Any], item: Path, path: Path
) -> list[FieldError]:
    """Some fields are named without the mount's index: that is how Kubernetes writes it."""
    errors: list[FieldError] = []
    if sub_path := mount.get("subPath"):
        errors += validate_local_descending_path(sub_path, path.child("subPath"))
    if expression := mount.get("subPathExpr"):
        if sub_path:
            explanation = "subPathExpr and subPath are mutually exclusive"
            errors.append(invalid(item.child("subPathExpr"), expression, explanation))
        errors += validate_local_descending_path(expression, path.child("subPathExpr"))
    if (propagation := mount.get("mountPropagation")) is not None:
        privileged = bool((container.get("securityContext") or {}).get("privileged"))
        propagation_path = path.child("mountPropagation")
        if propagation not in _PROPAGATIONS:
            errors.append(not_supported(propagation_path, propagation, _PROPAGATIONS))
        if propagation == "Bidirectional" and not privileged:
            explanation = (
                "Bidirectional mount propagation is available only to privileged containers"
            )
            errors.append(forbidden(propagation_path, explanation))
    return errors + _validate_recursive_read_only(mount, path.child("recursiveReadOnly"))


def _validate_recursive_read_only(mount: Mapping[str, Any], path: Path) -> list[FieldError]:
    mode = mount.get("recursiveReadOnly")
    if mode is None or mode == "Disabled":
        return []
    if mode not in _RECURSIVE_READ_ONLY:
        return [not_supported(path, mode, _RECURSIVE_READ_ONLY)]
    errors: list[FieldError] = []
    if not mount.get("readOnly"):
        errors.append(forbidden(path, "may only be specified when readOnly is true"))
    if mount.get("mountPropagation", "None") != "None":
        explanation = "may only be specified when mountPropagation is None or not specified"
        errors.append(forbidden(path, explanation))
    return errors


def validate_volume_devices(
    container: Mapping[str, Any], volumes: Mapping[str, Mapping[str, Any]], path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    mounts: Sequence[Mapping[str, Any]] = container.get("volumeMounts") or ()
    mounted = {mount.get("name", ""): mount.get("mountPath", "") for mount in mounts}
    names: set[str] = set()
    paths: set[str] = set()
    for index, device in enumerate(container.get("volumeDevices") or ()):
        item, name, file = path.index(index), device.get("name", ""), device.get("devicePath", "")
        name_path, file_path = item.child("name"), item.child("devicePath")
        if not name:
            errors.append(required(name_path))
        if name in names:
            errors.append(invalid(name_path, name, "must be unique"))
        errors += _validate_block_volume(name, volumes, name_path)
        if not file:
            errors.append(required(file_path))
        if file in paths:
            errors.append(invalid(file_path, file, "must be unique"))
        if file and validate_no_backsteps(file, file_path):
            errors.append(invalid(file_path, file, "can not contain backsteps ('..')"))
        else:
            paths.add(file)
        if name in mounted:
            explanation = "must not already exist in volumeMounts"
            errors.append(invalid(name_path, name, explanation))
        if file in mounted.values():
            explanation = "must not already exist as a path in volumeMounts"
            errors.append(invalid(file_path, file, explanation))
        if name:
            names.add(name)
    return errors


def _validate_block_volume(
    name: str, volumes: Mapping[str, Mapping[str, Any]], path: Path
) -> list[FieldError]:
    if name not in volumes:
        return [not_found(path, name)]
    kinds = ("persistentVolumeClaim", "ephemeral")
    if any(volumes[name].get(kind) is not None for kind in kinds):
        return []
    explanation = (
        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
    )
    return [invalid(path, name, explanation)]
