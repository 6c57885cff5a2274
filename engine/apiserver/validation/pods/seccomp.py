"""Profiles of seccomp and AppArmor.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import (
    FieldError,
    Path,
    invalid,
    not_supported,
    required,
    too_long,
)
from engine.apiserver.validation.internal_form import internal_form
from engine.apiserver.validation.names import size
from engine.apiserver.validation.paths import validate_local_descending_path

_TYPES = ("Localhost", "RuntimeDefault", "Unconfined")
_SECCOMP_PROFILE = "io.k8s.api.core.v1.SeccompProfile"
_NEEDED = "must be set when {} type is Localhost"
_NOT_NEEDED = "can only be set when {} type is Localhost"

# PATH_MAX - 1.
_APPARMOR_LENGTH_MAX = 4095


def validate_seccomp_profile(profile: Mapping[str, Any] | None, path: Path) -> list[FieldError]:
    if profile is None:
        return []
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(path.child("type"), "type is required when seccompProfile is set"))
    elif kind not in _TYPES:
        errors.append(not_supported(path.child("type"), kind, _TYPES))
    local_path = path.child("localhostProfile")
    if kind != "Localhost":
        if local is not None:
            shown = internal_form(_SECCOMP_PROFILE, profile)
            errors.append(invalid(local_path, shown, _NOT_NEEDED.format("seccomp")))
    elif local is None:
        errors.append(required(local_path, _NEEDED.format("seccomp")))
    else:
        errors += validate_local_descending_path(local, local_path)
    return errors


def validate_apparmor_profile(profile: Mapping[str, Any] | None, path: Path) -> list[FieldError]:
    if profile is None:
        return []
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    match kind:
        case "Localhost":
            return _validate_local_apparmor(local, path.child("localhostProfile"))
        case "RuntimeDefault" | "Unconfined" if local is None:
            return []
        case "RuntimeDefault" | "Unconfined":
            explanation = _NOT_NEEDED.format("AppArmor")
            return [invalid(path.child("localhostProfile"), local, explanation)]
        case "":
            explanation = "type is required when appArmorProfile is set"
            return [required(path.child("type"), explanation)]
    return [not_supported(path.child("type"), kind, _TYPES)]


def _validate_local_apparmor(local: str | None, path: Path) -> list[FieldError]:
    needed = required(path, _NEEDED.format("AppArmor"))
    if local is None:
        return [needed]
    errors: list[FieldError] = []
    if local.strip() != local:
        errors.append(invalid(path, local, "must not be padded with whitespace"))
    elif not local:
        errors.append(needed)
    if size(local) > _APPARMOR_LENGTH_MAX:
        errors.append(too_long(path, _APPARMOR_LENGTH_MAX))
    return errors
