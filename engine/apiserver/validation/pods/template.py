"""Templates of pods, as workloads have them.

After ValidatePodTemplateSpec in pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, forbidden
from engine.apiserver.validation.labels import validate_labels
from engine.apiserver.validation.metadata import validate_annotations
from engine.apiserver.validation.pods.annotations import (
    APPARMOR,
    SECCOMP_CONTAINER,
    SECCOMP_POD,
    validate_apparmor_matches,
    validate_pod_annotations,
    validate_seccomp_matches,
)
from engine.apiserver.validation.pods.options import PodOptions, containers_of, options_from
from engine.apiserver.validation.pods.spec import validate_pod_spec

Template = Mapping[str, Any]


_NEW = PodOptions()


def template_options(old: Template | None) -> PodOptions:
    """What a stored template excuses in the one that replaces it."""
    if old is None:
        return _NEW
    return options_from(old.get("spec") or {}, old.get("metadata"))


def validate_pod_template(
    template: Template, path: Path, options: PodOptions = _NEW
) -> list[FieldError]:
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    annotations, annotations_path = metadata.get("annotations") or {}, path.child("annotations")
    errors = validate_labels(metadata.get("labels"), path.child("labels"))
    errors += validate_annotations(annotations, annotations_path)
    errors += validate_pod_annotations(
        annotations, spec, annotations_path, options.any_deletion_cost
    )
    spec_path = path.child("spec")
    errors += validate_pod_spec(spec, None, spec_path, options)
    errors += validate_profiles(annotations, spec, spec_path)
    if spec.get("ephemeralContainers"):
        explanation = "ephemeral containers not allowed in pod template"
        errors.append(forbidden(spec_path.child("ephemeralContainers"), explanation))
    return errors


def validate_profiles(
    annotations: Mapping[str, str], spec: Mapping[str, Any], path: Path
) -> list[FieldError]:
    """Profiles that annotations and fields both name are the same."""
    errors = validate_seccomp_matches(annotations, _seccomp_profiles(spec, path))
    if (spec.get("os") or {}).get("name") == "windows":
        return errors
    return errors + validate_apparmor_matches(annotations, _apparmor_profiles(spec, path))


def _seccomp_profiles(
    spec: Mapping[str, Any], path: Path
) -> Iterator[tuple[str, Mapping[str, Any], Path]]:
    of_pod = (spec.get("securityContext") or {}).get("seccompProfile")
    if of_pod is not None:
        yield SECCOMP_POD, of_pod, path.child("securityContext", "seccompProfile")
    for container, container_path in containers_of(spec, path):
        own = (container.get("securityContext") or {}).get("seccompProfile")
        if own is not None:
            key = f"{SECCOMP_CONTAINER}{container.get('name', '')}"
            yield key, own, container_path.child("securityContext", "seccompProfile")


def _apparmor_profiles(
    spec: Mapping[str, Any], path: Path
) -> Iterator[tuple[str, Mapping[str, Any], Path]]:
    of_pod = (spec.get("securityContext") or {}).get("appArmorProfile")
    for container, container_path in containers_of(spec, path):
        own = (container.get("securityContext") or {}).get("appArmorProfile")
        profile = of_pod if own is None else own
        if profile is not None:
            key = f"{APPARMOR}{container.get('name', '')}"
            yield key, profile, container_path.child("securityContext", "appArmorProfile")
