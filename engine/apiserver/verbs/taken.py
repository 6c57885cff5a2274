"""Which addresses and ports Services have: no two have the same.

Source: pkg/registry/core/service/ipallocator/ipallocator.go (createIPAddress),
pkg/registry/core/service/portallocator, v1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.apiserver.strategy.services import needs_health_check, needs_node_port
from engine.apiserver.validation.ips import Address, parse_ip, print_ip
from engine.apiserver.verbs.contract import Object, View
from engine.apiserver.verbs.families import EXTERNAL_NAME, HEADLESS
from engine.apiserver.verbs.metadata import metadata_of

SERVICES = ("", "services")
IP_ADDRESSES = ("networking.k8s.io", "ipaddresses")


def is_taken(address: Address, view: View, service: Object) -> bool:
    """Whether another Service has the address, or an IPAddress reserves it for something else."""
    held = view.get(*IP_ADDRESSES, "", print_ip(address))
    if held is not None and not _is_for(held, service):
        return True
    return any(
        parse_ip(ip) == address
        for other in _others(view, service)
        for ip in ips_of(other.get("spec") or {})
    )


def ports_of_others(view: View, service: Object) -> set[int]:
    """The node ports that other Services have."""
    return {port for one in _others(view, service) for port in ports_of(one.get("spec") or {})}


def ips_of(spec: Object) -> list[str]:
    """The addresses that a Service has or asks for."""
    if spec.get("type") == EXTERNAL_NAME:
        return []
    ips = spec.get("clusterIPs") or [spec.get("clusterIP")]
    return [ip for ip in ips if ip and ip != HEADLESS]


def ports_of(spec: Object) -> Iterator[int]:
    """The node ports that a Service has or asks for, that of its health check too."""
    if needs_node_port(spec):
        for port in spec.get("ports") or ():
            if port.get("nodePort"):
                yield port["nodePort"]
    if needs_health_check(spec) and spec.get("healthCheckNodePort"):
        yield spec["healthCheckNodePort"]


def _others(view: View, service: Object) -> Iterator[Object]:
    own = _name(service)
    return (other for other in view.objects(*SERVICES) if _name(other) != own)


def _name(service: Object) -> tuple[str, str]:
    metadata = metadata_of(service)
    return metadata.get("namespace", ""), metadata.get("name", "")


def _is_for(ip_address: Object, service: Object) -> bool:
    """Whether an IPAddress is that of the Service.

    The server makes it before the Service is stored; a record can show the two apart.
    """
    parent = (ip_address.get("spec") or {}).get("parentRef") or {}
    of_services = (parent.get("group", ""), parent.get("resource")) == SERVICES
    return of_services and (parent.get("namespace", ""), parent.get("name", "")) == _name(service)
