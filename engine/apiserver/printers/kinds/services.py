"""Services and their endpoints: pkg/printers/internalversion/printers.go, v1.36."""

from collections.abc import Iterable
from datetime import datetime

from engine.apiserver.printers.ages import age
from engine.apiserver.printers.contract import AGE, NAME, Cell, Column, Object, Printer, wide
from engine.apiserver.printers.fields import integer, mapping, maps, name, text, texts
from engine.apiserver.printers.labels import format_labels

NONE = "<none>"
SHOWN_MAX = 3


def _service(service: Object, now: datetime) -> tuple[Cell, ...]:
    cluster_ips = texts(service, "spec", "clusterIPs")
    return (
        name(service),
        text(service, "spec", "type"),
        cluster_ips[0] if cluster_ips else NONE,
        _external_ip(service),
        ",".join(_port(port) for port in maps(service, "spec", "ports")) or NONE,
        age(service, now),
        format_labels(mapping(service, "spec", "selector")),
    )


def _external_ip(service: Object) -> str:
    external = texts(service, "spec", "externalIPs")
    match text(service, "spec", "type"):
        case "ClusterIP" | "NodePort":
            return ",".join(external) or NONE
        case "LoadBalancer":
            return ",".join([*load_balancer_addresses(service), *external]) or "<pending>"
        case "ExternalName":
            return text(service, "spec", "externalName")
    return "<unknown>"


def load_balancer_addresses(value: Object) -> list[str]:
    """The IP, or else the host name, of each ingress point; sorted, each once."""
    points = maps(value, "status", "loadBalancer", "ingress")
    found = {text(point, "ip") or text(point, "hostname") for point in points}
    return sorted(found - {""})


def _port(port: Object) -> str:
    number, node_port = integer(port, "port"), integer(port, "nodePort")
    both = f"{number}:{node_port}" if node_port > 0 else f"{number}"
    return f"{both}/{text(port, 'protocol')}"


def _endpoints(endpoints: Object, now: datetime) -> tuple[Cell, ...]:
    subsets = maps(endpoints, "subsets")
    shown = _shorten(_endpoint_addresses(subsets)) if subsets else NONE
    return name(endpoints), shown, age(endpoints, now)


def _endpoint_addresses(subsets: Iterable[Object]) -> list[str]:
    """`IP:port` for each port and address; the bare IP where a headless service has no ports."""
    shown = []
    for subset in subsets:
        addresses = [text(address, "ip") for address in maps(subset, "addresses")]
        ports = maps(subset, "ports")
        shown += addresses if not ports else []
        for port in ports:
            number = integer(port, "port")
            shown += [f"[{ip}]:{number}" if ":" in ip else f"{ip}:{number}" for ip in addresses]
    return shown


def _shorten(shown: list[str]) -> str:
    """The first three, and how many more."""
    first = ",".join(shown[:SHOWN_MAX])
    more = len(shown) - SHOWN_MAX
    return f"{first} + {more} more..." if more > 0 else first


def _endpoint_slice(endpoint_slice: Object, now: datetime) -> tuple[Cell, ...]:
    ports = [_slice_port(port) for port in maps(endpoint_slice, "ports")]
    addresses = [
        address
        for endpoint in maps(endpoint_slice, "endpoints")
        for address in texts(endpoint, "addresses")
    ]
    return (
        name(endpoint_slice),
        text(endpoint_slice, "addressType"),
        _shorten(ports) or "<unset>",
        _shorten(addresses) or "<unset>",
        age(endpoint_slice, now),
    )


def _slice_port(port: Object) -> str:
    if port.get("port") is not None:
        return str(integer(port, "port"))
    return "*" if port.get("name") is None else text(port, "name")


PRINTERS = (
    Printer(
        "",
        "Service",
        (
            NAME,
            Column("Type"),
            Column("Cluster-IP"),
            Column("External-IP"),
            Column("Port(s)"),
            AGE,
            wide("Selector"),
        ),
        _service,
    ),
    Printer("", "Endpoints", (NAME, Column("Endpoints"), AGE), _endpoints),
    Printer(
        "discovery.k8s.io",
        "EndpointSlice",
        (NAME, Column("AddressType"), Column("Ports"), Column("Endpoints"), AGE),
        _endpoint_slice,
    ),
)
