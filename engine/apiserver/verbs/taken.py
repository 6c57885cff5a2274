"""Which addresses and ports Services have: no two have the same.

Source: pkg/registry/core/service/storage/alloc.go (allocIPs, initNodePorts, updateNodePorts,
allocHealthCheckNodePort), pkg/registry/core/service/{ipallocator,portallocator}, v1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.apiserver.strategy.services import needs_health_check, needs_node_port
from engine.apiserver.validation import field
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, View
from engine.apiserver.verbs.families import EXTERNAL_NAME, HEADLESS
from engine.apiserver.verbs.metadata import metadata_of

SERVICES = ("", "services")
IP_TAKEN = "provided IP is already allocated"
PORT_TAKEN = "provided port is already allocated"


def check(view: View, service: Object, old: Object | None) -> None:
    """Refuse a Service that asks for what another has; `old` is its spec before."""
    spec = service["spec"]
    asked = [ip for ip in ips_of(spec) if ip not in ips_of(old or {})]
    used = set(ports_of(old or {}))
    ports = [port for port in ports_of(spec) if port not in used]
    if not asked and not ports:
        return
    others = [other for other in view.objects(*SERVICES) if not _same(other, service)]
    ips = {ip for other in others for ip in ips_of(other.get("spec") or {})}
    for ip in asked:
        if ip in ips:
            why = f"failed to allocate IP {ip}: {IP_TAKEN}"
            raise _invalid(service, field.invalid("spec.clusterIPs", spec.get("clusterIPs"), why))
    _check_ports(service, {p for one in others for p in ports_of(one.get("spec") or {})} - used)


def _check_ports(service: Object, taken: set[int]) -> None:
    spec = service["spec"]
    for index, port in enumerate(spec.get("ports") or () if needs_node_port(spec) else ()):
        number = port.get("nodePort")
        if number in taken:
            path = f"spec.ports[{index}].nodePort"
            raise _invalid(service, field.invalid(path, number, PORT_TAKEN))
    number = spec.get("healthCheckNodePort")
    if needs_health_check(spec) and number in taken:
        raise status.internal_error(
            f"failed to allocate requested HealthCheck NodePort {number}: {PORT_TAKEN}"
        )


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


def _same(one: Object, other: Object) -> bool:
    return all(
        metadata_of(one).get(name) == metadata_of(other).get(name) for name in ("namespace", "name")
    )


def _invalid(service: Object, error: field.FieldError) -> status.RefusedError:
    return status.invalid("", "Service", metadata_of(service).get("name", ""), [error])
