"""Which addresses and ports a Service asks for, and whether it can have them.

Source: pkg/registry/core/service/storage/alloc.go (allocIPs, updateClusterIPs, initNodePorts,
updateNodePorts, allocHealthCheckNodePort), pkg/registry/core/service/ipallocator/ and
portallocator/, v1.36. A dry run allocates nothing: of addresses it looks at the range alone, of
ports only at whether they are taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.apiserver.strategy.services import needs_health_check, needs_node_port, node_ports
from engine.apiserver.validation import field
from engine.apiserver.validation.ips import parse_ip
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, View, Write
from engine.apiserver.verbs.families import EXTERNAL_NAME, HEADLESS
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.ranges import Ranges, is_usable
from engine.apiserver.verbs.taken import is_taken, ports_of_others

IP_TAKEN = "provided IP is already allocated"
IP_OF_NO_RANGE = "the provided network does not match the current range"
IP_OUT_OF_RANGE = "provided IP {} is not in the valid range"
PORT_TAKEN = "provided port is already allocated"
PORT_OUT_OF_RANGE = "provided port is not in the valid range. The range of valid ports is {}-{}"


def check(write: Write, view: View, ranges: Ranges, service: Object, old: Object | None) -> None:
    """Refuse a Service that asks for what it cannot have; `old` is its spec before."""
    _check_ips(write, view, ranges, service, old)
    spec = service["spec"]
    ports = list(_asked_ports(spec, old))
    asked = spec.get("healthCheckNodePort") if gets_health_check(spec, old) else 0
    if not ports and not asked:
        return
    taken = ports_of_others(view, service)
    for index, number in ports:
        why = _port_problem(number, write, ranges, taken)
        if why:
            path = f"spec.ports[{index}].nodePort"
            raise _invalid(service, field.invalid(path, number, why))
        taken.add(number)
    why = _port_problem(asked, write, ranges, taken) if asked else ""
    if why:
        why = f"failed to allocate requested HealthCheck NodePort {asked}: {why}"
        raise status.internal_error(why)


def gets_ips(spec: Object, old: Object | None) -> range:
    """Which of its addresses are allocated: all, or the one of the family that it gained."""
    wanted = len(spec.get("ipFamilies") or ())
    if spec.get("type") == EXTERNAL_NAME or (spec.get("clusterIPs") or [""])[0] == HEADLESS:
        return range(0)
    if old is None or old.get("type") == EXTERNAL_NAME:
        return range(wanted)
    if (old.get("clusterIPs") or [""])[0] == HEADLESS or len(old.get("ipFamilies") or ()) != 1:
        return range(0)
    return range(1, wanted)


def gets_health_check(spec: Object, old: Object | None) -> bool:
    """Whether its health check port is allocated."""
    return needs_health_check(spec) and not (old and needs_health_check(old))


def _check_ips(
    write: Write, view: View, ranges: Ranges, service: Object, old: Object | None
) -> None:
    ips = service["spec"].get("clusterIPs") or []
    for index in gets_ips(service["spec"], old):
        asked = ips[index] if index < len(ips) else ""
        why = _ip_problem(asked, write, view, ranges, service) if asked else ""
        if why:
            why = f"failed to allocate IP {asked}: {why}"
            raise _invalid(service, field.invalid("spec.clusterIPs", ips, why))


def _ip_problem(ip: str, write: Write, view: View, ranges: Ranges, service: Object) -> str:
    networks, address = ranges.networks(view), parse_ip(ip)
    assert address is not None, "families.py has looked at what is no address"
    if networks is not None and not any(is_usable(address, network) for network in networks):
        return IP_OUT_OF_RANGE.format(ip) if write.dry_run else IP_OF_NO_RANGE
    return IP_TAKEN if not write.dry_run and is_taken(address, view, service) else ""


def _asked_ports(spec: Object, old: Object | None) -> Iterator[tuple[int, int]]:
    """The indices of the ports, and the node ports that they ask for and do not have."""
    if not needs_node_port(spec):
        return iter(())
    ports = spec.get("ports") or []
    return _ports_of_new(ports) if old is None else _ports_of_changed(ports, node_ports(old))


def _ports_of_new(ports: list[Object]) -> Iterator[tuple[int, int]]:
    """initNodePorts: ports of one number and several protocols share theirs."""
    wanted: dict[int, int] = {}
    for port in reversed(ports):
        if port.get("nodePort"):
            wanted[port["port"]] = port["nodePort"]
    shared: set[int] = set()
    for index, port in enumerate(ports):
        number = wanted.get(port["port"], 0)
        if number and port["port"] not in shared:
            shared.add(port["port"])
            yield index, number
        elif port.get("nodePort") and port["nodePort"] != number:
            yield index, port["nodePort"]


def _ports_of_changed(ports: list[Object], had: set[int]) -> Iterator[tuple[int, int]]:
    """updateNodePorts: what it has it keeps."""
    seen = set(had)
    for index, port in enumerate(ports):
        number = port.get("nodePort")
        if number and number not in seen:
            seen.add(number)
            yield index, number


def _port_problem(number: int, write: Write, ranges: Ranges, taken: set[int]) -> str:
    first, last = ranges.ports
    if not first <= number <= last:
        return "" if write.dry_run else PORT_OUT_OF_RANGE.format(first, last)
    return PORT_TAKEN if number in taken else ""


def _invalid(service: Object, error: field.FieldError) -> status.RefusedError:
    return status.invalid("", "Service", metadata_of(service).get("name", ""), [error])
