"""The status of load balancers: of Services and of Ingresses.

After ValidateLoadBalancerStatus in pkg/apis/core/validation/validation.go and
ValidateIngressLoadBalancerStatus in pkg/apis/networking/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.apiserver.validation.ips import parse_ip, validate_legacy_ip
from engine.apiserver.validation.names import is_dns1123_subdomain

_INGRESS = Path("status.loadBalancer.ingress")
_MODES = ("Proxy", "VIP")


def validate_load_balancer(status: Mapping[str, Any], spec: Mapping[str, Any]) -> list[FieldError]:
    """Of the Service with that spec."""
    points = status.get("ingress") or ()
    if points and spec.get("type") != "LoadBalancer":
        return [forbidden(_INGRESS, "may only be used when `spec.type` is 'LoadBalancer'")]
    errors: list[FieldError] = []
    for index, point in enumerate(points):
        path = _INGRESS.index(index)
        if ip := point.get("ip"):
            errors += validate_legacy_ip(path.child("ip"), ip)
        errors += _validate_mode(point, path.child("ipMode"))
        errors += _validate_hostname(point.get("hostname", ""), path.child("hostname"))
    return errors


def _validate_mode(point: Mapping[str, Any], path: Path) -> list[FieldError]:
    mode, ip = point.get("ipMode"), point.get("ip")
    if ip and mode is None:
        return [required(path, "must be specified when `ip` is set")]
    if not ip and mode is not None:
        return [forbidden(path, "may not be specified when `ip` is not set")]
    return [] if mode is None or mode in _MODES else [not_supported(path, mode, _MODES)]


def validate_ingress_balancer(status: Mapping[str, Any]) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, point in enumerate(status.get("ingress") or ()):
        path = _INGRESS.index(index)
        if ip := point.get("ip"):
            errors += validate_legacy_ip(path.child("ip"), ip)
        errors += _validate_hostname(point.get("hostname", ""), path.child("hostname"))
    return errors


def _validate_hostname(name: str, path: Path) -> list[FieldError]:
    if not name:
        return []
    errors = each(path, name, is_dns1123_subdomain(name))
    if parse_ip(name) is not None:
        errors.append(invalid(path, name, "must be a DNS name, not an IP address"))
    return errors
