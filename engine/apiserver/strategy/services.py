"""The strategy of Services, and what is made of their fields before anything is allocated.

After pkg/registry/core/service/strategy.go and pkg/registry/core/service/storage/storage.go
(v1.36). Services are a union whose discriminator is `type`: what an update leaves of a type that it
leaves is cleared, unless the update changes that too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.apiserver.strategy.contract import Object, Strategy
from engine.apiserver.strategy.generic import declared, take

Spec = Mapping[str, Any]

_CLUSTER_IP, _CLUSTER_IPS = "clusterIP", "clusterIPs"
_HEALTH_PORT = "healthCheckNodePort"


def needs_cluster_ip(spec: Spec) -> bool:
    return spec.get("type") != "ExternalName"


def needs_node_port(spec: Spec) -> bool:
    return spec.get("type") in ("NodePort", "LoadBalancer")


def needs_health_check(spec: Spec) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def is_externally_accessible(spec: Spec) -> bool:
    """ExternallyAccessible of pkg/api/service/util.go."""
    return needs_node_port(spec) or (
        spec.get("type") == "ClusterIP" and bool(spec.get("externalIPs"))
    )


def _is_balanced(spec: Spec) -> bool:
    return spec.get("type") == "LoadBalancer"


def _update(new: Object, old: Object) -> None:
    take(new, old, "status")
    spec, before = new.setdefault("spec", {}), old.get("spec") or {}
    _leave_type(spec, before)
    if not _is_balanced(spec) and (new.get("status") or {}).get("loadBalancer"):
        new["status"] = {**new["status"], "loadBalancer": {}}


# What only some types need, and the fields that belong together.
_FIELDS_OF: tuple[tuple[Callable[[Spec], bool], tuple[tuple[str, ...], ...]], ...] = (
    (needs_cluster_ip, ((_CLUSTER_IP, _CLUSTER_IPS), ("ipFamilies",), ("ipFamilyPolicy",))),
    (needs_health_check, ((_HEALTH_PORT,),)),
    (_is_balanced, (("allocateLoadBalancerNodePorts",), ("loadBalancerClass",))),
    (is_externally_accessible, (("externalTrafficPolicy",),)),
)


def _leave_type(spec: Object, before: Spec) -> None:
    """dropTypeDependentFields."""
    left = [fields for needs, fields in _FIELDS_OF if needs(before) and not needs(spec)]
    if needs_node_port(before) and not needs_node_port(spec):
        _leave_node_ports(spec, before)
    for names in (names for fields in left for names in fields):
        if all(spec.get(name) == before.get(name) for name in names):
            for name in names:
                spec.pop(name, None)


def _leave_node_ports(spec: Object, before: Spec) -> None:
    if node_ports(spec) <= node_ports(before):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)


def node_ports(spec: Spec) -> set[int]:
    """The node ports that a Service names."""
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


def begin_create(service: Object) -> None:
    """What is allocated for a new Service starts from this (normalizeClusterIPs)."""
    spec = service.setdefault("spec", {})
    if spec.get(_CLUSTER_IP) and not spec.get(_CLUSTER_IPS):
        spec[_CLUSTER_IPS] = [spec[_CLUSTER_IP]]


def begin_update(new: Object, old: Object) -> None:
    """What was allocated before and is not named is kept (beginUpdate)."""
    spec, before = new.setdefault("spec", {}), old.get("spec") or {}
    _keep_allocated(spec, before)
    _align_cluster_ips(spec, before)


def _keep_allocated(spec: Object, before: Spec) -> None:
    """patchAllocatedValues."""
    if needs_cluster_ip(spec) and needs_cluster_ip(before):
        if not spec.get(_CLUSTER_IP):
            take(spec, dict(before), _CLUSTER_IP)
        if not spec.get(_CLUSTER_IPS) and spec.get(_CLUSTER_IP) == before.get(_CLUSTER_IP):
            take(spec, dict(before), _CLUSTER_IPS)
    if needs_node_port(spec) and needs_node_port(before):
        used = node_ports(spec) & node_ports(before)
        known = {
            port.get("name", ""): port.get("nodePort", 0) for port in before.get("ports") or ()
        }
        for port in spec.get("ports") or ():
            known_port = known.get(port.get("name", ""), 0)
            if not port.get("nodePort") and known_port and known_port not in used:
                port["nodePort"] = known_port
    if needs_health_check(spec) and needs_health_check(before) and not spec.get(_HEALTH_PORT):
        take(spec, dict(before), _HEALTH_PORT)


def _align_cluster_ips(spec: Object, before: Spec) -> None:
    """normalizeClusterIPs: old clients know only the first address."""
    one, many = spec.get(_CLUSTER_IP, ""), spec.get(_CLUSTER_IPS) or []
    old_one, old_many = before.get(_CLUSTER_IP, ""), before.get(_CLUSTER_IPS) or []
    if one == old_one:
        if old_many and not many:
            spec[_CLUSTER_IPS] = old_many
    elif many == old_many:
        # It was changed, or cleared, by who did not touch the list.
        spec[_CLUSTER_IPS] = [one]
        if not one:
            spec.pop(_CLUSTER_IPS)


_DECLARED = declared(generation=False)
SERVICE = Strategy(_DECLARED.create, _update, _DECLARED.subresources)
