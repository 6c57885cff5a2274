"""The security contexts of pods and containers.

After pkg/apis/core/validation/validation.go (v1.36). Privileged containers are allowed, as
`--allow-privileged` does it.
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
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.names import is_group_id, is_user_id
from engine.apiserver.validation.pods.options import PodOptions, containers_of
from engine.apiserver.validation.pods.seccomp import (
    validate_apparmor_profile,
    validate_seccomp_profile,
)
from engine.apiserver.validation.pods.sysctls import validate_sysctls
from engine.apiserver.validation.pods.windows import validate_windows_options

_PROC_MOUNTS = ("Default", "Unmasked")
_FS_GROUP_POLICIES = ("Always", "OnRootMismatch")
_GROUPS_POLICIES = ("Merge", "Strict")
_SELINUX_POLICIES = ("MountOption", "Recursive")
_SECURITY_CONTEXT = "io.k8s.api.core.v1.SecurityContext"


def validate_security_context(
    context: Mapping[str, Any] | None, host_users: bool, path: Path
) -> list[FieldError]:
    """Of a container."""
    if context is None:
        return []
    errors = _validate_ids(context, ("runAsUser", "runAsGroup"), path)
    if (proc_mount := context.get("procMount")) is not None:
        mount_path = path.child("procMount")
        if proc_mount not in _PROC_MOUNTS:
            errors.append(not_supported(mount_path, proc_mount, _PROC_MOUNTS))
        if host_users and proc_mount == "Unmasked":
            explanation = "`hostUsers` must be false to use `Unmasked`"
            errors.append(invalid(mount_path, proc_mount, explanation))
    errors += validate_seccomp_profile(context.get("seccompProfile"), path.child("seccompProfile"))
    errors += _validate_escalation(context, path)
    errors += validate_windows_options(context.get("windowsOptions"), path.child("windowsOptions"))
    return errors + validate_apparmor_profile(
        context.get("appArmorProfile"), path.child("appArmorProfile")
    )


def _validate_escalation(context: Mapping[str, Any], path: Path) -> list[FieldError]:
    if context.get("allowPrivilegeEscalation") is not False:
        return []
    shown = internal_form(_SECURITY_CONTEXT, context)
    start = "cannot set `allowPrivilegeEscalation` to false and"
    errors: list[FieldError] = []
    if context.get("privileged"):
        errors.append(invalid(path, shown, f"{start} `privileged` to true"))
    added = (context.get("capabilities") or {}).get("add") or ()
    errors += [
        invalid(path, shown, f"{start} `capabilities.Add` CAP_SYS_ADMIN")
        for capability in added
        if capability == "CAP_SYS_ADMIN"
    ]
    return errors


def _validate_ids(
    context: Mapping[str, Any], names: tuple[str, ...], path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in names:
        if (number := context.get(name)) is not None:
            errors += each(path.child(name), number, is_user_id(number))
    return errors


def validate_pod_security_context(
    spec: Mapping[str, Any], options: PodOptions, path: Path
) -> list[FieldError]:
    context = spec.get("securityContext")
    if context is None:
        return []
    errors = _validate_ids(context, ("fsGroup", "runAsUser", "runAsGroup"), path)
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        errors += each(path.child("supplementalGroups").index(index), group, is_group_id(group))
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        explanation = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.append(invalid(path.child("shareProcessNamespace"), True, explanation))
    errors += validate_sysctls(
        context.get("sysctls") or (), spec, path.child("sysctls"), options.any_host_sysctls
    )
    errors += _validate_policy(context, "fsGroupChangePolicy", _FS_GROUP_POLICIES, path)
    errors += validate_seccomp_profile(context.get("seccompProfile"), path.child("seccompProfile"))
    errors += validate_windows_options(context.get("windowsOptions"), path.child("windowsOptions"))
    errors += validate_apparmor_profile(
        context.get("appArmorProfile"), path.child("appArmorProfile")
    )
    errors += _validate_policy(context, "supplementalGroupsPolicy", _GROUPS_POLICIES, path)
    return errors + _validate_policy(context, "seLinuxChangePolicy", _SELINUX_POLICIES, path)


def _validate_policy(
    context: Mapping[str, Any], name: str, supported: tuple[str, ...], path: Path
) -> list[FieldError]:
    value = context.get(name)
    if value is None or value in supported:
        return []
    return [not_supported(path.child(name), value, supported)]


def validate_host_users(
    spec: Mapping[str, Any], options: PodOptions, path: Path
) -> list[FieldError]:
    """What a pod with users of its own may not share with the host."""
    if spec.get("hostUsers") is not False:
        return []
    explanation = "when `hostUsers` is false"
    shared = {"hostNetwork": "hostNetwork", "hostPID": "HostPID", "hostIPC": "HostIPC"}
    errors = [
        forbidden(path.child(shown), explanation)
        for name, shown in shared.items()
        if spec.get(name)
    ]
    if not options.any_user_namespace_devices:
        errors += [
            forbidden(container_path.child("volumeDevices"), explanation)
            for container, container_path in containers_of(spec, path)
            if container.get("volumeDevices")
        ]
    return errors
