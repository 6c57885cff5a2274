"""Drivers of storage and what they attach: CSIDrivers, CSINodes, VolumeAttachments.

After pkg/apis/storage/validation/validation.go and pkg/registry/storage/volumeattachment/
strategy.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from engine.apiserver.validation.internal_form import internal_form, semantically_equal
from engine.apiserver.validation.labels import validate_label_selector
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import (
    ID_MAX,
    is_qualified_name,
    name_is_dns_subdomain,
    range_error,
    size,
)
from engine.apiserver.validation.numbers import (
    validate_immutable,
    validate_immutable_field,
    validate_nonnegative,
)
from engine.apiserver.validation.pods.volume_sources import validate_csi_driver_name
from engine.apiserver.validation.resources import validate_not_negative
from engine.apiserver.validation.selectors import shown_selector
from engine.apiserver.validation.storage.volumes import validate_volume_spec

_SPEC = Path("spec")
_STORAGE = "io.k8s.api.storage.v1."
_METADATA_SIZE_MAX = 256 * 1024
_MESSAGE_SIZE_MAX = 1024
_NODE_ID_MAX = 256
_PERIOD_MIN = 10
_TOKEN_SECONDS_MIN = 600
_TOKEN_SECONDS_MAX = 1 << 32
_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_LIFECYCLES = ("Persistent", "Ephemeral")
_ONE_SOURCE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


def validate_driver_create(driver: Object) -> list[FieldError]:
    errors = validate_object_meta(driver["metadata"], False, name_is_dns_subdomain)
    return errors + _validate_driver_spec(driver.get("spec") or {})


def _validate_driver_spec(spec: Mapping[str, Any]) -> list[FieldError]:
    # The first is Kubernetes' own spelling.
    needed = (
        ("attachRequired", "attachedRequired"),
        ("podInfoOnMount", "podInfoOnMount"),
        ("storageCapacity", "storageCapacity"),
    )
    errors = [required(_SPEC.child(shown)) for name, shown in needed if spec.get(name) is None]
    policy = spec.get("fsGroupPolicy")
    if policy is not None and policy not in _GROUP_POLICIES:
        errors.append(not_supported(_SPEC.child("fsGroupPolicy"), policy, _GROUP_POLICIES))
    errors += _validate_token_requests(spec.get("tokenRequests") or ())
    errors += [
        not_supported(_SPEC.child("volumeLifecycleModes"), mode, _LIFECYCLES)
        for mode in spec.get("volumeLifecycleModes") or ()
        if mode not in _LIFECYCLES
    ]
    if spec.get("seLinuxMount") is None:
        errors.append(required(_SPEC.child("seLinuxMount")))
    period = spec.get("nodeAllocatableUpdatePeriodSeconds")
    if period is not None and period < _PERIOD_MIN:
        explanation = f"must be greater than or equal to {_PERIOD_MIN} seconds"
        path = _SPEC.child("nodeAllocatableUpdatePeriodSeconds")
        errors.append(invalid(path, period, explanation))
    return errors


def _validate_token_requests(requests: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    errors: list[FieldError] = []
    audiences: set[str] = set()
    for index, request in enumerate(requests):
        path, audience = _SPEC.child("tokenRequests").index(index), request.get("audience", "")
        if audience in audiences:
            errors.append(duplicate(path.child("audience"), audience))
            continue
        audiences.add(audience)
        seconds, path = request.get("expirationSeconds"), path.child("expirationSeconds")
        if seconds is not None and seconds < _TOKEN_SECONDS_MIN:
            explanation = "may not specify a duration less than 10 minutes"
            errors.append(invalid(path, seconds, explanation))
        if seconds is not None and seconds > _TOKEN_SECONDS_MAX:
            explanation = "may not specify a duration larger than 2^32 seconds"
            errors.append(invalid(path, seconds, explanation))
    return errors


def validate_driver_update(new: Object, old: Object) -> list[FieldError]:
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += _validate_driver_spec(spec)
    for name, shown in (
        ("attachRequired", "attachedRequired"),
        ("volumeLifecycleModes", "volumeLifecycleModes"),
    ):
        errors += validate_immutable(spec.get(name), before.get(name), _SPEC.child(shown))
    return errors


def validate_csi_node_create(node: Object) -> list[FieldError]:
    errors = validate_object_meta(node["metadata"], False, name_is_dns_subdomain)
    names: set[str] = set()
    for index, driver in enumerate((node.get("spec") or {}).get("drivers") or ()):
        path, name = _SPEC.child("drivers").index(index), driver.get("name", "")
        errors += _validate_node_driver(driver, path)
        if name in names:
            errors.append(duplicate(path.child("name"), name))
        names.add(name)
        errors += _validate_topology_keys(driver.get("topologyKeys") or (), path)
    return errors


def _validate_node_driver(driver: Mapping[str, Any], path: Path) -> list[FieldError]:
    node, node_path = driver.get("nodeID", ""), path.child("nodeID")
    errors = validate_csi_driver_name(driver.get("name", ""), path.child("name"))
    if not node:
        errors.append(required(node_path))
    if size(node) > _NODE_ID_MAX:
        errors.append(invalid(node_path, node, f"must be {_NODE_ID_MAX} characters or less"))
    count = (driver.get("allocatable") or {}).get("count")
    return errors + validate_nonnegative(count, path.child("allocatable", "count"))


def _validate_topology_keys(keys: Sequence[str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, key in enumerate(keys):
        if not key:
            errors.append(required(path))
        if key in keys[:index]:
            errors.append(duplicate(path, key))
        errors += each(path, key, is_qualified_name(key))
    return errors


def validate_csi_node_update(new: Object, old: Object) -> list[FieldError]:
    """How many volumes a node takes may change (MutableCSINodeAllocatableCount)."""
    errors = validate_csi_node_create(new)
    drivers = [
        [
            {key: value for key, value in driver.items() if key != "allocatable"}
            for driver in (node.get("spec") or {}).get("drivers") or ()
        ]
        for node in (old, new)
    ]
    for before in drivers[0]:
        for driver in drivers[1]:
            if driver.get("name") == before.get("name"):
                shown = internal_form(f"{_STORAGE}CSINodeDriver", driver)
                errors += validate_immutable(driver, before, _SPEC.child("drivers"), shown)
    return errors


def validate_attachment_create(attachment: Object) -> list[FieldError]:
    errors = _validate_attachment(attachment)
    spec = attachment.get("spec") or {}
    errors += validate_csi_driver_name(spec.get("attacher", ""), _SPEC.child("attacher"))
    name = (spec.get("source") or {}).get("persistentVolumeName")
    if name is not None:
        path = _SPEC.child("source", "persistentVolumeName")
        errors += each(path, name, name_is_dns_subdomain(name, False))
    return errors


def _validate_attachment(attachment: Object) -> list[FieldError]:
    spec, status = attachment.get("spec") or {}, attachment.get("status") or {}
    errors = validate_object_meta(attachment["metadata"], False, name_is_dns_subdomain)
    if not spec.get("attacher"):
        errors.append(required(_SPEC.child("attacher")))
    errors += _validate_attached(spec.get("source") or {}, _SPEC.child("source"))
    node = spec.get("nodeName", "")
    errors += each(_SPEC.child("nodeName"), node, name_is_dns_subdomain(node, False))
    metadata, path = status.get("attachmentMetadata") or {}, Path("status")
    if sum(size(key) + size(value) for key, value in metadata.items()) > _METADATA_SIZE_MAX:
        errors.append(too_long(path.child("attachmentMetadata"), _METADATA_SIZE_MAX))
    for name in ("attachError", "detachError"):
        if status.get(name) is not None:
            errors += _validate_volume_error(status[name], path.child(name))
    return errors


def _validate_attached(source: Mapping[str, Any], path: Path) -> list[FieldError]:
    inline, name = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
    if inline is None and name is None:
        return [required(path, _ONE_SOURCE)]
    if inline is not None and name is not None:
        return [forbidden(path, _ONE_SOURCE)]
    if inline is not None:
        return validate_volume_spec(inline, "", path.child("inlineVolumeSpec"), inline=True)
    explanation = "must specify non empty persistentVolumeName"
    return [] if name else [required(path.child("persistentVolumeName"), explanation)]


def _validate_volume_error(error: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if size(error.get("message", "")) > _MESSAGE_SIZE_MAX:
        # Kubernetes names the other limit.
        errors.append(too_long(path.child("message"), _METADATA_SIZE_MAX))
    code = error.get("errorCode")
    if code is not None and code < 0:
        errors.append(invalid(path.child("errorCode"), code, range_error(0, ID_MAX)))
    return errors


def validate_attachment_update(new: Object, old: Object) -> list[FieldError]:
    errors, kind = _validate_attachment(new), f"{_STORAGE}VolumeAttachmentSpec"
    spec = new.get("spec") or {}
    if not semantically_equal(kind, spec, old.get("spec") or {}):
        errors.append(invalid(_SPEC, internal_form(kind, spec), "field is immutable"))
    return errors


def validate_capacity_create(capacity: Object) -> list[FieldError]:
    errors = validate_object_meta(capacity["metadata"], True, name_is_dns_subdomain)
    errors += validate_label_selector(capacity.get("nodeTopology"), Path("nodeTopology"))
    name = capacity.get("storageClassName", "")
    errors += each(Path("storageClassName"), name, name_is_dns_subdomain(name, False))
    if (amount := capacity.get("capacity")) is not None:
        errors += validate_not_negative(amount, Path("capacity"))
    return errors


def validate_capacity_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateUpdate checks what a new one must be and what an update must be."""
    errors = validate_capacity_create(new)
    errors += validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    selector, path = new.get("nodeTopology"), Path("nodeTopology")
    errors += validate_immutable(selector, old.get("nodeTopology"), path, shown_selector(selector))
    path = Path("storageClassName")
    return errors + validate_immutable_field(new, old, "storageClassName", path)
