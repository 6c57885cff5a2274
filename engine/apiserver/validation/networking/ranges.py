"""ServiceCIDRs and IPAddresses: what the addresses of Services are taken from, and whose they are.

After pkg/apis/networking/validation/validation.go and pkg/registry/networking/{servicecidr,
ipaddress}/strategy.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import IMMUTABLE, FieldError, Path, each, invalid, required
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.ips import is_ipv4, parse_cidr, validate_cidr, validate_ip
from engine.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from engine.apiserver.validation.names import (
    is_dns1123_subdomain,
    is_path_segment_name,
    name_is_dns_subdomain,
)
from engine.apiserver.validation.numbers import validate_immutable

_CIDRS = Path("spec").child("cidrs")
_PARENT = Path("spec").child("parentRef")
_SPEC_TYPE = "io.k8s.api.networking.v1.ServiceCIDRSpec"
_PARENT_TYPE = "io.k8s.api.networking.v1.ParentReference"
_ONE_OF_EACH = (
    "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
)


def validate_service_cidr_create(service_cidr: Object) -> list[FieldError]:
    errors = validate_object_meta(service_cidr["metadata"], False, name_is_dns_subdomain)
    return errors + _validate_cidrs(_cidrs(service_cidr))


def validate_service_cidr_update(new: Object, old: Object) -> list[FieldError]:
    """A range of the other family may be added, and that is all."""
    errors = validate_service_cidr_status_update(new, old)
    cidrs, before = _cidrs(new), _cidrs(old)
    if len(cidrs) == len(before):
        pairs = enumerate(zip(cidrs, before, strict=True))
        return errors + [
            invalid(_CIDRS.index(index), cidr, IMMUTABLE)
            for index, (cidr, kept) in pairs
            if cidr != kept
        ]
    if (len(before), len(cidrs)) != (1, 2):
        return [*errors, invalid(_CIDRS, (new.get("spec") or {}).get("cidrs"), IMMUTABLE)]
    if cidrs[0] != before[0]:
        errors.append(invalid(_CIDRS.index(0), cidrs[0], IMMUTABLE))
    return errors + _validate_cidrs(cidrs)


def validate_service_cidr_status_update(new: Object, old: Object) -> list[FieldError]:
    return validate_object_meta_update(new["metadata"], old.get("metadata") or {})


def _cidrs(service_cidr: Object) -> list[str]:
    return list((service_cidr.get("spec") or {}).get("cidrs") or ())


def _validate_cidrs(cidrs: Sequence[str]) -> list[FieldError]:
    if not cidrs:
        return [required(_CIDRS, "at least one CIDR required")]
    if len(cidrs) > 2:
        shown = internal_form(_SPEC_TYPE, {"cidrs": list(cidrs)})
        return [invalid(_CIDRS, shown, "may only hold up to 2 values")]
    errors: list[FieldError] = []
    for index, cidr in enumerate(cidrs):
        errors += validate_cidr(_CIDRS.index(index), cidr)
    parsed = [found[0] for found in map(parse_cidr, cidrs) if found is not None]
    if len(parsed) == 2 and is_ipv4(parsed[0]) == is_ipv4(parsed[1]):
        errors.append(invalid(_CIDRS, list(cidrs), _ONE_OF_EACH))
    return errors


def validate_ip_address_create(ip_address: Object) -> list[FieldError]:
    errors = validate_object_meta(ip_address["metadata"], False, _name_is_ip)
    return errors + _validate_parent((ip_address.get("spec") or {}).get("parentRef"))


def validate_ip_address_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_ip_address_create(new)
    errors += validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    parent, before = ((obj.get("spec") or {}).get("parentRef") for obj in (new, old))
    shown = None if parent is None else internal_form(_PARENT_TYPE, parent)
    return errors + validate_immutable(parent, before, _PARENT, shown)


def _name_is_ip(name: str, _: bool) -> list[str]:
    return [error.detail for error in validate_ip(Path(""), name)]


def _validate_parent(parent: Mapping[str, Any] | None) -> list[FieldError]:
    if parent is None:
        return [required(_PARENT)]
    group = parent.get("group", "")
    errors = each(_PARENT.child("group"), group, is_dns1123_subdomain(group) if group else ())
    for name in ("resource", "name"):
        if not parent.get(name):
            errors.append(required(_PARENT.child(name)))
    for name in ("resource", "name", "namespace"):
        value = parent.get(name, "")
        errors += each(_PARENT.child(name), value, is_path_segment_name(value))
    return errors
