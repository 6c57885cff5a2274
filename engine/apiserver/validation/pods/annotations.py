"""Annotations that mean something of a pod.

After pkg/apis/core/validation/validation.go and pkg/apis/core/helper/helpers.go (v1.36).
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, forbidden, invalid
from engine.apiserver.validation.paths import validate_local_descending_path
from engine.apiserver.validation.pods.tolerations import validate_tolerations
from engine.model.quoting import quote

MIRROR = "kubernetes.io/config.mirror"
APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_TOLERATIONS = "scheduler.alpha.kubernetes.io/tolerations"
_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

_INT32 = re.compile(r"0|-?[1-9][0-9]*")

Annotations = Mapping[str, str]


def validate_pod_annotations(
    annotations: Annotations, spec: Mapping[str, Any], path: Path, any_deletion_cost: bool
) -> list[FieldError]:
    """ValidatePodSpecificAnnotations."""
    errors: list[FieldError] = []
    if MIRROR in annotations and not spec.get("nodeName"):
        explanation = "must set spec.nodeName if mirror pod annotation is set"
        errors.append(invalid(path.key(MIRROR), annotations[MIRROR], explanation))
    if annotations.get(_TOLERATIONS):
        errors += _validate_tolerations(annotations[_TOLERATIONS], path)
    if not any_deletion_cost and not deletion_cost_is_valid(annotations):
        explanation = "must be a 32bit integer"
        errors.append(invalid(path.key(_DELETION_COST), annotations[_DELETION_COST], explanation))
    errors += _validate_seccomp(annotations, path)
    errors += _validate_apparmor(annotations, spec, path)
    return errors


def validate_pod_annotation_updates(
    new: Annotations, old: Annotations, path: Path
) -> list[FieldError]:
    """What ValidatePodSpecificAnnotationUpdates checks of the change itself."""
    errors: list[FieldError] = []
    for key in sorted(old):
        if new.get(key) != old[key]:
            errors += _forbid(key, "remove or update", path)
    for key in sorted(new.keys() - old.keys()):
        errors += _forbid(key, "add", path)
    return errors


def deletion_cost_is_valid(annotations: Annotations) -> bool:
    """GetDeletionCostFromPodAnnotations: no plus, no leading zeros, 32 bits."""
    text = annotations.get(_DELETION_COST)
    if text is None:
        return True
    return bool(_INT32.fullmatch(text)) and len(text) < 12 and -(2**31) <= int(text) < 2**31


def validate_seccomp_matches(
    annotations: Annotations, profiles: Iterator[tuple[str, Mapping[str, Any], Path]]
) -> list[FieldError]:
    """Annotations and fields (annotation, profile, path) must say the same."""
    errors: list[FieldError] = []
    for key, profile, path in profiles:
        if key not in annotations:
            continue
        value, local = annotations[key], profile.get("localhostProfile")
        match profile.get("type"):
            case "Unconfined":
                matches = value == "unconfined"
            case "RuntimeDefault":
                matches = value in ("runtime/default", "docker/default")
            case "Localhost":
                matches = value.startswith("localhost/")
                if matches and value.removeprefix("localhost/") != local:
                    explanation = "seccomp profile in annotation and field must match"
                    errors.append(forbidden(path.child("localhostProfile"), explanation))
            case _:
                matches = True
        if not matches:
            explanation = "seccomp type in annotation and field must match"
            errors.append(forbidden(path.child("type"), explanation))
    return errors


def validate_apparmor_matches(
    annotations: Annotations, profiles: Iterator[tuple[str, Mapping[str, Any], Path]]
) -> list[FieldError]:
    """The same of AppArmor."""
    errors: list[FieldError] = []
    for key, profile, path in profiles:
        if key not in annotations:
            continue
        value, local = annotations[key], profile.get("localhostProfile")
        match profile.get("type"):
            case "Unconfined":
                matches = value == "unconfined"
            case "RuntimeDefault":
                matches = value == "runtime/default"
            case "Localhost":
                matches = value.startswith("localhost/")
                if matches and value.removeprefix("localhost/") != local:
                    explanation = "apparmor profile in annotation and field must match"
                    errors.append(forbidden(path.child("localhostProfile"), explanation))
            case _:
                matches = True
        if not matches:
            explanation = "apparmor type in annotation and field must match"
            errors.append(forbidden(path.child("type"), explanation))
    return errors


def _forbid(key: str, change: str, path: Path) -> list[FieldError]:
    if key.startswith(APPARMOR):
        return [forbidden(path.key(key), f"may not {change} AppArmor annotations")]
    if key == MIRROR:
        return [forbidden(path.key(key), f"may not {change} mirror pod annotation")]
    return []


def _validate_tolerations(text: str, path: Path) -> list[FieldError]:
    try:
        tolerations = json.loads(text)
    except (ValueError, RecursionError) as error:
        return [invalid(path, _TOLERATIONS, str(error))]
    if not isinstance(tolerations, list) or not all(isinstance(t, dict) for t in tolerations):
        explanation = "json: cannot unmarshal value into Go value of type []core.Toleration"
        return [invalid(path, _TOLERATIONS, explanation)]
    return validate_tolerations(tolerations, path.child(_TOLERATIONS))


def _validate_seccomp(annotations: Annotations, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    if SECCOMP_POD in annotations:
        errors += _validate_seccomp_profile(annotations[SECCOMP_POD], path.child(SECCOMP_POD))
    for key, profile in sorted(annotations.items()):
        if key.startswith(SECCOMP_CONTAINER):
            errors += _validate_seccomp_profile(profile, path.child(key))
    return errors


def _validate_seccomp_profile(profile: str, path: Path) -> list[FieldError]:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return []
    if profile.startswith("localhost/"):
        return validate_local_descending_path(profile.removeprefix("localhost/"), path)
    return [invalid(path, profile, "must be a valid seccomp profile")]


def _validate_apparmor(
    annotations: Annotations, spec: Mapping[str, Any], path: Path
) -> list[FieldError]:
    errors: list[FieldError] = []
    fields = ("initContainers", "containers", "ephemeralContainers")
    names = {item.get("name", "") for field in fields for item in spec.get(field) or ()}
    for key, profile in sorted(annotations.items()):
        if not key.startswith(APPARMOR):
            continue
        container = key.removeprefix(APPARMOR)
        if container not in names:
            errors.append(invalid(path.key(key), container, "container not found"))
        known = profile in ("", "runtime/default", "unconfined")
        if not known and not profile.startswith("localhost/"):
            explanation = f"invalid AppArmor profile name: {quote(profile)}"
            errors.append(invalid(path.key(key), profile, explanation))
    return errors
