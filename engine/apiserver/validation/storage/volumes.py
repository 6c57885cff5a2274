"""PersistentVolumes.

After pkg/apis/core/validation/validation.go, pkg/registry/core/persistentvolume/strategy.go and
pkg/volume/validation/pv_validation.go (v1.36).
"""

from collections.abc import Mapping
from posixpath import normpath
from typing import Any

from engine.apiserver.validation.contract import Object
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
from engine.apiserver.validation.internal_form import (
    difference_of,
    internal_form,
    semantically_equal,
)
from engine.apiserver.validation.metadata import (
    METADATA,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import name_is_dns_subdomain
from engine.apiserver.validation.node_selectors import validate_node_selector
from engine.apiserver.validation.numbers import validate_immutable, validate_immutable_field
from engine.apiserver.validation.resources import quantity
from engine.apiserver.validation.storage.volume_sources import SOURCES, validate_source
from engine.apiserver.validation.volume_claims import VOLUME_MODES, validate_access_modes

Spec = Mapping[str, Any]

_SPEC = Path("spec")
_TYPE = "io.k8s.api.core.v1.PersistentVolumeSpec"
_AFFINITY = "io.k8s.api.core.v1.VolumeNodeAffinity"
_RECLAIM = ("Delete", "Recycle", "Retain")
_CLASS_NAME = "volumeAttributesClassName"
_INLINE = "may not be specified in the context of inline volumes"
_MOUNT_OPTIONS = "volume.beta.kubernetes.io/mount-options"
_WITH_MOUNT_OPTIONS = (
    "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "nfs", "rbd", "quobyte", "iscsi",
    "cinder", "cephfs", "azureFile", "vsphereVolume", "azureDisk", "photonPersistentDisk",
)  # fmt: skip
# Labels of nodes that were renamed: an old volume may come to use the new names.
_RENAMED = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
}


def validate_volume_create(volume: Object) -> list[FieldError]:
    return _validate_volume(volume) + _validate_mount_options(volume)


def _validate_volume(volume: Object) -> list[FieldError]:
    metadata, spec = volume["metadata"], volume.get("spec") or {}
    errors = validate_object_meta(metadata, False, name_is_dns_subdomain)
    return errors + validate_volume_spec(spec, metadata.get("name", ""), _SPEC)


def _validate_mount_options(volume: Object) -> list[FieldError]:
    """The annotation, which is older than the field."""
    spec, annotations = volume.get("spec") or {}, volume["metadata"].get("annotations") or {}
    if any(spec.get(name) is not None for name in _WITH_MOUNT_OPTIONS):
        return []
    if _MOUNT_OPTIONS not in annotations:
        return []
    path = METADATA.child("annotations").key(_MOUNT_OPTIONS)
    return [forbidden(path, "may not specify mount options for this volume type")]


def validate_volume_spec(
    spec: Spec, name: str, path: Path, *, inline: bool = False
) -> list[FieldError]:
    """`inline`: it is part of a VolumeAttachment."""
    errors = _validate_inline(spec, path) if inline else []
    modes = spec.get("accessModes") or ()
    errors += [] if modes else [required(path.child("accessModes"))]
    errors += validate_access_modes(modes, path.child("accessModes"))
    if not inline:
        errors += _validate_capacity(spec.get("capacity"), path.child("capacity"))
    errors += _validate_reclaim(spec, inline, path.child("persistentVolumeReclaimPolicy"))
    errors += _validate_affinity(spec.get("nodeAffinity"), inline, path.child("nodeAffinity"))
    errors += validate_source(spec, name, path)
    host_path = (spec.get("hostPath") or {}).get("path", "")
    recycles = spec.get("persistentVolumeReclaimPolicy") == "Recycle"
    if host_path and normpath(host_path) in ("/", "//") and recycles:
        explanation = "may not be 'recycle' for a hostPath mount of '/'"
        errors.append(forbidden(path.child("persistentVolumeReclaimPolicy"), explanation))
    return errors + _validate_classes(spec, inline, path)


def _validate_inline(spec: Spec, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if spec.get("claimRef") is not None:
        errors.append(forbidden(path.child("claimRef"), _INLINE))
    if spec.get("capacity"):
        errors.append(forbidden(path.child("capacity"), _INLINE))
    if spec.get("csi") is None:
        explanation = "has to be specified in the context of inline volumes"
        errors.append(required(path.child("csi"), explanation))
    return errors


def _validate_capacity(capacity: Mapping[str, str] | None, path: Path) -> list[FieldError]:
    errors = [] if capacity else [required(path)]
    if not capacity or set(capacity) != {"storage"}:
        errors.append(not_supported(path, capacity, ("storage",)))
    for name, text in sorted((capacity or {}).items()):
        amount = quantity(text)
        if amount.value() < 0:
            explanation = "must be a valid resource quantity"
            errors.append(invalid(path.key(name), amount.value(), explanation))
        if amount.sign <= 0:
            errors.append(invalid(path.key(name), str(amount), "must be greater than zero"))
    return errors


def _validate_reclaim(spec: Spec, inline: bool, path: Path) -> list[FieldError]:
    policy = spec.get("persistentVolumeReclaimPolicy", "")
    if inline and policy not in ("", "Retain"):
        return [forbidden(path, "may only be Retain in the context of inline volumes")]
    if inline or not policy or policy in _RECLAIM:
        return []
    return [not_supported(path, policy, _RECLAIM)]


def _validate_affinity(affinity: Spec | None, inline: bool, path: Path) -> list[FieldError]:
    if affinity is None:
        return []
    if inline:
        return [forbidden(path, _INLINE)]
    needed = affinity.get("required")
    if needed is None:
        return [required(path.child("required"), "must specify required node constraints")]
    return validate_node_selector(needed, path.child("required"))


def _validate_classes(spec: Spec, inline: bool, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    name, name_path = spec.get("storageClassName", ""), path.child("storageClassName")
    if name and inline:
        errors.append(forbidden(name_path, _INLINE))
    elif name:
        errors += each(name_path, name, name_is_dns_subdomain(name, False))
    mode, mode_path = spec.get("volumeMode"), path.child("volumeMode")
    if mode is not None and inline and mode != "Filesystem":
        explanation = (
            "may not specify volumeMode other than Filesystem in the context of inline volumes"
        )
        errors.append(forbidden(mode_path, explanation))
    elif mode is not None and not inline and mode not in VOLUME_MODES:
        errors.append(not_supported(mode_path, mode, VOLUME_MODES))
    return errors + _validate_attributes_class(spec, path)


def _validate_attributes_class(spec: Spec, path: Path) -> list[FieldError]:
    name, name_path = spec.get(_CLASS_NAME), path.child(_CLASS_NAME)
    if name is None:
        return []
    errors = each(name_path, name, name_is_dns_subdomain(name, False)) if name else []
    errors += [] if name else [required(name_path, "an empty string is disallowed")]
    if spec.get("csi") is None:
        explanation = "has to be specified when using volumeAttributesClassName"
        errors.append(required(path.child("csi"), explanation))
    return errors


def validate_volume_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateUpdate checks what a new one must be and what an update must be."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_volume_create(new) + _validate_volume(new)
    source, old_source = _source(spec, before), _source(before, before)
    if not semantically_equal(_TYPE, source, old_source):
        found = difference_of(_shown_source(old_source), _shown_source(source))
        explanation = f"spec.persistentvolumesource is immutable after creation\n{found}"
        errors.append(forbidden(_SPEC.child("persistentvolumesource"), explanation))
    errors += validate_immutable_field(spec, before, "volumeMode", Path("volumeMode"))
    errors += _validate_affinity_update(spec.get("nodeAffinity"), before.get("nodeAffinity"))
    if before.get(_CLASS_NAME) is not None and spec.get(_CLASS_NAME) is None:
        explanation = "update from non-nil value to nil is forbidden"
        errors.append(forbidden(_SPEC.child(_CLASS_NAME), explanation))
    return errors


def _source(spec: Spec, before: Spec) -> dict[str, Any]:
    """A secret for growing may be added."""
    source = {name: spec[name] for name in SOURCES if spec.get(name) is not None}
    csi, old_csi, name = source.get("csi"), before.get("csi"), "controllerExpandSecretRef"
    if csi is not None and old_csi is not None and old_csi.get(name) is None:
        source["csi"] = {key: value for key, value in csi.items() if key != name}
    return source


def _shown_source(source: Spec) -> Struct:
    """PersistentVolumeSource: a volume's spec has its fields after the capacity."""
    fields = list(internal_form(_TYPE, source).items())
    return Struct(fields[1 : len(SOURCES) + 1])


def _validate_affinity_update(new: Spec | None, old: Spec | None) -> list[FieldError]:
    if old is None or new == old or new == _renamed(old):
        return []
    return validate_immutable(new, old, Path("nodeAffinity"), internal_form(_AFFINITY, new))


def _renamed(value: Any) -> Any:
    """An affinity with the new names of labels as keys."""
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _RENAMED.get(item, item) if name == "key" else _renamed(item)
        for name, item in value.items()
    }


def validate_volume_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    if not new["metadata"].get("resourceVersion"):
        errors.append(required("resourceVersion"))
    return errors
