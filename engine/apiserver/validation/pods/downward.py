"""Fields and resources of a pod that its containers can read (the downward API).

After pkg/apis/core/validation/validation.go and pkg/apis/core/pods/helpers.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.names import is_qualified_name
from engine.apiserver.validation.resources import quantity

_LABELS = (
    "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace",
    "metadata.uid", "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName",
    "spec.schedulerName", "status.phase", "status.hostIP", "status.hostIPs", "status.podIP",
    "status.podIPs", "spec.host",
)  # fmt: skip
_RESOURCES = (
    "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu",
    "requests.ephemeral-storage", "requests.memory",
)  # fmt: skip
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_SIZES = (
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
)  # fmt: skip
_ONLY_SIZES = f"only divisor's values {', '.join(_SIZES)} are supported with the"


def validate_field_reference(
    reference: Mapping[str, Any], supported: Sequence[str], path: Path
) -> list[FieldError]:
    """`supported` are the fields that may be read there, sorted."""
    version, label = reference.get("apiVersion", ""), reference.get("fieldPath", "")
    for name, value in (("apiVersion", version), ("fieldPath", label)):
        if not value:
            return [required(path.child(name))]
    field_path = path.child("fieldPath")
    name, subscript = _split(label)
    if problem := _unknown(version, name, label, subscript):
        return [invalid(field_path, label, f"error converting fieldPath: {problem}")]
    if subscript is not None:
        key = subscript.lower() if name == "metadata.annotations" else subscript
        return each(path, key, is_qualified_name(key))
    name = "spec.nodeName" if name == "spec.host" else name
    return [] if name in supported else [not_supported(field_path, name, supported)]


def _unknown(version: str, name: str, label: str, subscript: str | None) -> str:
    if version != "v1":
        return f"unsupported pod version: {version}"
    if subscript is not None:
        known = name in ("metadata.annotations", "metadata.labels")
        return "" if known else f"field label does not support subscript: {label}"
    return "" if name in _LABELS else f"field label not supported: {name}"


def _split(label: str) -> tuple[str, str | None]:
    """`metadata.labels['a']` -> ("metadata.labels", "a") (SplitMaybeSubscriptedPath)."""
    if not label.endswith("']"):
        return label, None
    name, bracket, subscript = label.removesuffix("']").partition("['")
    return (name, subscript) if bracket and name else (label, None)


def validate_resource_reference(
    reference: Mapping[str, Any], path: Path, *, in_volume: bool
) -> list[FieldError]:
    errors: list[FieldError] = []
    resource = reference.get("resource", "")
    if in_volume and not reference.get("containerName"):
        errors.append(required(path.child("containerName")))
    elif not resource:
        errors.append(required(path.child("resource")))
    elif resource not in _RESOURCES and not resource.startswith(_HUGE_PAGES):
        errors.append(not_supported(path.child("resource"), resource, _RESOURCES))
    return errors + _validate_divisor(resource, reference.get("divisor", "0"), path)


def _validate_divisor(resource: str, divisor: str, path: Path) -> list[FieldError]:
    if not quantity(divisor).amount:
        return []
    text = str(quantity(divisor))
    kind = resource.partition(".")[2] if resource in _RESOURCES else ""
    if kind == "cpu" and text not in ("1m", "1"):
        problem = "only divisor's values 1m and 1 are supported with the cpu resource"
    elif kind == "memory" and text not in _SIZES:
        problem = f"{_ONLY_SIZES} memory resource"
    elif kind == "ephemeral-storage" and text not in _SIZES:
        problem = f"{_ONLY_SIZES} local ephemeral storage resource"
    elif resource.startswith(_HUGE_PAGES) and text not in _SIZES:
        problem = f"{_ONLY_SIZES} hugepages resource"
    else:
        return []
    return [invalid(path.child("divisor"), resource, problem)]
