"""NetworkPolicies.

After pkg/apis/networking/validation/validation.go (v1.36).
"""

import ipaddress
from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.ips import parse_cidr, validate_legacy_cidr
from engine.apiserver.validation.labels import validate_label_selector
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import is_port_name, is_port_number, name_is_dns_subdomain

_SPEC = Path("spec")
_DIRECTIONS = (("ingress", "from"), ("egress", "to"))
_TYPES = ("Ingress", "Egress")
_PROTOCOLS = ("TCP", "UDP", "SCTP")


def validate_policy_create(policy: Object) -> list[FieldError]:
    errors = validate_object_meta(policy["metadata"], True, name_is_dns_subdomain)
    return errors + _validate_spec(policy, False)


def validate_policy_update(new: Object, old: Object) -> list[FieldError]:
    """A stored selector that is not valid excuses those of the new policy."""
    before = (old.get("spec") or {}).get("podSelector") or {}
    any_values = bool(validate_label_selector(before, Path("")))
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + _validate_spec(new, any_values)


def _validate_spec(policy: Object, any_values: bool) -> list[FieldError]:
    spec = policy.get("spec") or {}
    selector, path = spec.get("podSelector") or {}, _SPEC.child("podSelector")
    errors = validate_label_selector(selector, path, any_values=any_values)
    for direction, peers in _DIRECTIONS:
        for index, rule in enumerate(spec.get(direction) or ()):
            path = _SPEC.child(direction).index(index)
            for number, port in enumerate(rule.get("ports") or ()):
                errors += _validate_port(port, path.child("ports").index(number))
            for number, peer in enumerate(rule.get(peers) or ()):
                errors += _validate_peer(peer, any_values, path.child(peers).index(number))
    return errors + _validate_types(spec.get("policyTypes") or [], _SPEC.child("policyTypes"))


def _validate_types(types: list[str], path: Path) -> list[FieldError]:
    if len(types) > len(_TYPES):
        return [invalid(path, types, "may not specify more than two policyTypes")]
    return [
        not_supported(path.index(index), kind, _TYPES)
        for index, kind in enumerate(types)
        if kind not in _TYPES
    ]


def _validate_port(port: Mapping[str, Any], path: Path) -> list[FieldError]:
    protocol, number, end = port.get("protocol"), port.get("port"), port.get("endPort")
    port_path, end_path = path.child("port"), path.child("endPort")
    errors: list[FieldError] = []
    if protocol is not None and protocol not in _PROTOCOLS:
        errors.append(not_supported(path.child("protocol"), protocol, _PROTOCOLS))
    if isinstance(number, int):
        errors += each(port_path, number, is_port_number(number))
        if end is not None and end < number:
            # Kubernetes shows the port.
            errors.append(invalid(end_path, number, "must be greater than or equal to `port`"))
        return errors + ([] if end is None else each(end_path, end, is_port_number(end)))
    if end is not None:
        what = "not specified" if number is None else "non-numeric"
        errors.append(invalid(end_path, end, f"may not be specified when `port` is {what}"))
    return errors + ([] if number is None else each(port_path, number, is_port_name(number)))


def _validate_peer(peer: Mapping[str, Any], any_values: bool, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    names = ("podSelector", "namespaceSelector")
    for name in names:
        selector = peer.get(name)
        errors += validate_label_selector(selector, path.child(name), any_values=any_values)
    block, selects = peer.get("ipBlock"), any(peer.get(name) is not None for name in names)
    if block is not None:
        errors += _validate_block(block, path.child("ipBlock"))
    if block is None and not selects:
        errors.append(required(path, "must specify a peer"))
    elif block is not None and selects:
        errors.append(forbidden(path, "may not specify both ipBlock and another peer"))
    return errors


def _validate_block(block: Mapping[str, Any], path: Path) -> list[FieldError]:
    cidr, cidr_path = block.get("cidr", ""), path.child("cidr")
    if not cidr:
        return [required(cidr_path)]
    errors = validate_legacy_cidr(cidr_path, cidr)
    whole = _network(cidr)
    if whole is None:
        return errors
    for index, text in enumerate(block.get("except") or ()):
        item, part = path.child("except").index(index), _network(text)
        errors += validate_legacy_cidr(item, text)
        if part is not None and not _is_strict_part(part, whole):
            errors.append(invalid(item, text, "must be a strict subset of `cidr`"))
    return errors


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: str) -> _Network | None:
    parsed = parse_cidr(text)
    return None if parsed is None else ipaddress.ip_network(parsed, strict=False)


def _is_strict_part(part: _Network, whole: _Network) -> bool:
    """Of ranges of two families, neither has the other's addresses."""
    if part.version != whole.version or whole.prefixlen >= part.prefixlen:
        return False
    return part.network_address in whole
