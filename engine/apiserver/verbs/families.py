"""Which IP families a Service has, and how many.

Source: pkg/registry/core/service/storage/alloc.go (initIPFamilyFields), v1.36.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.apiserver.validation import field
from engine.apiserver.validation.field import FieldError
from engine.apiserver.validation.ips import is_ipv4, parse_ip
from engine.apiserver.validation.networking.addresses import validate_cluster_ips
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, Write
from engine.apiserver.verbs.metadata import metadata_of

IPV4 = "IPv4"
IPV6 = "IPv6"
OTHER = {IPV4: IPV6, IPV6: IPV4}

SINGLE = "SingleStack"
PREFER_DUAL = "PreferDualStack"
REQUIRE_DUAL = "RequireDualStack"

HEADLESS = "None"
EXTERNAL_NAME = "ExternalName"


def with_families(
    write: Write, service: Object, old: Object | None, configured: Sequence[str]
) -> None:
    """Set ipFamilyPolicy and ipFamilies, in place; RefusedError where they cannot be."""
    spec = service["spec"]
    if spec.get("type") == EXTERNAL_NAME or _stays_dual(spec, old):
        return
    selectorless = spec.get("clusterIP") == HEADLESS and not spec.get("selector")
    if not spec.get("ipFamilyPolicy"):
        default = REQUIRE_DUAL if selectorless else SINGLE
        spec["ipFamilyPolicy"] = (old or {}).get("ipFamilyPolicy") or default
    _refuse(write, service, validate_cluster_ips(spec))
    errors = _released(spec, old) if old is not None else []
    errors += _too_many_for_one(spec)
    errors += _infer(spec, configured)
    _refuse(write, service, errors)
    families = list(spec.get("ipFamilies") or ())
    if not selectorless:
        _refuse(write, service, _not_configured(spec, families, configured))
    families = families or list(configured[:1])
    dual = spec["ipFamilyPolicy"] != SINGLE and (selectorless or len(configured) == 2)
    if dual and len(families) == 1 and families[0] in OTHER:
        families.append(OTHER[families[0]])
    if families:
        spec["ipFamilies"] = families


def _stays_dual(spec: Object, old: Object | None) -> bool:
    """isMatchingPreferDualStackClusterIPFields: nobody changes it, whatever the cluster became."""
    if old is None or spec.get("type") != old.get("type") or not spec.get("ipFamilyPolicy"):
        return False
    preferred = spec["ipFamilyPolicy"] == (old.get("ipFamilyPolicy") or PREFER_DUAL) == PREFER_DUAL
    same = all((spec.get(f) or []) == (old.get(f) or []) for f in ("clusterIPs", "ipFamilies"))
    return preferred and same


def _released(spec: Object, old: Object) -> list[FieldError]:
    """A second address or family goes with the policy SingleStack, and only so."""
    errors: list[FieldError] = []
    names = {"clusterIPs": "cluster IP", "ipFamilies": "IP family"}
    for name, what in names.items():
        new, before = spec.get(name) or [], old.get(name) or []
        if spec["ipFamilyPolicy"] == SINGLE:
            if new == before and len(new) > 1:
                spec[name] = list(new[:1])
        elif new and len(new) < len(before):
            why = f"must be 'SingleStack' to release the secondary {what}"
            errors.append(field.invalid("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], why))
    return errors


def _too_many_for_one(spec: Object) -> list[FieldError]:
    if spec["ipFamilyPolicy"] != SINGLE:
        return []
    why = "must be 'RequireDualStack' or 'PreferDualStack' when multiple {} are specified"
    names = {"clusterIPs": "cluster IPs", "ipFamilies": "IP families"}
    return [
        field.invalid("spec.ipFamilyPolicy", SINGLE, why.format(what))
        for name, what in names.items()
        if len(spec.get(name) or ()) == 2
    ]


def _infer(spec: Object, configured: Sequence[str]) -> list[FieldError]:
    """Families that are not named follow from the addresses."""
    families = list(spec.get("ipFamilies") or ())
    errors: list[FieldError] = []
    for index, ip in enumerate(spec.get("clusterIPs") or ()):
        if ip == HEADLESS:
            break
        if index < len(families) or not ip:
            continue
        family = family_of(ip)
        if family in configured:
            families.append(family)
        else:
            path, why = f"spec.clusterIPs[{index}]", f"{family} is not configured on this cluster"
            errors.append(field.invalid(path, spec["clusterIPs"], why))
    if families:
        spec["ipFamilies"] = families
    return errors


def _not_configured(
    spec: Object, families: Sequence[str], configured: Sequence[str]
) -> list[FieldError]:
    errors: list[FieldError] = []
    if spec["ipFamilyPolicy"] == REQUIRE_DUAL and len(configured) < 2:
        why = "this cluster is not configured for dual-stack services"
        errors.append(field.invalid("spec.ipFamilyPolicy", REQUIRE_DUAL, why))
    for index, family in enumerate(families):
        if family not in configured:
            why = "not configured on this cluster"
            errors.append(field.invalid(f"spec.ipFamilies[{index}]", family, why))
    return errors


def family_of(ip: str) -> str:
    """The family of an address."""
    address = parse_ip(ip)
    if address is None:
        return "unknown"
    return IPV4 if is_ipv4(address) else IPV6


def _refuse(write: Write, service: Object, errors: Sequence[FieldError]) -> None:
    if errors and not write.accepted:
        raise status.invalid("", "Service", metadata_of(service).get("name", ""), errors)
