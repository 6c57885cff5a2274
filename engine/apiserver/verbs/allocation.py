"""What the server allocates for an object: the addresses and ports of Services.

Source: pkg/registry/core/service/storage/storage.go (beginCreate, beginUpdate) and alloc.go, v1.36.
Which address or port it is, the Choices say, unless the Service asks for one, which no other may
have. What they do not tell is left out of the object.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.apiserver.strategy.services import (
    begin_create,
    begin_update,
    needs_health_check,
    needs_node_port,
)
from engine.apiserver.verbs import taken
from engine.apiserver.verbs.contract import Choices, Object, View, Write
from engine.apiserver.verbs.families import EXTERNAL_NAME, HEADLESS, IPV4, with_families
from engine.apiserver.verbs.service_ports import with_health_check_port, with_node_ports

SERVICES = ("", "services")


def allocated(
    write: Write,
    obj: Object,
    before: Object | None,
    choices: Choices,
    view: View,
    families: Sequence[str] = (IPV4,),
) -> Object:
    """The object with what it was allocated; RefusedError where that is not to be had.

    `families` are those of the cluster's service ranges, the default one first.
    """
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
    with_families(write, service, old, families)
    if not write.accepted:
        taken.check(view, service, old)
    _cluster_ips(spec, old, write, service, choices)
    if needs_node_port(spec):
        with_node_ports(spec, write, service, choices)
    if needs_health_check(spec) and not (old and needs_health_check(old)):
        with_health_check_port(spec, write, service, choices)
    return service


def _cluster_ips(
    spec: Object, old: Object | None, write: Write, service: Object, choices: Choices
) -> None:
    """allocClusterIPs and updateClusterIPs: addresses where there are none as yet."""
    wanted = len(spec.get("ipFamilies") or ())
    ips = list(spec.get("clusterIPs") or ())
    if spec.get("type") == EXTERNAL_NAME or ips[:1] == [HEADLESS]:
        return
    if old is not None and (old.get("clusterIPs") or [""])[0] == HEADLESS:
        return
    new = old is None or old.get("type") == EXTERNAL_NAME
    grows = old is not None and len(old.get("ipFamilies") or ()) == 1 and wanted > 1
    if not (new or grows):
        return
    chosen = choices.cluster_ips(write, service)
    filled = [
        ip or (chosen[index] if index < len(chosen) else "")
        for index, ip in enumerate((ips + [""] * wanted)[: max(wanted, len(ips))])
    ]
    if filled and all(filled):
        spec["clusterIPs"] = filled
        if new:
            spec["clusterIP"] = filled[0]
