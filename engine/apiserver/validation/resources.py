"""Resources: their names, their quantities, requests and limits.

After pkg/apis/core/validation/validation.go and pkg/apis/core/helper/helpers.go (v1.36).
"""

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

from engine.apiserver.validation.field import (
    NOT_FOUND,
    NOT_NEGATIVE,
    FieldError,
    Path,
    duplicate,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.names import is_dns1123_label, is_qualified_name
from engine.model.quantity import Quantity, QuantityError

NameRule = Callable[[str, Path], list[FieldError]]

HUGE_PAGES = "hugepages-"
_REQUESTS = "requests."
_NATIVE_DOMAIN = "kubernetes.io/"

_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_OBJECT_COUNTS = (
    "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
    "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
)  # fmt: skip
_QUOTA = frozenset(
    (
        *_COMPUTE, *(f"requests.{name}" for name in _COMPUTE), "requests.storage",
        *(f"limits.{name}" for name in _COMPUTE), *_OBJECT_COUNTS,
    )
)  # fmt: skip
_STANDARD = _QUOTA | {"storage"}


@lru_cache(maxsize=4096)
def quantity(text: object) -> Quantity:
    """The quantity of a canonical text; what cannot be parsed was refused when it was decoded."""
    try:
        return Quantity.from_json(text)
    except QuantityError:
        return Quantity()


def is_huge_page(name: str) -> bool:
    return name.startswith(HUGE_PAGES)


def is_native(name: str) -> bool:
    return "/" not in name or _NATIVE_DOMAIN in name


def is_extended(name: str) -> bool:
    if is_native(name) or name.startswith(_REQUESTS):
        return False
    return not is_qualified_name(f"{_REQUESTS}{name}")


def is_overcommit_allowed(name: str) -> bool:
    return is_native(name) and not is_huge_page(name)


def is_integer(name: str) -> bool:
    """It is counted in whole units."""
    return name in _OBJECT_COUNTS or is_extended(name)


def is_quota_resource(name: str) -> bool:
    return name in _QUOTA or name.startswith((HUGE_PAGES, f"{_REQUESTS}{HUGE_PAGES}"))


def _is_standard(name: str) -> bool:
    return name in _STANDARD or name.startswith((HUGE_PAGES, f"{_REQUESTS}{HUGE_PAGES}"))


def validate_resource_name(name: str, path: Path) -> list[FieldError]:
    if errors := each(path, name, is_qualified_name(name)):
        return errors
    if "/" not in name and not _is_standard(name):
        return [invalid(path, name, "must be a standard resource type or fully qualified")]
    return []


def validate_container_resource_name(name: str, path: Path) -> list[FieldError]:
    errors = validate_resource_name(name, path)
    if "/" not in name:
        if name not in _COMPUTE and not is_huge_page(name):
            errors.append(invalid(path, name, "must be a standard resource for containers"))
    elif not is_native(name) and not is_extended(name):
        errors.append(invalid(path, name, "doesn't follow extended resource name standard"))
    return errors


def validate_pod_resource_name(name: str, path: Path) -> list[FieldError]:
    """Of the resources of a pod as a whole."""
    if errors := validate_resource_name(name, path):
        return errors
    if name not in ("cpu", "memory") and not is_huge_page(name):
        return [not_supported(path, name, ("cpu", HUGE_PAGES, "memory"))]
    return []


def validate_quota_resource_name(name: str, path: Path) -> list[FieldError]:
    errors = validate_resource_name(name, path)
    if "/" not in name and not is_quota_resource(name):
        errors.append(invalid(path, name, "must be a standard resource for quota"))
    return errors


def validate_not_negative(value: str, path: Path) -> list[FieldError]:
    amount = quantity(value)
    return [invalid(path, str(amount), NOT_NEGATIVE)] if amount.sign < 0 else []


def validate_quantity(name: str, value: str, path: Path) -> list[FieldError]:
    """ValidateResourceQuantityValue."""
    errors = validate_not_negative(value, path)
    if is_integer(name) and quantity(value).milli_value() % 1000:
        errors.append(invalid(path, value, "must be an integer"))
    return errors


def validate_requirements(
    requirements: Mapping[str, Any],
    claim_names: Collection[str],
    path: Path,
    *,
    name_rule: NameRule = validate_container_resource_name,
    any_huge_pages: bool = False,
) -> list[FieldError]:
    """Limits, requests and claims of a container or a pod (validateResourceRequirements)."""
    limits = requirements.get("limits") or {}
    requests = requirements.get("requests") or {}
    errors: list[FieldError] = []
    for kind, amounts in (("limits", limits), ("requests", requests)):
        for name, value in sorted(amounts.items()):
            amount_path = path.child(kind).key(name)
            errors += name_rule(name, amount_path)
            errors += validate_quantity(name, value, amount_path)
            if kind == "requests":
                errors += _validate_overcommit(name, value, limits, path)
            if not any_huge_pages and not _divisible(name, quantity(value)):
                explanation = f"{quantity(value)} is not positive integer multiple of {name}"
                errors.append(invalid(amount_path, str(quantity(value)), explanation))
    names = limits.keys() | requests.keys()
    if any(map(is_huge_page, names)) and not names & {"cpu", "memory"}:
        errors.append(forbidden(path, "HugePages require cpu or memory"))
    return errors + _validate_claims(
        requirements.get("claims") or (), claim_names, path.child("claims")
    )


def _validate_overcommit(
    name: str, value: str, limits: Mapping[str, str], path: Path
) -> list[FieldError]:
    requests, overcommit = path.child("requests"), is_overcommit_allowed(name)
    if name not in limits:
        explanation = "Limit must be set for non overcommitable resources"
        return [] if overcommit else [required(path.child("limits"), explanation)]
    request, limit = quantity(value), quantity(limits[name])
    if request != limit and not overcommit:
        return [invalid(requests, str(request), f"must be equal to {name} limit of {limit}")]
    if request > limit:
        explanation = f"must be less than or equal to {name} limit of {limit}"
        return [invalid(requests, str(request), explanation)]
    return []


def _divisible(name: str, amount: Quantity) -> bool:
    """Of huge pages there is a whole number."""
    if not is_huge_page(name):
        return True
    try:
        page = Quantity.parse(name.removeprefix(HUGE_PAGES))
    except QuantityError:
        return False
    if page.sign <= 0 or page.milli_value() % 1000 or not page.value():
        return False
    return amount.value() % page.value() == 0


def indivisible_huge_pages(requirements: Mapping[str, Any]) -> bool:
    """Some of the requests or limits would be refused, were they not stored already."""
    return any(
        not _divisible(name, quantity(value))
        for kind in ("limits", "requests")
        for name, value in (requirements.get(kind) or {}).items()
    )


def _validate_claims(
    claims: Collection[Mapping[str, Any]], claim_names: Collection[str], path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: list[str] = []
    for index, claim in enumerate(claims):
        item, name, request = path.index(index), claim.get("name", ""), claim.get("request", "")
        if not name:
            errors.append(required(item))
            continue
        key = f"{name}/{request}" if request else name
        if name in seen:
            errors.append(duplicate(item, name))
        else:
            if request:
                errors += each(item.child("request"), request, is_dns1123_label(request))
            if key in seen:
                errors.append(duplicate(item, key))
            elif not request:
                taken = (other for other in seen if other.startswith(f"{name}/"))
                errors += [duplicate(item, name) for _ in taken]
            seen.append(key)
        if name not in claim_names:
            known = f": {', '.join(sorted(claim_names))}" if claim_names else " which is empty"
            explanation = f"must be one of the names in pod.spec.resourceClaims{known}"
            errors.append(FieldError(NOT_FOUND, item, name, explanation))
    return errors
