"""What the server allocates for an object: the addresses and ports of Services.

Source: pkg/registry/core/service/storage/storage.go (beginCreate, beginUpdate) and alloc.go, v1.36.
Which address or port it is, the Choices say, unless the Service asks for one, which no other may
have. What they do not tell is left out of the object.
"""

from __future__ import annotations

from engine.apiserver.strategy.services import (
    begin_create,
    begin_update,
    needs_node_port,
)
from engine.apiserver.verbs import asked
from engine.apiserver.verbs.contract import Choices, Object, View, Write
from engine.apiserver.verbs.families import with_families
from engine.apiserver.verbs.ranges import Ranges
from engine.apiserver.verbs.service_ports import with_health_check_port, with_node_ports

SERVICES = ("", "services")


def allocated(
    write: Write,
    obj: Object,
    before: Object | None,
    choices: Choices,
    view: View,
    ranges: Ranges,
) -> Object:
    """The object with what it was allocated; RefusedError where that is not to be had."""
    resource = write.resource
    if (resource.group, resource.name) != SERVICES or write.subresource:
        return obj
    spec = dict(obj.get("spec") or {})
    if spec.get("ports"):
        spec["ports"] = [dict(port) for port in spec["ports"]]
    service = {**obj, "spec": spec}
    if before is None:
        begin_create(service)
    else:
        begin_update(service, before)
    old = None if before is None else before.get("spec") or {}
    with_families(write, service, old, ranges.families)
    if not write.accepted:
        asked.check(write, view, ranges, service, old)
    _cluster_ips(spec, old, write, service, choices)
    if needs_node_port(spec):
        with_node_ports(spec, write, service, choices)
    if asked.gets_health_check(spec, old):
        with_health_check_port(spec, write, service, choices)
    return service


def _cluster_ips(
    spec: Object, old: Object | None, write: Write, service: Object, choices: Choices
) -> None:
    """allocClusterIPs and updateClusterIPs: addresses where there are none as yet."""
    indices = asked.gets_ips(spec, old)
    if not indices:
        return
    ips = list(spec.get("clusterIPs") or ())
    chosen = choices.cluster_ips(write, service)
    filled = [
        ip or (chosen[index] if index < len(chosen) else "")
        for index, ip in enumerate(ips + [""] * (indices.stop - len(ips)))
    ]
    if filled and all(filled):
        spec["clusterIPs"] = filled
        if 0 in indices:
            spec["clusterIP"] = filled[0]
