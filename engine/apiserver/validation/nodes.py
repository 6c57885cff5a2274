"""Nodes.

After pkg/apis/core/validation/validation.go (v1.36).
"""

import json
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
    required,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.ips import is_dual_stack, parse_cidr, validate_legacy_cidr
from engine.apiserver.validation.labels import validate_label_name
from engine.apiserver.validation.metadata import (
    METADATA,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import (
    is_config_map_key,
    is_label_value,
    name_is_dns_label,
    name_is_dns_subdomain,
)
from engine.apiserver.validation.pods.tolerations import validate_taint_effect
from engine.apiserver.validation.resources import validate_quantity

_AVOID_PODS = "scheduler.alpha.kubernetes.io/preferAvoidPods"
_TAINTS = "scheduler.alpha.kubernetes.io/taints"
_TAINT = "io.k8s.api.core.v1.Taint"
_ADDRESS = "io.k8s.api.core.v1.NodeAddress"
_CONFIG_SOURCE = "io.k8s.api.core.v1.NodeConfigSource"


def validate_node_create(node: Object) -> list[FieldError]:
    metadata, spec, status = node["metadata"], node.get("spec") or {}, node.get("status") or {}
    errors = validate_object_meta(metadata, False, name_is_dns_subdomain)
    errors += _validate_annotations(metadata.get("annotations") or {})
    errors += _validate_taints(spec.get("taints") or (), METADATA.child("taints"))
    errors += _validate_resources(status)
    swap = ((status.get("nodeInfo") or {}).get("swap") or {}).get("capacity")
    if swap is not None and swap <= 0:
        path = METADATA.child("nodeSwapStatus", "capacity")
        errors.append(invalid(path, swap, "must be greater than zero"))
    return errors + _validate_pod_cidrs(list(spec.get("podCIDRs") or ()))


def validate_node_update(new: Object, old: Object) -> list[FieldError]:
    """The strategy validates the new node as if it were created, and then the change."""
    return validate_node_create(new) + validate_node_status_update(new, old)


def validate_node_status_update(new: Object, old: Object) -> list[FieldError]:
    """ValidateNodeUpdate, which is all that is asked of an update of the status."""
    metadata, spec, status = new["metadata"], new.get("spec") or {}, new.get("status") or {}
    before, path = old.get("spec") or {}, Path("spec")
    errors = validate_object_meta_update(metadata, old.get("metadata") or {})
    errors += _validate_annotations(metadata.get("annotations") or {})
    errors += _validate_resources(status)
    errors += _validate_addresses(status.get("addresses") or ())
    cidrs, old_cidrs = spec.get("podCIDRs") or [], before.get("podCIDRs") or []
    if old_cidrs:
        changed = [a != b for a, b in zip(cidrs, old_cidrs, strict=False)]
        surplus = len(cidrs) != len(old_cidrs)
        explanation = 'node updates may not change podCIDR except from "" to valid'
        times = 1 if surplus else sum(changed)
        errors += [forbidden(path.child("podCIDRs"), explanation)] * times
    provider = before.get("providerID", "")
    if provider and spec.get("providerID", "") != provider:
        explanation = 'node updates may not change providerID except from "" to valid'
        errors.append(forbidden(path.child("providerID"), explanation))
    if (source := spec.get("configSource")) is not None:
        errors += _validate_config_source(source, path.child("configSource"), in_spec=True)
    errors += _validate_config_status(status.get("config") or {}, Path("status.config"))
    errors += _validate_taints(spec.get("taints") or (), METADATA.child("taints"))
    if spec.get("externalID", "") != before.get("externalID", ""):
        errors.append(forbidden(path.child("externalID"), "may not be updated"))
    return errors


def _validate_annotations(annotations: Mapping[str, str]) -> list[FieldError]:
    path = METADATA.child("annotations")
    errors: list[FieldError] = []
    if text := annotations.get(_TAINTS):
        taints, problem = _decode(text, list)
        if problem:
            errors.append(invalid(path, _TAINTS, problem))
        else:
            errors += _validate_taints(taints, path.child(_TAINTS))
    if text := annotations.get(_AVOID_PODS):
        avoided, problem = _decode(text, dict)
        if problem:
            errors.append(invalid(path.child("AvoidPods"), _AVOID_PODS, problem))
        else:
            errors += _validate_avoided(avoided, path.child(_AVOID_PODS))
    return errors


def _decode(text: str, kind: type) -> tuple[Any, str]:
    """(what the text spells, why it spells nothing of that kind)."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return None, str(error)
    items = value if isinstance(value, list) else ()
    if not isinstance(value, kind) or not all(isinstance(item, dict) for item in items):
        return None, "json: cannot unmarshal value"
    return value, ""


def _validate_avoided(avoided: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    entries = avoided.get("preferAvoidPods")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        signature_path = path.index(index).child("PodSignature")
        signature = entry.get("podSignature") if isinstance(entry, dict) else None
        controller = signature.get("podController") if isinstance(signature, dict) else None
        if not isinstance(controller, dict):
            errors.append(required(signature_path))
        elif not controller.get("controller"):
            controller_path = signature_path.child("PodController", "Controller")
            errors.append(invalid(controller_path, False, "must point to a controller"))
    return errors


def _validate_taints(taints: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        item, key, effect = path.index(index), taint.get("key", ""), taint.get("effect", "")
        errors += validate_label_name(key, item.child("key"))
        value = taint.get("value", "")
        if problems := is_label_value(value):
            errors.append(invalid(item.child("value"), value, ";".join(problems)))
        errors += validate_taint_effect(effect, item.child("effect"))
        if (key, effect) in seen:
            explanation = "taints must be unique by key and effect pair"
            errors.append(duplicate(item, internal_form(_TAINT, taint), explanation))
        seen.add((key, effect))
    return errors


def _validate_resources(status: Mapping[str, Any]) -> list[FieldError]:
    errors: list[FieldError] = []
    for field in ("capacity", "allocatable"):
        for name, value in sorted((status.get(field) or {}).items()):
            errors += validate_quantity(name, value, Path("status").child(field, name))
    return errors


def _validate_addresses(addresses: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: list[tuple[str, str]] = []
    for index, address in enumerate(addresses):
        key = (address.get("type", ""), address.get("address", ""))
        if key in seen:
            path = Path("status.addresses").index(index)
            errors.append(duplicate(path, internal_form(_ADDRESS, address)))
        seen.append(key)
    return errors


def _validate_pod_cidrs(cidrs: list[str]) -> list[FieldError]:
    path = Path("spec.podCIDRs")
    errors: list[FieldError] = []
    for index, cidr in enumerate(cidrs):
        errors += validate_legacy_cidr(path.index(index), cidr)
    if len(cidrs) > 1 and not errors:
        addresses = [parsed[0] for parsed in map(parse_cidr, cidrs) if parsed is not None]
        if not is_dual_stack(addresses) or len(cidrs) > 2:
            explanation = "may specify no more than one CIDR for each IP family"
            errors.append(invalid(path, cidrs, explanation))
    return errors


def _validate_config_status(config: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("assigned", "active", "lastKnownGood"):
        if (source := config.get(name)) is not None:
            errors += _validate_config_source(source, path.child(name), in_spec=False)
    return errors


def _validate_config_source(
    source: Mapping[str, Any], path: Path, *, in_spec: bool
) -> list[FieldError]:
    config_map = source.get("configMap")
    if config_map is None:
        shown = internal_form(_CONFIG_SOURCE, source)
        return [invalid(path, shown, "exactly one reference subfield must be non-nil")]
    path = path.child("configMap")
    errors: list[FieldError] = []
    for name in ("uid", "resourceVersion"):
        if in_spec and config_map.get(name):
            errors.append(forbidden(path.child(name), f"{name} must not be set in spec"))
        elif not in_spec and not config_map.get(name):
            errors.append(required(path.child(name)))
    checks = (
        ("namespace", lambda value: name_is_dns_label(value, False)),
        ("name", lambda value: name_is_dns_subdomain(value, False)),
        ("kubeletConfigKey", is_config_map_key),
    )
    for name, check in checks:
        value = config_map.get(name, "")
        errors += (
            each(path.child(name), value, check(value)) if value else [required(path.child(name))]
        )
    return errors
