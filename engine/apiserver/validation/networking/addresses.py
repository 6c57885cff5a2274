"""Addresses of Services and of what is behind them.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    FieldError,
    Path,
    duplicate,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.ips import is_dual_stack, is_ipv4, parse_ip, validate_legacy_ip

Spec = Mapping[str, Any]

_SPEC = Path("spec")
_CLUSTER_IPS, _FAMILIES = _SPEC.child("clusterIPs"), _SPEC.child("ipFamilies")
_POLICY = _SPEC.child("ipFamilyPolicy")
_FAMILY_NAMES = ("IPv4", "IPv6")
_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_NONE = "None"
_SET_ONCE = "may not change once set"


def validate_non_special_ip(text: str, path: Path) -> list[FieldError]:
    """ValidateNonSpecialIP: no address that means this node, or this link."""
    address = parse_ip(text)
    if address is None:
        return [invalid(path, text, "must be a valid IP address")]
    # Go holds an IPv4 address within IPv6 as the IPv4 address that it is.
    address = getattr(address, "ipv4_mapped", None) or address
    errors: list[FieldError] = []
    if address.is_unspecified:
        errors.append(invalid(path, text, f"may not be unspecified ({text})"))
    if address.is_loopback:
        explanation = "may not be in the loopback range (127.0.0.0/8, ::1/128)"
        errors.append(invalid(path, text, explanation))
    if address.is_link_local:
        explanation = "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
        errors.append(invalid(path, text, explanation))
    packed = address.packed
    if packed[:3] == b"\xe0\x00\x00" or (len(packed) == 16 and packed[:2] == b"\xff\x02"):
        explanation = "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
        errors.append(invalid(path, text, explanation))
    return errors


def is_headless(spec: Spec) -> bool:
    return spec.get("clusterIPs") == [_NONE]


def validate_cluster_ips(spec: Spec) -> list[FieldError]:
    """ValidateServiceClusterIPsRelatedFields."""
    if spec.get("type") == "ExternalName":
        return []
    one, many = spec.get("clusterIP", ""), spec.get("clusterIPs") or []
    errors: list[FieldError] = []
    if one and not many:
        errors.append(required(_CLUSTER_IPS))
    elif one and many[0] != one:
        errors.append(invalid(_CLUSTER_IPS, many, "first value must match `clusterIP`"))
    elif many and not one:
        explanation = "must be empty when `clusterIP` is not specified"
        errors.append(invalid(_CLUSTER_IPS, many, explanation))
    errors += _validate_families(spec)
    errors_of_ips = _validate_ips(many)
    errors += errors_of_ips
    if len(many) > 2:
        errors.append(invalid(_CLUSTER_IPS, many, "may only hold up to 2 values"))
    if errors_of_ips:
        return errors
    addresses = [address for address in map(parse_ip, many) if address is not None]
    if len(many) > 1 and not is_dual_stack(addresses):
        explanation = "may specify no more than one IP for each IP family"
        errors.append(invalid(_CLUSTER_IPS, many, explanation))
    return errors + _validate_family_of_each(spec, many)


def _validate_families(spec: Spec) -> list[FieldError]:
    errors: list[FieldError] = []
    families, policy = spec.get("ipFamilies") or [], spec.get("ipFamilyPolicy")
    for index, family in enumerate(families):
        if family not in _FAMILY_NAMES:
            errors.append(not_supported(_FAMILIES.index(index), family, _FAMILY_NAMES))
        if family in families[:index]:
            errors.append(duplicate(_FAMILIES.index(index), family))
    if policy is not None and policy not in _POLICIES:
        errors.append(not_supported(_POLICY, policy, _POLICIES))
    return errors


def _validate_ips(many: Sequence[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, text in enumerate(many):
        if index == 0 and text == _NONE:
            if len(many) > 1:
                explanation = "'None' must be the first and only value"
                errors.append(invalid(_CLUSTER_IPS, many, explanation))
            continue
        errors += validate_legacy_ip(_CLUSTER_IPS.index(index), text)
    return errors


def _validate_family_of_each(spec: Spec, many: Sequence[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    if is_headless(spec):
        return errors
    pairs = zip(many, spec.get("ipFamilies") or (), strict=False)
    for index, (text, family) in enumerate(pairs):
        address = parse_ip(text)
        of_family = address is not None and is_ipv4(address) == (family == "IPv4")
        if family in _FAMILY_NAMES and not of_family:
            explanation = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
            errors.append(invalid(_CLUSTER_IPS.index(index), text, explanation))
    return errors


def validate_addresses_update(new: Object, old: Object) -> list[FieldError]:
    """A Service keeps its first address and family; a second one may come and go."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    if "ExternalName" in (spec.get("type"), before.get("type")):
        return []
    errors: list[FieldError] = []
    if not (is_headless(spec) and is_headless(before)):
        errors += _validate_ips_update(spec, before)
    if not is_headless(spec) and not is_headless(before):
        errors += _validate_families_update(spec, before)
    return errors


def _validate_ips_update(spec: Spec, before: Spec) -> list[FieldError]:
    many, old_many = spec.get("clusterIPs") or [], before.get("clusterIPs") or []
    first = _CLUSTER_IPS.index(0)
    if len(many) == len(old_many):
        return [
            invalid(_CLUSTER_IPS.index(index), many, _SET_ONCE)
            for index, (text, old_text) in enumerate(zip(many, old_many, strict=True))
            if text != old_text
        ]
    errors: list[FieldError] = []
    if not many:
        shown = spec.get("clusterIPs")
        return [invalid(first, shown, "primary clusterIP can not be unset")]
    if old_many and many[0] != old_many[0]:
        errors.append(invalid(first, many, _SET_ONCE))
    if len(many) == 1 and len(old_many) > 1:
        errors += _validate_single_stack(spec, "clusterIP")
    return errors


def _validate_families_update(spec: Spec, before: Spec) -> list[FieldError]:
    families, old_families = spec.get("ipFamilies") or [], before.get("ipFamilies") or []
    many, first = spec.get("clusterIPs"), _FAMILIES.index(0)
    if len(families) == len(old_families):
        return [
            invalid(first, families, _SET_ONCE)
            for family, old_family in zip(families, old_families, strict=True)
            if family != old_family
        ]
    errors: list[FieldError] = []
    if len(families) < len(old_families) and not many:
        shown = spec.get("ipFamilies")
        errors.append(invalid(first, shown, "primary ipFamily can not be unset"))
    if families and old_families and families[0] != old_families[0]:
        # Kubernetes shows the addresses here.
        errors.append(invalid(first, many, _SET_ONCE))
    if len(families) == 1 and len(old_families) > 1:
        errors += _validate_single_stack(spec, "ipFamily")
    return errors


def _validate_single_stack(spec: Spec, released: str) -> list[FieldError]:
    policy = spec.get("ipFamilyPolicy")
    if policy == "SingleStack":
        return []
    explanation = f"must be set to 'SingleStack' when releasing the secondary {released}"
    return [invalid(_POLICY, policy, explanation)]
