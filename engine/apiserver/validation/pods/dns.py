"""How a pod looks names up.

After validatePodDNSConfig in pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, each, invalid, required
from engine.apiserver.validation.ips import validate_legacy_ip
from engine.apiserver.validation.names import is_dns1123_subdomain_with_underscore, size

_NAMESERVERS_MAX = 3
_SEARCH_PATHS_MAX = 32
_SEARCH_CHARACTERS_MAX = 2048


def validate_dns_config(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    config = spec.get("dnsConfig")
    servers = list((config or {}).get("nameservers") or ())
    if spec.get("dnsPolicy") == "None":
        condition = "when `dnsPolicy` is None"
        if config is None:
            return [required(path, f"must provide `dnsConfig` {condition}")]
        if not servers:
            explanation = f"must provide at least one DNS nameserver {condition}"
            return [required(path.child("nameservers"), explanation)]
    if config is None:
        return []
    errors: list[FieldError] = []
    if len(servers) > _NAMESERVERS_MAX:
        explanation = f"must not have more than {_NAMESERVERS_MAX} nameservers"
        errors.append(invalid(path.child("nameservers"), servers, explanation))
    for index, server in enumerate(servers):
        errors += validate_legacy_ip(path.child("nameservers").index(index), server)
    errors += _validate_searches(list(config.get("searches") or ()), path.child("searches"))
    errors += [
        required(path.child("options").index(index), "must not be empty")
        for index, option in enumerate(config.get("options") or ())
        if not option.get("name")
    ]
    return errors


def _validate_searches(searches: list[str], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if len(searches) > _SEARCH_PATHS_MAX:
        explanation = f"must not have more than {_SEARCH_PATHS_MAX} search paths"
        errors.append(invalid(path, searches, explanation))
    if size(" ".join(searches)) > _SEARCH_CHARACTERS_MAX:
        explanation = (
            f"must not have more than {_SEARCH_CHARACTERS_MAX} characters (including spaces) in "
            "the search list"
        )
        errors.append(invalid(path, searches, explanation))
    for index, search in enumerate(searches):
        if search != ".":
            name = search.removesuffix(".")
            errors += each(path.index(index), name, is_dns1123_subdomain_with_underscore(name))
    return errors
