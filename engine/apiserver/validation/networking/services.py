"""Services.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.strategy.services import is_externally_accessible, needs_health_check
from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.ips import validate_legacy_cidr, validate_legacy_ip
from engine.apiserver.validation.labels import validate_labels
from engine.apiserver.validation.metadata import (
    METADATA,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import (
    is_dns1123_subdomain,
    is_port_number,
    is_qualified_name,
    name_is_dns_label,
)
from engine.apiserver.validation.networking.addresses import (
    is_headless,
    validate_addresses_update,
    validate_cluster_ips,
    validate_non_special_ip,
)
from engine.apiserver.validation.networking.balancers import validate_load_balancer
from engine.apiserver.validation.networking.service_ports import duplicates, validate_ports

Spec = Mapping[str, Any]

_SPEC = Path("spec")
_ANNOTATIONS = METADATA.child("annotations")
_HINTS = "service.kubernetes.io/topology-aware-hints"
_MODE = "service.kubernetes.io/topology-mode"
_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
_KUBELET_PORT = 10250
_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_AFFINITIES = ("ClientIP", "None")
_POLICIES = ("Cluster", "Local")
_DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
_AFFINITY_SECONDS_MAX = 86400
_ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'"
_ONLY_LOCAL = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"


def validate_service_create(service: Object) -> list[FieldError]:
    metadata, spec = service["metadata"], service.get("spec") or {}
    annotations = metadata.get("annotations") or {}
    errors = validate_object_meta(metadata, True, name_is_dns_label)
    if _HINTS in annotations and annotations.get(_MODE, annotations[_HINTS]) != annotations[_HINTS]:
        explanation = f"must match annotations[{_HINTS}] when both are specified"
        errors.append(invalid(_ANNOTATIONS.key(_MODE), annotations[_MODE], explanation))
    errors += _validate_type(spec)
    errors += validate_ports(spec)
    errors += validate_labels(spec.get("selector"), _SPEC.child("selector"))
    errors += _validate_affinity(spec)
    errors += validate_cluster_ips(spec)
    errors += _validate_external_ips(spec.get("externalIPs") or ())
    errors += _validate_choice(spec, "type", _TYPES)
    errors += _validate_node_ports(spec)
    errors += duplicates(spec)
    errors += _validate_source_ranges(spec, annotations)
    errors += _validate_balanced(spec)
    errors += _validate_external_traffic(spec)
    return errors + _validate_traffic(spec)


def _validate_choice(spec: Spec, name: str, supported: Sequence[str]) -> list[FieldError]:
    value, path = spec.get(name, ""), _SPEC.child(name)
    if not value:
        return [required(path)]
    return [] if value in supported else [not_supported(path, value, supported)]


def _validate_type(spec: Spec) -> list[FieldError]:
    kind, ports = spec.get("type"), spec.get("ports") or ()
    errors: list[FieldError] = []
    if not ports and not is_headless(spec) and kind != "ExternalName":
        errors.append(required(_SPEC.child("ports")))
    if kind == "LoadBalancer":
        explanation = f"may not expose port {_KUBELET_PORT} externally since it is used by kubelet"
        errors += [
            invalid(_SPEC.child("ports").index(index), port["port"], explanation)
            for index, port in enumerate(ports)
            if port.get("port") == _KUBELET_PORT
        ]
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        explanation = f"may not be set to 'None' for {kind} services"
        errors.append(invalid(_SPEC.child("clusterIPs").index(0), "None", explanation))
    return errors + (_validate_external_name(spec) if kind == "ExternalName" else [])


def _validate_external_name(spec: Spec) -> list[FieldError]:
    explanation = "may not be set for ExternalName services"
    errors = [
        forbidden(_SPEC.child(name), explanation)
        for name in ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
        if spec.get(name) not in (None, [])
    ]
    # A trailing dot says that it is fully qualified.
    name, path = spec.get("externalName", "").removesuffix("."), _SPEC.child("externalName")
    return errors + (each(path, name, is_dns1123_subdomain(name)) if name else [required(path)])


def _validate_affinity(spec: Spec) -> list[FieldError]:
    errors = _validate_choice(spec, "sessionAffinity", _AFFINITIES)
    config, path = spec.get("sessionAffinityConfig"), _SPEC.child("sessionAffinityConfig")
    if spec.get("sessionAffinity") == "None" and config is not None:
        explanation = "must not be set when session affinity is None"
        errors.append(forbidden(path, explanation))
    if spec.get("sessionAffinity") == "ClientIP":
        errors += _validate_client_ip(config, path)
    return errors


def _validate_client_ip(config: Mapping[str, Any] | None, path: Path) -> list[FieldError]:
    """validateClientIPAffinityConfig."""
    client_path = path.child("clientIP")
    if config is None:
        explanation = "when session affinity type is ClientIP"
        return [required(path, explanation)]
    client = config.get("clientIP")
    if client is None:
        return [required(client_path, "when session affinity type is ClientIP")]
    seconds, seconds_path = client.get("timeoutSeconds"), client_path.child("timeoutSeconds")
    if seconds is None:
        return [required(seconds_path, "when session affinity type is ClientIP")]
    if 0 < seconds <= _AFFINITY_SECONDS_MAX:
        return []
    explanation = f"must be greater than 0 and less than {_AFFINITY_SECONDS_MAX}"
    return [invalid(seconds_path, seconds, explanation)]


def _validate_external_ips(ips: Sequence[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, text in enumerate(ips):
        path = _SPEC.child("externalIPs").index(index)
        errors += validate_legacy_ip(path, text) or validate_non_special_ip(text, path)
    return errors


def _validate_node_ports(spec: Spec) -> list[FieldError]:
    if spec.get("type") != "ClusterIP":
        return []
    explanation = "may not be used when `type` is 'ClusterIP'"
    return [
        forbidden(_SPEC.child("ports").index(index).child("nodePort"), explanation)
        for index, port in enumerate(spec.get("ports") or ())
        if port.get("nodePort")
    ]


def _validate_source_ranges(spec: Spec, annotations: Mapping[str, str]) -> list[FieldError]:
    """The field, or the annotation that was before it; both may have spaces around ranges."""
    errors: list[FieldError] = []
    balanced = spec.get("type") == "LoadBalancer"
    if ranges := spec.get("loadBalancerSourceRanges"):
        # Kubernetes' own spelling.
        path = _SPEC.child("LoadBalancerSourceRanges")
        errors += [] if balanced else [forbidden(path, _ONLY_BALANCED)]
        for index, text in enumerate(ranges):
            errors += validate_legacy_cidr(path.index(index), text.strip())
    elif _RANGES in annotations:
        path = _ANNOTATIONS.key(_RANGES)
        errors += [] if balanced else [forbidden(path, _ONLY_BALANCED)]
        text = annotations[_RANGES].strip()
        for part in text.split(",") if text else ():
            errors += validate_legacy_cidr(path, part.strip())
    return errors


def _validate_balanced(spec: Spec) -> list[FieldError]:
    allocates, name = spec.get("allocateLoadBalancerNodePorts"), "allocateLoadBalancerNodePorts"
    errors: list[FieldError] = []
    if spec.get("type") != "LoadBalancer" and allocates is not None:
        errors.append(forbidden(_SPEC.child(name), _ONLY_BALANCED))
    if spec.get("type") == "LoadBalancer" and allocates is None:
        errors.append(required(name))
    return errors + _validate_balancer_class(spec)


def _validate_balancer_class(spec: Spec) -> list[FieldError]:
    name, path = spec.get("loadBalancerClass"), _SPEC.child("loadBalancerClass")
    if name is None:
        return []
    if spec.get("type") != "LoadBalancer":
        return [forbidden(path, _ONLY_BALANCED)]
    return each(path, name, is_qualified_name(name))


def _validate_external_traffic(spec: Spec) -> list[FieldError]:
    policy, path = spec.get("externalTrafficPolicy", ""), _SPEC.child("externalTrafficPolicy")
    errors: list[FieldError] = []
    if is_externally_accessible(spec):
        errors += _validate_choice(spec, "externalTrafficPolicy", _POLICIES)
    elif policy:
        explanation = "may only be set for externally-accessible services"
        errors.append(invalid(path, policy, explanation))
    port, port_path = spec.get("healthCheckNodePort", 0), _SPEC.child("healthCheckNodePort")
    if not needs_health_check(spec):
        return errors + ([invalid(port_path, port, _ONLY_LOCAL)] if port else [])
    return errors + (each(port_path, port, is_port_number(port)) if port else [required(port_path)])


def _validate_traffic(spec: Spec) -> list[FieldError]:
    policy, path = spec.get("internalTrafficPolicy"), _SPEC.child("internalTrafficPolicy")
    errors: list[FieldError] = []
    if policy is None and spec.get("type") in ("NodePort", "LoadBalancer", "ClusterIP"):
        errors.append(required(path))
    if policy is not None and policy not in _POLICIES:
        errors.append(not_supported(path, policy, _POLICIES))
    distribution = spec.get("trafficDistribution")
    if distribution is not None and distribution not in _DISTRIBUTIONS:
        path = _SPEC.child("trafficDistribution")
        errors.append(not_supported(path, distribution, _DISTRIBUTIONS))
    return errors


def validate_service_update(new: Object, old: Object) -> list[FieldError]:
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += validate_addresses_update(new, old)
    name, path = spec.get("loadBalancerClass"), _SPEC.child("loadBalancerClass")
    both = {spec.get("type"), before.get("type")} == {"LoadBalancer"}
    if both and name != before.get("loadBalancerClass"):
        errors.append(invalid(path, name, "may not change once set"))
    errors += _validate_balancer_class(spec)
    port = "healthCheckNodePort"
    both = needs_health_check(spec) and needs_health_check(before)
    if both and spec.get(port) != before.get(port):
        errors.append(forbidden(_SPEC.child(port), "field is immutable"))
    return errors + validate_service_create(new)


def validate_service_status_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    status = (new.get("status") or {}).get("loadBalancer") or {}
    return errors + validate_load_balancer(status, new.get("spec") or {})
