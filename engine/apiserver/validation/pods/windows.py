"""What only Windows has: its security options, and containers that are processes of the host.

After pkg/apis/core/validation/validation.go (v1.36).
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, each, invalid
from engine.apiserver.validation.names import is_dns1123_subdomain, size
from engine.apiserver.validation.pods.options import containers_of

_SPEC_KIB_MAX = 64
_DOMAIN_LENGTH_MAX = 256
_USER_LENGTH_MAX = 104

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NET_BIOS = re.compile(r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}')
_DNS_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DNS = re.compile(rf"{_DNS_LABEL}(?:\.{_DNS_LABEL})*")
_NOT_IN_USER = re.compile(r'["/\\:;|=,+*?<>@\[\]]')


def validate_windows_options(options: Mapping[str, Any] | None, path: Path) -> list[FieldError]:
    if options is None:
        return []
    errors: list[FieldError] = []
    if (name := options.get("gmsaCredentialSpecName")) is not None:
        errors += each(path.child("gmsaCredentialSpecName"), name, is_dns1123_subdomain(name))
    if (spec := options.get("gmsaCredentialSpec")) is not None:
        errors += each(path.child("gmsaCredentialSpec"), spec, _spec_problems(spec))
    if (user := options.get("runAsUserName")) is not None:
        problems = (f"runAsUserName{problem}" for problem in _user_name_problems(user))
        errors += each(path.child("runAsUserName"), user, problems)
    return errors


def _spec_problems(spec: str) -> list[str]:
    if not spec:
        return ["gmsaCredentialSpec cannot be an empty string"]
    if size(spec) > _SPEC_KIB_MAX * 1024:
        return [f"gmsaCredentialSpec size must be under {_SPEC_KIB_MAX} KiB"]
    return []


def _user_name_problems(name: str) -> list[str]:
    if not name:
        return [" cannot be an empty string"]
    if _CONTROL.search(name):
        return [" cannot contain control characters"]
    if name.count("\\") > 1:
        return [" cannot contain more than one backslash"]
    domain, backslash, user = name.rpartition("\\")
    problems: list[str] = []
    if size(domain) >= _DOMAIN_LENGTH_MAX:
        problems.append(f"'s Domain length must be under {_DOMAIN_LENGTH_MAX} characters")
    if backslash and not (_NET_BIOS.fullmatch(domain) or _DNS.fullmatch(domain)):
        problems.append("'s Domain doesn't match the NetBios nor the DNS format")
    if not user:
        problems.append("'s User cannot be empty")
    elif size(user) > _USER_LENGTH_MAX:
        problems.append(f"'s User length must not be longer than {_USER_LENGTH_MAX} characters")
    if user and not user.strip(". "):
        problems.append("'s User cannot contain only periods or spaces")
    if _NOT_IN_USER.search(user):
        problems.append(r"""'s User cannot contain the following characters: "/\:;|=,+*?<>@[]""")
    return problems


def validate_host_processes(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    """All containers of a pod are processes of the host, or none is."""
    errors: list[FieldError] = []
    of_pod = _host_process(spec)
    count = host_processes = 0
    for container, container_path in containers_of(spec, path):
        count += 1
        own = _host_process(container)
        if of_pod is not None and own is not None and of_pod != own:
            explanation = (
                "pod hostProcess value must be identical if both are specified, was "
                f"{str(of_pod).lower()}"
            )
            own_path = container_path.child("securityContext", "windowsOptions", "hostProcess")
            errors.append(invalid(own_path, own, explanation))
        host_processes += bool(of_pod if own is None else own)
    if host_processes and host_processes != count:
        explanation = (
            "If pod contains any hostProcess containers then all containers must be HostProcess "
            "containers"
        )
        errors.append(invalid(path, "", explanation))
    if host_processes and not spec.get("hostNetwork"):
        explanation = "hostNetwork must be true if pod contains any hostProcess containers"
        errors.append(invalid(path.child("hostNetwork"), False, explanation))
    return errors


def _host_process(holder: Mapping[str, Any]) -> bool | None:
    security = holder.get("securityContext") or {}
    value: bool | None = (security.get("windowsOptions") or {}).get("hostProcess")
    return value
