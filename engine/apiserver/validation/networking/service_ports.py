"""The ports of Services.

After validateServicePort in pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.names import (
    is_dns1123_label,
    is_port_name,
    is_port_number,
    is_qualified_name,
)

Port = Mapping[str, Any]

PROTOCOLS = ("SCTP", "TCP", "UDP")
_PORTS = Path("spec.ports")
_TYPE = "io.k8s.api.core.v1.ServicePort"


def validate_ports(spec: Mapping[str, Any]) -> list[FieldError]:
    ports = spec.get("ports") or ()
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        path, name = _PORTS.index(index), port.get("name", "")
        errors += validate_port_name(name, len(ports) > 1, path.child("name"))
        if name and name in names:
            errors.append(duplicate(path.child("name"), name))
        names.add(name)
        errors += _validate_port(port, path)
    return errors


def validate_port_name(name: str, needed: bool, path: Path) -> list[FieldError]:
    if not name:
        return [required(path)] if needed else []
    return each(path, name, is_dns1123_label(name))


def _validate_port(port: Port, path: Path) -> list[FieldError]:
    number = port.get("port", 0)
    errors = each(path.child("port"), number, is_port_number(number))
    errors += validate_protocol(port.get("protocol", ""), path.child("protocol"))
    errors += validate_port_or_name(port.get("targetPort", 0), path.child("targetPort"))
    return errors + validate_app_protocol(port.get("appProtocol"), path.child("appProtocol"))


def validate_protocol(protocol: str, path: Path) -> list[FieldError]:
    if not protocol:
        return [required(path)]
    return [] if protocol in PROTOCOLS else [not_supported(path, protocol, PROTOCOLS)]


def validate_port_or_name(port: int | str, path: Path) -> list[FieldError]:
    """ValidatePortNumOrName."""
    if isinstance(port, str):
        return each(path, port, is_port_name(port))
    return each(path, port, is_port_number(port))


def validate_app_protocol(protocol: str | None, path: Path) -> list[FieldError]:
    if protocol is None:
        return []
    return [invalid(path, protocol, problem) for problem in is_qualified_name(protocol)]


def duplicates(spec: Mapping[str, Any]) -> list[FieldError]:
    """No node port, and no port, of one protocol twice."""
    ports = spec.get("ports") or ()
    return [*_duplicate_node_ports(ports), *_duplicate_ports(ports)]


def _duplicate_node_ports(ports: Any) -> Iterator[FieldError]:
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        number = port.get("nodePort", 0)
        key = (port.get("protocol", ""), number)
        if number and key in seen:
            yield duplicate(_PORTS.index(index).child("nodePort"), number)
        seen.add(key)


def _duplicate_ports(ports: Any) -> Iterator[FieldError]:
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        key = (port.get("protocol", ""), port.get("port", 0))
        if key in seen:
            shown = {"protocol": key[0], "port": key[1]}
            yield duplicate(_PORTS.index(index), internal_form(_TYPE, shown))
        seen.add(key)
