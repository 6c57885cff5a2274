"""Ingress, network policies, address ranges: pkg/printers/internalversion/printers.go, v1.36."""

from datetime import datetime

from engine.apiserver.printers.ages import age
from engine.apiserver.printers.contract import AGE, NAME, Cell, Column, Object, Printer
from engine.apiserver.printers.fields import dig, mapping, maps, name, text, texts
from engine.apiserver.printers.kinds.services import load_balancer_addresses
from engine.apiserver.printers.labels import format_selector

NONE = "<none>"
HOSTS_MAX = 3
DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"


def _ingress(ingress: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        name(ingress),
        text(ingress, "spec", "ingressClassName") or NONE,
        _hosts(maps(ingress, "spec", "rules")),
        ",".join(load_balancer_addresses(ingress)),
        "80, 443" if maps(ingress, "spec", "tls") else "80",
        age(ingress, now),
    )


def _hosts(rules: list[Object]) -> str:
    """The first three hosts; what is counted as more are rules, with a host or without."""
    hosts: list[str] = []
    for rule in rules:
        if len(hosts) == HOSTS_MAX:
            return f"{','.join(hosts)} + {len(rules) - HOSTS_MAX} more..."
        hosts += [text(rule, "host")] if text(rule, "host") else []
    return ",".join(hosts) or "*"


def _ingress_class(ingress_class: Object, now: datetime) -> tuple[Cell, ...]:
    default = text(ingress_class, "metadata", "annotations", DEFAULT_CLASS) == "true"
    return (
        name(ingress_class) + (" (default)" if default else ""),
        text(ingress_class, "spec", "controller"),
        _parameters(mapping(ingress_class, "spec", "parameters")),
        age(ingress_class, now),
    )


def _parameters(parameters: Object) -> str:
    if not parameters:
        return NONE
    group = "" if parameters.get("apiGroup") is None else f".{text(parameters, 'apiGroup')}"
    return f"{text(parameters, 'kind')}{group}/{text(parameters, 'name')}"


def _network_policy(policy: Object, now: datetime) -> tuple[Cell, ...]:
    return name(policy), format_selector(mapping(policy, "spec", "podSelector")), age(policy, now)


def _service_cidr(service_cidr: Object, now: datetime) -> tuple[Cell, ...]:
    return (
        name(service_cidr),
        ",".join(texts(service_cidr, "spec", "cidrs")),
        age(service_cidr, now),
    )


def _ip_address(address: Object, now: datetime) -> tuple[Cell, ...]:
    return name(address), _parent(address)


def _parent(address: Object) -> str:
    """`services/kube-system/kube-dns`; a group would follow the resource: `widgets.example.com`."""
    parent = dig(address, "spec", "parentRef")
    if parent is None:
        return NONE
    group = text(parent, "group")
    resource = f"{text(parent, 'resource')}.{group}" if group else text(parent, "resource")
    names = [part for part in (text(parent, "namespace"),) if part] + [text(parent, "name")]
    return "/".join([resource.lower(), *names])


GROUP = "networking.k8s.io"
PRINTERS = (
    Printer(
        GROUP,
        "Ingress",
        (NAME, Column("Class"), Column("Hosts"), Column("Address"), Column("Ports"), AGE),
        _ingress,
    ),
    Printer(
        GROUP,
        "IngressClass",
        (NAME, Column("Controller"), Column("Parameters"), AGE),
        _ingress_class,
    ),
    Printer(GROUP, "NetworkPolicy", (NAME, Column("Pod-Selector"), AGE), _network_policy),
    Printer(GROUP, "ServiceCIDR", (NAME, Column("CIDRs"), AGE), _service_cidr),
    Printer(GROUP, "IPAddress", (NAME, Column("ParentRef")), _ip_address),
)
