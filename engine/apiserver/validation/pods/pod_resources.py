"""The resources of a pod as a whole, and its quality of service.

After pkg/apis/core/validation/validation.go, pkg/apis/core/helper/qos/qos.go and
staging/src/k8s.io/component-helpers/resource/helpers.go (v1.36).
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, forbidden, invalid
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.resources import (
    is_huge_page,
    quantity,
    validate_pod_resource_name,
    validate_requirements,
)
from engine.model.quantity import Quantity

Amounts = dict[str, Quantity]


def validate_pod_resources(
    spec: Mapping[str, Any], claim_names: Collection[str], options: PodOptions, path: Path
) -> list[FieldError]:
    resources, path = spec.get("resources"), path.child("resources")
    if resources is None:
        return []
    if (spec.get("os") or {}).get("name") == "windows":
        return [forbidden(path, "may not be set for a windows pod")]
    errors: list[FieldError] = []
    if resources.get("claims") is not None:
        explanation = "claims may not be set for Resources at pod-level"
        errors.append(forbidden(path.child("claims"), explanation))
    errors += validate_requirements(
        resources,
        claim_names,
        path,
        name_rule=validate_pod_resource_name,
        any_huge_pages=options.any_huge_pages,
    )
    return errors + _validate_consistency(spec, resources, path)


def _validate_consistency(
    spec: Mapping[str, Any], resources: Mapping[str, Any], path: Path
) -> list[FieldError]:
    """The pod has at least what its containers have together."""
    errors: list[FieldError] = []
    for kind in ("requests", "limits"):
        given = resources.get(kind) or {}
        for name, total in sorted(aggregate(spec, kind).items()):
            if name not in given or (kind == "limits" and not is_huge_page(name)):
                continue
            if total > (own := quantity(given[name])):
                explanation = (
                    f"must be greater than or equal to aggregate container {kind} of {total}"
                )
                errors.append(invalid(path.child(kind).key(name), str(own), explanation))
    limits = resources.get("limits") or {}
    for index, container in enumerate(spec.get("containers") or ()):
        own_limits = (container.get("resources") or {}).get("limits") or {}
        for name, value in sorted(own_limits.items()):
            if name not in limits or quantity(value) <= quantity(limits[name]):
                continue
            limit_path = path.child("containers").index(index).key(name).child("limits")
            explanation = f"must be less than or equal to pod limits of {quantity(limits[name])}"
            errors.append(invalid(limit_path, str(quantity(value)), explanation))
    return errors


def aggregate(spec: Mapping[str, Any], kind: str) -> Amounts:
    """What containers need together at any time (AggregateContainerRequests, -Limits)."""
    total: Amounts = {}
    for container in spec.get("containers") or ():
        _add(total, _amounts(container, kind))
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in spec.get("initContainers") or ():
        own = _amounts(container, kind)
        if container.get("restartPolicy") == "Always":
            _add(total, own)
            _add(sidecars, own)
            own = dict(sidecars)
        else:
            _add(own, sidecars)
        _raise(peak, own)
    _raise(total, peak)
    return total


def _amounts(container: Mapping[str, Any], kind: str) -> Amounts:
    given = (container.get("resources") or {}).get(kind) or {}
    return {name: quantity(value) for name, value in given.items()}


def _add(total: Amounts, amounts: Amounts) -> None:
    for name, amount in amounts.items():
        total[name] = total[name] + amount if name in total else amount


def _raise(total: Amounts, amounts: Amounts) -> None:
    for name, amount in amounts.items():
        if name not in total or amount > total[name]:
            total[name] = amount


def quality_of_service(spec: Mapping[str, Any]) -> str:
    """ComputePodQOS: Guaranteed, Burstable or BestEffort."""
    own = spec.get("resources")
    holders: Iterable[Mapping[str, Any]] = (
        [{"resources": own}]
        if own is not None
        else [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    )
    requests: Amounts = {}
    limits: Amounts = {}
    guaranteed = True
    for holder in holders:
        _add(requests, _counting(holder, "requests"))
        own_limits = _counting(holder, "limits")
        _add(limits, own_limits)
        # A pod without limits of its own is not asked for both of them.
        asked = own is None or bool(own.get("limits"))
        guaranteed &= not asked or len(own_limits) == 2
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if guaranteed and requests == limits else "Burstable"


def _counting(holder: Mapping[str, Any], kind: str) -> Amounts:
    amounts = _amounts(holder, kind)
    return {
        name: amounts[name]
        for name in ("cpu", "memory")
        if name in amounts and amounts[name].sign > 0
    }
