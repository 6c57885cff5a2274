"""What a pod of one operating system may not have of another.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    forbidden,
    not_supported,
    required,
)
from engine.apiserver.validation.pods.options import containers_of

_SYSTEMS = ("linux", "windows")
_NOT_ON_LINUX = "windows options cannot be set for a linux pod"
_NOT_ON_WINDOWS = "cannot be set for a windows pod"

# Fields of the pod's spec and, with a dot, of its security context, in the order of the messages.
_OF_POD = (
    ".appArmorProfile", ".seLinuxOptions", "hostUsers", "hostPID", "hostIPC", ".seccompProfile",
    ".fsGroup", ".fsGroupChangePolicy", ".sysctls", "shareProcessNamespace", ".runAsUser",
    ".runAsGroup", ".supplementalGroups", ".supplementalGroupsPolicy", ".seLinuxChangePolicy",
)  # fmt: skip
# These count only where they are set to something.
_WHEN_NOT_EMPTY = {"hostPID", "hostIPC", ".sysctls"}
_OF_CONTAINER = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities",
    "readOnlyRootFilesystem", "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser",
    "runAsGroup",
)  # fmt: skip


def validate_os(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    os = spec.get("os")
    if os is None:
        return []
    name = os.get("name", "")
    if not name:
        return [required(path.child("os", "name"))]
    if name not in _SYSTEMS:
        return [not_supported(path.child("os"), name, _SYSTEMS)]
    return _validate_linux(spec, path) if name == "linux" else _validate_windows(spec, path)


def _validate_linux(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    holders = [(spec, path), *containers_of(spec, path)]
    return [
        forbidden(holder_path.child("securityContext", "windowsOptions"), _NOT_ON_LINUX)
        for holder, holder_path in holders
        if (holder.get("securityContext") or {}).get("windowsOptions") is not None
    ]


def _validate_windows(spec: Mapping[str, Any], path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    context = spec.get("securityContext")
    for name in _OF_POD if context is not None else ():
        of_context = name.startswith(".")
        holder: Mapping[str, Any] = (context or {}) if of_context else spec
        value = holder.get(name.removeprefix("."))
        if value if name in _WHEN_NOT_EMPTY else value is not None:
            field_path = path.child(f"securityContext{name}" if of_context else name)
            errors.append(forbidden(field_path, _NOT_ON_WINDOWS))
    for container, container_path in containers_of(spec, path):
        own = container.get("securityContext") or {}
        own_path = container_path.child("securityContext")
        errors += [
            forbidden(own_path.child(name), _NOT_ON_WINDOWS)
            for name in _OF_CONTAINER
            if own.get(name) is not None
        ]
    return errors
