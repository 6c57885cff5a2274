"""Volumes, claims and classes: pkg/printers/internalversion/printers.go, v1.36."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from engine.apiserver.printers.ages import age
from engine.apiserver.printers.contract import (
    AGE,
    NAME,
    Cell,
    Column,
    Object,
    Printer,
    count,
    wide,
)
from engine.apiserver.printers.fields import (
    amount,
    deleting,
    dig,
    flag,
    mapping,
    maps,
    name,
    text,
    texts,
)

NONE, UNSET = "<none>", "<unset>"
# GetAccessModesAsString of pkg/apis/core/v1/helper/helpers.go, in its order.
ACCESS_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
# IsDefaultAnnotationText of pkg/apis/storage/util/helpers.go: the new and the beta annotation.
DEFAULT_STORAGE_CLASS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
# IsDefaultAnnotationForVAC of the same file.
DEFAULT_ATTRIBUTES_CLASS = ("volumeattributesclass.alpha.kubernetes.io/is-default-class",)
# BetaStorageClassAnnotation, which goes before the field.
STORAGE_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


def _volume(volume: Object, now: datetime) -> tuple[Cell, ...]:
    spec, claim = mapping(volume, "spec"), dig(volume, "spec", "claimRef")
    return (
        name(volume),
        amount(spec, "capacity", "storage"),
        _access_modes(texts(spec, "accessModes")),
        text(spec, "persistentVolumeReclaimPolicy"),
        _phase(volume),
        "" if claim is None else f"{text(claim, 'namespace')}/{text(claim, 'name')}",
        _storage_class(volume),
        _set_or_unset(spec.get("volumeAttributesClassName")),
        text(volume, "status", "reason"),
        age(volume, now),
        _set_or_unset(spec.get("volumeMode")),
    )


def _claim(claim: Object, now: datetime) -> tuple[Cell, ...]:
    spec, bound = mapping(claim, "spec"), text(claim, "spec", "volumeName")
    return (
        name(claim),
        _phase(claim),
        bound,
        amount(claim, "status", "capacity", "storage") if bound else "",
        _access_modes(texts(claim, "status", "accessModes")) if bound else "",
        _storage_class(claim),
        _set_or_unset(spec.get("volumeAttributesClassName")),
        age(claim, now),
        _set_or_unset(spec.get("volumeMode")),
    )


def _phase(value: Object) -> str:
    return "Terminating" if deleting(value) else text(value, "status", "phase")


def _access_modes(modes: Sequence[str]) -> str:
    return ",".join(short for mode, short in ACCESS_MODES.items() if mode in modes)


def _storage_class(value: Object) -> str:
    annotations = mapping(value, "metadata", "annotations")
    if STORAGE_CLASS_ANNOTATION in annotations:
        return text(annotations, STORAGE_CLASS_ANNOTATION)
    return text(value, "spec", "storageClassName")


def _set_or_unset(value: Any) -> str:
    return UNSET if value is None else text(value)


def _named_class(value: Object, default_annotations: Sequence[str]) -> str:
    annotations = mapping(value, "metadata", "annotations")
    default = any(annotations.get(annotation) == "true" for annotation in default_annotations)
    return f"{name(value)} (default)" if default else name(value)


def _class(storage_class: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        _named_class(storage_class, DEFAULT_STORAGE_CLASS),
        text(storage_class, "provisioner"),
        text(storage_class, "reclaimPolicy") or "Delete",
        text(storage_class, "volumeBindingMode") or "Immediate",
        flag(storage_class, "allowVolumeExpansion"),
        age(storage_class, now),
    )


def _attributes_class(attributes_class: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        _named_class(attributes_class, DEFAULT_ATTRIBUTES_CLASS),
        text(attributes_class, "driverName"),
        age(attributes_class, now),
    )


def _attachment(attachment: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        name(attachment),
        text(attachment, "spec", "attacher"),
        text(attachment, "spec", "source", "persistentVolumeName"),
        text(attachment, "spec", "nodeName"),
        flag(attachment, "status", "attached"),
        age(attachment, now),
    )


def _csi_driver(driver: Object, now: datetime) -> tuple[Cell, ...]:
    spec = mapping(driver, "spec")
    audiences = ",".join(text(request, "audience") for request in maps(spec, "tokenRequests"))
    return (
        name(driver),
        spec.get("attachRequired") is not False,
        flag(spec, "podInfoOnMount"),
        flag(spec, "storageCapacity"),
        UNSET if spec.get("tokenRequests") is None else audiences,
        flag(spec, "requiresRepublish"),
        ",".join(texts(spec, "volumeLifecycleModes")) or NONE,
        age(driver, now),
    )


def _csi_node(node: Object, now: datetime) -> tuple[Cell, ...]:
    return name(node), len(maps(node, "spec", "drivers")), age(node, now)


GROUP = "storage.k8s.io"
ATTRIBUTES_CLASS, VOLUME_MODE = Column("VolumeAttributesClass"), wide("VolumeMode")
PRINTERS = (
    Printer(
        "",
        "PersistentVolume",
        (
            NAME,
            Column("Capacity"),
            Column("Access Modes"),
            Column("Reclaim Policy"),
            Column("Status"),
            Column("Claim"),
            Column("StorageClass"),
            ATTRIBUTES_CLASS,
            Column("Reason"),
            AGE,
            VOLUME_MODE,
        ),
        _volume,
    ),
    Printer(
        "",
        "PersistentVolumeClaim",
        (
            NAME,
            Column("Status"),
            Column("Volume"),
            Column("Capacity"),
            Column("Access Modes"),
            Column("StorageClass"),
            ATTRIBUTES_CLASS,
            AGE,
            VOLUME_MODE,
        ),
        _claim,
    ),
    Printer(
        GROUP,
        "StorageClass",
        (
            NAME,
            Column("Provisioner"),
            Column("ReclaimPolicy"),
            Column("VolumeBindingMode"),
            Column("AllowVolumeExpansion"),
            AGE,
        ),
        _class,
    ),
    Printer(GROUP, "VolumeAttributesClass", (NAME, Column("DriverName"), AGE), _attributes_class),
    Printer(
        GROUP,
        "VolumeAttachment",
        (
            NAME,
            Column("Attacher", format="name"),
            Column("PV"),
            Column("Node"),
            Column("Attached", "boolean"),
            AGE,
        ),
        _attachment,
    ),
    Printer(
        GROUP,
        "CSIDriver",
        (
            NAME,
            Column("AttachRequired", "boolean"),
            Column("PodInfoOnMount", "boolean"),
            Column("StorageCapacity", "boolean"),
            Column("TokenRequests"),
            Column("RequiresRepublish", "boolean"),
            Column("Modes"),
            AGE,
        ),
        _csi_driver,
    ),
    Printer(GROUP, "CSINode", (NAME, count("Drivers"), AGE), _csi_node),
)
