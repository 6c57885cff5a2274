"""Kernel parameters of a pod.

After pkg/apis/core/validation/validation.go and
staging/src/k8s.io/component-helpers/node/util/sysctl (v1.36).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, duplicate, invalid, required
from engine.apiserver.validation.names import size

_LENGTH_MAX = 253
_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_NAME = rf"({_SEGMENT}[\./])*{_SEGMENT}"

_OF_IPC = {
    "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
    "kernel.shm", "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.msg",
}  # fmt: skip


def validate_sysctls(
    sysctls: Sequence[Mapping[str, Any]], spec: Mapping[str, Any], path: Path, any_host: bool
) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        name, name_path = sysctl.get("name", ""), path.index(index).child("name")
        if not name:
            errors.append(required(name_path))
        elif size(name) > _LENGTH_MAX or not re.fullmatch(_NAME, name):
            explanation = f"must have at most {_LENGTH_MAX} characters and match regex ^{_NAME}$"
            errors.append(invalid(name_path, name, explanation))
        elif name in seen:
            errors.append(duplicate(name_path, name))
        host = clashes_with_host(name, spec)
        if host and not any_host:
            errors.append(invalid(name_path, name, f"may not be specified when '{host}' is true"))
        seen.add(name)
    return errors


def clashes_with_host(name: str, spec: Mapping[str, Any]) -> str:
    """The field of the spec that takes the parameter from the pod, else empty."""
    namespace = _namespace_of(name)
    if namespace == "net" and spec.get("hostNetwork"):
        return "hostNetwork"
    return "hostIPC" if namespace == "ipc" and spec.get("hostIPC") else ""


def _namespace_of(name: str) -> str:
    # NormalizeName: a name whose first separator is a slash has dots and slashes exchanged.
    first = re.search("[./]", name)
    if first is not None and first[0] == "/":
        name = name.translate({ord("/"): ".", ord("."): "/"})
    name = name.partition("*")[0]
    if name in _OF_IPC or name.startswith("fs.mqueue."):
        return "ipc"
    return "net" if name.startswith("net.") else ""
