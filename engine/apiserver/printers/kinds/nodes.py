"""Nodes: printNode of pkg/printers/internalversion/printers.go, v1.36."""

from datetime import datetime

from engine.apiserver.printers.ages import UNKNOWN, age
from engine.apiserver.printers.contract import AGE, NAME, Cell, Column, Object, Printer, wide
from engine.apiserver.printers.fields import flag, mapping, maps, name, text

NONE = "<none>"
ROLE_PREFIX = "node-role.kubernetes.io/"
ROLE_LABEL = "kubernetes.io/role"


def _cells(node: Object, now: datetime) -> tuple[Cell, ...]:
    info = mapping(node, "status", "nodeInfo")
    return (
        name(node),
        _status(node),
        ",".join(_roles(node)) or NONE,
        age(node, now),
        text(info, "kubeletVersion"),
        _address(node, "InternalIP"),
        _address(node, "ExternalIP"),
        text(info, "osImage") or UNKNOWN,
        _kernel(info),
        text(info, "containerRuntimeVersion") or UNKNOWN,
    )


def _status(node: Object) -> str:
    # The last condition of a type counts here, as they go into a map.
    ready = [
        text(entry, "status")
        for entry in maps(node, "status", "conditions")
        if entry.get("type") == "Ready"
    ]
    status = ("Ready" if ready[-1] == "True" else "NotReady") if ready else "Unknown"
    return f"{status},SchedulingDisabled" if flag(node, "spec", "unschedulable") else status


def _roles(node: Object) -> list[str]:
    """From labels `node-role.kubernetes.io/ROLE` and `kubernetes.io/role=ROLE`, sorted."""
    roles: set[str] = set()
    for key, value in mapping(node, "metadata", "labels").items():
        if key.startswith(ROLE_PREFIX):
            roles.add(key.removeprefix(ROLE_PREFIX))
        elif key == ROLE_LABEL and isinstance(value, str):
            roles.add(value)
    return sorted(role for role in roles if role)


def _address(node: Object, address_type: str) -> str:
    for address in maps(node, "status", "addresses"):
        if address.get("type") == address_type:
            return text(address, "address")
    return NONE


def _kernel(info: Object) -> str:
    """`6.8.0-45-generic (amd64)`: the architecture stands beside the kernel since v1.35."""
    kernel, architecture = text(info, "kernelVersion") or UNKNOWN, text(info, "architecture")
    return f"{kernel} ({architecture})" if architecture else kernel


PRINTERS = (
    Printer(
        "",
        "Node",
        (
            NAME,
            Column("Status"),
            Column("Roles"),
            AGE,
            Column("Version"),
            wide("Internal-IP"),
            wide("External-IP"),
            wide("OS-Image"),
            wide("Kernel-Version"),
            wide("Container-Runtime"),
        ),
        _cells,
    ),
)
