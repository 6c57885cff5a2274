"""A pod that is created; what an update of one has in common with that.

After pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import FieldError, Path, forbidden
from engine.apiserver.validation.metadata import METADATA, validate_object_meta
from engine.apiserver.validation.names import name_is_dns_subdomain
from engine.apiserver.validation.pods.annotations import validate_pod_annotations
from engine.apiserver.validation.pods.containers import validate_images_of_pod
from engine.apiserver.validation.pods.options import PodOptions
from engine.apiserver.validation.pods.spec import validate_pod_spec
from engine.apiserver.validation.pods.template import validate_profiles

Pod = Mapping[str, Any]

SPEC = Path("spec")


def validate_pod_create(pod: Pod) -> list[FieldError]:
    spec = pod.get("spec") or {}
    errors = validate_metadata_and_spec(pod, PodOptions(resource_is_pod=True))
    if spec.get("ephemeralContainers"):
        errors.append(forbidden(SPEC.child("ephemeralContainers"), "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        explanation = "cannot be set until all schedulingGates have been cleared"
        errors.append(forbidden(SPEC.child("nodeName"), explanation))
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    return errors + validate_profiles(annotations, spec, SPEC)


def validate_metadata_and_spec(pod: Pod, options: PodOptions) -> list[FieldError]:
    """validatePodMetadataAndSpec."""
    metadata, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    errors = validate_object_meta(metadata, True, name_is_dns_subdomain)
    errors += validate_pod_annotations(
        metadata.get("annotations") or {},
        spec,
        METADATA.child("annotations"),
        options.any_deletion_cost,
    )
    errors += validate_pod_spec(spec, metadata, SPEC, options)
    if not spec.get("serviceAccountName"):
        errors += _validate_no_tokens(spec)
    for name in ("containers", "initContainers"):
        errors += validate_images_of_pod(spec.get(name) or (), SPEC.child(name))
    return errors


def _validate_no_tokens(spec: Mapping[str, Any]) -> list[FieldError]:
    explanation = "must not be specified when serviceAccountName is not set"
    errors: list[FieldError] = []
    for index, volume in enumerate(spec.get("volumes") or ()):
        path = SPEC.child("volumes").index(index).child("projected", "sources")
        sources = (volume.get("projected") or {}).get("sources") or ()
        errors += [
            forbidden(path.index(position).child("serviceAccountToken"), explanation)
            for position, source in enumerate(sources)
            if source.get("serviceAccountToken") is not None
        ]
    return errors
