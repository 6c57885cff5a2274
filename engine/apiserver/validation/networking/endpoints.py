"""Endpoints and EndpointSlices.

After pkg/apis/core/validation/validation.go and pkg/apis/discovery/validation/validation.go
(v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    each,
    invalid,
    not_supported,
    required,
    too_many,
)
from engine.apiserver.validation.ips import is_ipv4, parse_ip, validate_legacy_ip
from engine.apiserver.validation.labels import validate_labels
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import (
    is_dns1123_label,
    is_fully_qualified_domain_name,
    is_port_number,
    is_qualified_name,
    name_is_dns_subdomain,
)
from engine.apiserver.validation.networking.addresses import validate_non_special_ip
from engine.apiserver.validation.networking.service_ports import (
    validate_app_protocol,
    validate_port_name,
    validate_protocol,
)
from engine.apiserver.validation.numbers import validate_immutable_field

_ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
_OLD_ADDRESS_TYPES = ("FQDN", "IP", "IPv4", "IPv6")
_ADDRESSES_MAX = 100
_ENDPOINTS_MAX = 1000
_HINTS_MAX = 8
_PORTS_MAX = 20_000
_TOPOLOGY_MAX = 16


def validate_endpoints_create(endpoints: Object) -> list[FieldError]:
    errors = validate_object_meta(endpoints["metadata"], True, name_is_dns_subdomain)
    for index, subset in enumerate(endpoints.get("subsets") or ()):
        errors += _validate_subset(subset, Path("subsets").index(index))
    return errors


def validate_endpoints_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + validate_endpoints_create(new)


def _validate_subset(subset: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    kinds = ("addresses", "notReadyAddresses")
    if not any(subset.get(kind) for kind in kinds):
        errors.append(required(path, "must specify `addresses` or `notReadyAddresses`"))
    for kind in kinds:
        for index, address in enumerate(subset.get(kind) or ()):
            errors += _validate_address(address, path.child(kind).index(index))
    ports = subset.get("ports") or ()
    for index, port in enumerate(ports):
        item, number = path.child("ports").index(index), port.get("port", 0)
        errors += validate_port_name(port.get("name", ""), len(ports) > 1, item.child("name"))
        errors += each(item.child("port"), number, is_port_number(number))
        errors += validate_protocol(port.get("protocol", ""), item.child("protocol"))
        errors += validate_app_protocol(port.get("appProtocol"), item.child("appProtocol"))
    return errors


def _validate_address(address: Mapping[str, Any], path: Path) -> list[FieldError]:
    ip, hostname, node = address.get("ip", ""), address.get("hostname"), address.get("nodeName")
    errors = validate_legacy_ip(path.child("ip"), ip)
    if hostname:
        errors += each(path.child("hostname"), hostname, is_dns1123_label(hostname))
    if node is not None:
        errors += each(path.child("nodeName"), node, name_is_dns_subdomain(node, False))
    return errors + validate_non_special_ip(ip, path.child("ip"))


def validate_slice_create(endpoint_slice: Object) -> list[FieldError]:
    return _validate_slice(endpoint_slice, _ADDRESS_TYPES)


def validate_slice_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += _validate_slice(new, _OLD_ADDRESS_TYPES)
    return errors + validate_immutable_field(new, old, "addressType", Path("addressType"))


def _validate_slice(endpoint_slice: Object, address_types: Sequence[str]) -> list[FieldError]:
    errors = validate_object_meta(endpoint_slice["metadata"], True, name_is_dns_subdomain)
    kind, path = endpoint_slice.get("addressType", ""), Path("addressType")
    if not kind:
        errors.append(required(path))
    elif kind not in address_types:
        errors.append(not_supported(path, kind, address_types))
    endpoints, path = endpoint_slice.get("endpoints") or (), Path("endpoints")
    if len(endpoints) > _ENDPOINTS_MAX:
        errors.append(too_many(path, len(endpoints), _ENDPOINTS_MAX))
    else:
        for index, endpoint in enumerate(endpoints):
            errors += _validate_endpoint(endpoint, kind, path.index(index))
    return errors + _validate_ports(endpoint_slice.get("ports") or (), Path("ports"))


def _validate_endpoint(endpoint: Mapping[str, Any], kind: str, path: Path) -> list[FieldError]:
    addresses, addresses_path = endpoint.get("addresses") or (), path.child("addresses")
    errors: list[FieldError] = []
    if not addresses:
        errors.append(required(addresses_path, "must contain at least 1 address"))
    elif len(addresses) > _ADDRESSES_MAX:
        errors.append(too_many(addresses_path, len(addresses), _ADDRESSES_MAX))
    for index, address in enumerate(addresses):
        errors += _validate_slice_address(address, kind, addresses_path.index(index))
    if (node := endpoint.get("nodeName")) is not None:
        errors += each(path.child("nodeName"), node, name_is_dns_subdomain(node, False))
    topology, topology_path = endpoint.get("deprecatedTopology"), path.child("deprecatedTopology")
    if topology and len(topology) > _TOPOLOGY_MAX:
        errors.append(too_many(topology_path, len(topology), _TOPOLOGY_MAX))
    errors += validate_labels(topology, topology_path)
    if (hostname := endpoint.get("hostname")) is not None:
        errors += each(path.child("hostname"), hostname, is_dns1123_label(hostname))
    return errors + _validate_hints(endpoint.get("hints") or {}, path.child("hints"))


def _validate_slice_address(address: str, kind: str, path: Path) -> list[FieldError]:
    if kind == "FQDN":
        return is_fully_qualified_domain_name(path, address)
    if kind not in ("IPv4", "IPv6"):
        return validate_legacy_ip(path, address) if kind == "IP" else []
    errors = validate_legacy_ip(path, address)
    parsed = parse_ip(address)
    if parsed is not None and is_ipv4(parsed) != (kind == "IPv4"):
        errors.append(invalid(path, address, f"must be an {kind} address"))
    return errors + validate_non_special_ip(address, path)


def _validate_hints(hints: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("forZones", "forNodes"):
        given, list_path = hints.get(name) or (), path.child(name)
        if len(given) > _HINTS_MAX:
            errors.append(too_many(list_path, len(given), _HINTS_MAX))
            continue
        seen: set[str] = set()
        for index, hint in enumerate(given):
            value, value_path = hint.get("name", ""), list_path.index(index).child("name")
            if value in seen:
                errors.append(duplicate(value_path, value))
            seen.add(value)
            is_zone = name == "forZones"
            problems = is_qualified_name(value) if is_zone else name_is_dns_subdomain(value, False)
            errors += each(value_path, value, problems)
    return errors


def _validate_ports(ports: Sequence[Mapping[str, Any]], path: Path) -> list[FieldError]:
    if len(ports) > _PORTS_MAX:
        return [too_many(path, len(ports), _PORTS_MAX)]
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        item, name = path.index(index), port.get("name") or ""
        errors += validate_port_name(name, False, item.child("name"))
        if name in names:
            errors.append(duplicate(item.child("name"), name))
        names.add(name)
        errors += validate_protocol(port.get("protocol") or "", item.child("protocol"))
        errors += validate_app_protocol(port.get("appProtocol"), item.child("appProtocol"))
    return errors
