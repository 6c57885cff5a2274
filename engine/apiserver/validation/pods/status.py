"""Updates of a pod's status.

After ValidatePodStatusUpdate in pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import (
    IMMUTABLE,
    FieldError,
    Path,
    duplicate,
    each,
    forbidden,
    invalid,
    required,
)
from engine.apiserver.validation.internal_form import internal_list
from engine.apiserver.validation.ips import is_dual_stack, parse_ip, validate_legacy_ip
from engine.apiserver.validation.metadata import validate_object_meta_update
from engine.apiserver.validation.names import (
    is_dns1123_label,
    is_qualified_name,
    name_is_dns_subdomain,
)
from engine.apiserver.validation.pods.container_statuses import (
    validate_allocated_resources,
    validate_no_allocated_resources,
    validate_transitions,
    validate_users,
)
from engine.apiserver.validation.pods.pod import Pod
from engine.apiserver.validation.pods.update import update_options, validate_annotation_updates

Status = Mapping[str, Any]

STATUS = Path("status")
_SYSTEM_CONDITIONS = ("PodScheduled", "Ready", "Initialized")
_NOT_NEGATIVE = "must be a non-negative integer"
_STATUS_FIELDS = (
    "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses",
)  # fmt: skip


def validate_pod_status_update(new: Pod, old: Pod) -> list[FieldError]:
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    status, old_status = new.get("status") or {}, old.get("status") or {}
    errors = validate_object_meta_update(new.get("metadata") or {}, old.get("metadata") or {})
    errors += validate_annotation_updates(new, old, update_options(old))
    errors += _validate_conditions(status.get("conditions") or (), STATUS.child("conditions"))
    if spec.get("nodeName", "") != before.get("nodeName", ""):
        errors.append(forbidden(STATUS.child("nodeName"), "may not be changed directly"))
    errors += _validate_nomination(status, old_status, before)
    if (generation := status.get("observedGeneration", 0)) < 0:
        errors.append(invalid(STATUS.child("observedGeneration"), generation, _NOT_NEGATIVE))
    quality = status.get("qosClass", "")
    if quality != old_status.get("qosClass", ""):
        errors.append(invalid(STATUS.child("qosClass"), quality, IMMUTABLE))
    for field in _STATUS_FIELDS:
        errors += validate_transitions(
            field, status.get(field) or (), old_status.get(field) or (), before, STATUS.child(field)
        )
    errors += _validate_claims(status, spec, STATUS.child("resourceClaimStatuses"))
    errors += _validate_extended_claim(status, spec, STATUS.child("extendedResourceClaimStatus"))
    errors += _validate_ips(status, "podIPs", "PodIP")
    errors += _validate_host_ips(status)
    for field in _STATUS_FIELDS:
        os = (spec.get("os") or {}).get("name", "linux")
        errors += validate_users(status.get(field) or (), os, STATUS.child(field))
    for field, containers in (
        ("containerStatuses", "containers"),
        ("initContainerStatuses", "initContainers"),
    ):
        errors += validate_allocated_resources(
            status.get(field) or (), spec.get(containers) or (), STATUS.child(field)
        )
    return errors + validate_no_allocated_resources(
        status.get("ephemeralContainerStatuses") or (), STATUS.child("ephemeralContainerStatuses")
    )


def _validate_conditions(conditions: Sequence[Status], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, condition in enumerate(conditions):
        item, kind = path.index(index), condition.get("type", "")
        if (generation := condition.get("observedGeneration", 0)) < 0:
            errors.append(invalid(item.child("observedGeneration"), generation, _NOT_NEGATIVE))
        if kind not in _SYSTEM_CONDITIONS:
            errors += each(item.child("Type"), kind, is_qualified_name(kind))
    return errors


def _validate_nomination(
    status: Status, old: Status, before: Mapping[str, Any]
) -> list[FieldError]:
    name, path = status.get("nominatedNodeName", ""), STATUS.child("nominatedNodeName")
    if not name or name == old.get("nominatedNodeName", ""):
        return []
    errors = each(path, name, name_is_dns_subdomain(name, False))
    if before.get("nodeName"):
        errors.append(forbidden(path, "may not be set on pods that are already bound to a node"))
    return errors


def _validate_claims(status: Status, spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    known = {claim.get("name", "") for claim in spec.get("resourceClaims") or ()}
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, claim in enumerate(status.get("resourceClaimStatuses") or ()):
        name, name_path = claim.get("name", ""), path.index(index).child("name")
        if name not in known:
            explanation = "must match the name of an entry in `spec.resourceClaims`"
            errors.append(invalid(name_path, name, explanation))
        if name in seen:
            errors.append(duplicate(name_path, name))
        seen.add(name)
        if (given := claim.get("resourceClaimName")) is not None:
            errors += each(name_path, given, name_is_dns_subdomain(given, False))
    return errors


def _validate_extended_claim(
    status: Status, spec: Mapping[str, Any], path: Path
) -> list[FieldError]:
    claim = status.get("extendedResourceClaimStatus")
    if claim is None:
        return []
    errors: list[FieldError] = []
    mappings_path, mappings = path.child("requestMappings"), claim.get("requestMappings") or ()
    if not mappings:
        errors.append(required(mappings_path, "at least one request mapping is required"))
    seen: set[tuple[str, str]] = set()
    for index, mapping in enumerate(mappings):
        item = mappings_path.index(index)
        errors += _validate_mapping(mapping, spec, item)
        request = mapping.get("requestName", "")
        errors += each(path.child("requestName"), request, is_dns1123_label(request))
        key = (mapping.get("containerName", ""), mapping.get("resourceName", ""))
        if key in seen:
            errors.append(duplicate(item.child("containerName"), key[0]))
            errors.append(duplicate(item.child("resourceName"), key[1]))
        seen.add(key)
    name, name_path = claim.get("resourceClaimName", ""), path.child("resourceClaimName")
    if not name:
        return [*errors, required(name_path)]
    return errors + each(name_path, name, name_is_dns_subdomain(name, False))


def _validate_mapping(
    mapping: Mapping[str, Any], spec: Mapping[str, Any], path: Path
) -> list[FieldError]:
    name, resource = mapping.get("containerName", ""), mapping.get("resourceName", "")
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    of_name = [container for container in containers if container.get("name", "") == name]
    if not of_name:
        explanation = (
            "must match the name of an entry in spec.initContainers.name or spec.containers.name"
        )
        return [invalid(path.child("containerName"), name, explanation)]
    if resource in ((of_name[-1].get("resources") or {}).get("requests") or {}):
        return []
    explanation = (
        "must match the extended resource name of an entry in "
        "spec.initContainers.resources.requests or spec.containers.resources.requests"
    )
    return [invalid(path.child("resourceName"), resource, explanation)]


def _validate_ips(status: Status, field: str, kind: str) -> list[FieldError]:
    path, entries = STATUS.child(field), status.get(field) or ()
    texts = [entry.get("ip", "") for entry in entries]
    errors: list[FieldError] = []
    for index, text in enumerate(texts):
        errors += validate_legacy_ip(path.index(index), text)
    if len(texts) > 1 and not errors:
        addresses = [address for address in map(parse_ip, texts) if address is not None]
        if not is_dual_stack(addresses) or len(texts) > 2:
            shown = internal_list(f"io.k8s.api.core.v1.{kind}", entries)
            explanation = "may specify no more than one IP for each IP family"
            errors.append(invalid(path, shown, explanation))
    return errors


def _validate_host_ips(status: Status) -> list[FieldError]:
    entries = status.get("hostIPs") or ()
    if not entries:
        return []
    first = entries[0].get("ip", "")
    errors: list[FieldError] = []
    if first != status.get("hostIP", ""):
        path = STATUS.child("hostIPs").index(0).child("ip")
        errors.append(invalid(path, first, "must be equal to `hostIP`"))
    return errors + _validate_ips(status, "hostIPs", "HostIP")
