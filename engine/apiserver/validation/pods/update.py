"""What an update of a pod may change.

After ValidatePodUpdate and ValidatePodEphemeralContainersUpdate in
pkg/apis/core/validation/validation.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.field import ROOT, FieldError, Path, forbidden, invalid, required
from engine.apiserver.validation.internal_form import difference, semantically_equal
from engine.apiserver.validation.metadata import METADATA, validate_object_meta_update
from engine.apiserver.validation.names import ID_MAX, range_error
from engine.apiserver.validation.pods.annotations import (
    MIRROR,
    validate_pod_annotation_updates,
    validate_pod_annotations,
)
from engine.apiserver.validation.pods.gated import unfreeze_node_affinity, validate_gated_changes
from engine.apiserver.validation.pods.options import PodOptions, options_from
from engine.apiserver.validation.pods.pod import SPEC, Pod, validate_metadata_and_spec
from engine.apiserver.validation.pods.tolerations import validate_only_added_tolerations
from engine.model.quoting import quote

Spec = Mapping[str, Any]

_POD_SPEC = "io.k8s.api.core.v1.PodSpec"
_EPHEMERAL_CONTAINER = "io.k8s.api.core.v1.EphemeralContainer"
_UPDATABLE = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def update_options(old: Pod) -> PodOptions:
    """What a stored pod excuses in an update of it."""
    return options_from(old.get("spec") or {}, old.get("metadata"), resource_is_pod=True)


def validate_annotation_updates(new: Pod, old: Pod, options: PodOptions) -> list[FieldError]:
    """ValidatePodSpecificAnnotationUpdates."""
    annotations = (new.get("metadata") or {}).get("annotations") or {}
    before = (old.get("metadata") or {}).get("annotations") or {}
    path = METADATA.child("annotations")
    errors = validate_pod_annotation_updates(annotations, before, path)
    spec = new.get("spec") or {}
    return errors + validate_pod_annotations(annotations, spec, path, options.any_deletion_cost)


def validate_pod_update(new: Pod, old: Pod) -> list[FieldError]:
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    options = update_options(old)
    errors = validate_object_meta_update(new.get("metadata") or {}, old.get("metadata") or {})
    errors += validate_metadata_and_spec(new, options)
    errors += validate_annotation_updates(new, old, options)
    for name in ("containers", "initContainers"):
        found, stop = _validate_images(
            spec.get(name) or (), before.get(name) or (), SPEC.child(name)
        )
        errors += found
        if stop:
            return errors
    found, stop = _validate_deadline(spec, before, SPEC.child("activeDeadlineSeconds"))
    errors += found
    if stop:
        return errors
    errors += validate_only_added_tolerations(
        spec.get("tolerations") or (), before.get("tolerations") or (), SPEC.child("tolerations")
    )
    errors += _validate_deleted_gates(spec, before, SPEC.child("schedulingGates"))
    if semantically_equal(_POD_SPEC, spec, before):
        return errors
    munged = _without_updatable(spec, before)
    if before.get("schedulingGates"):
        errors += validate_gated_changes(munged, before, SPEC)
        munged = unfreeze_node_affinity(munged, before)
    if not semantically_equal(_POD_SPEC, munged, before):
        explanation = f"pod updates may not change fields other than {_UPDATABLE}\n"
        changes = difference(_POD_SPEC, before, munged)
        errors.append(forbidden(SPEC, explanation + changes))
    return errors


def _validate_images(
    new: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]], path: Path
) -> tuple[list[FieldError], bool]:
    """(errors, whether nothing more is to be looked at) (ValidateContainerUpdates)."""
    if len(new) != len(old):
        return [forbidden(path, "pod updates may not add or remove containers")], True
    errors: list[FieldError] = []
    for index, container in enumerate(new):
        image, image_path = container.get("image", ""), path.index(index).child("image")
        if not image:
            errors.append(required(image_path))
        if image != image.strip():
            explanation = "must not have leading or trailing whitespace"
            errors.append(invalid(image_path, image, explanation))
    return errors, False


def _validate_deadline(spec: Spec, before: Spec, path: Path) -> tuple[list[FieldError], bool]:
    new, old = spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")
    if new is None:
        explanation = "must not update from a positive integer to nil value"
        return ([] if old is None else [invalid(path, None, explanation)]), False
    if not 0 <= new <= ID_MAX:
        return [invalid(path, new, range_error(0, ID_MAX))], True
    if old is not None and old < new:
        return [invalid(path, new, "must be less than or equal to previous value")], True
    return [], False


def _validate_deleted_gates(spec: Spec, before: Spec, path: Path) -> list[FieldError]:
    known = {gate.get("name") for gate in before.get("schedulingGates") or ()}
    positions = {g.get("name"): index for index, g in enumerate(spec.get("schedulingGates") or ())}
    return [
        forbidden(
            path.index(index).child("name"),
            f"only deletion is allowed, but found new scheduling gate '{name}'",
        )
        for name, index in positions.items()
        if name not in known
    ]


def _without_updatable(spec: Spec, before: Spec) -> dict[str, Any]:
    """The new spec with the old values of all that may change."""
    munged = dict(spec)
    for name in ("containers", "initContainers"):
        if spec.get(name):
            munged[name] = [
                {**container, "image": old.get("image", "")}
                for container, old in zip(spec[name], before[name], strict=True)
            ]
    for name in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        _take(munged, name, before)
    name = "terminationGracePeriodSeconds"
    old_grace = before.get(name)
    if old_grace is not None and old_grace < 0 and munged.get(name) == 1:
        munged[name] = old_grace
    return munged


def _take(munged: dict[str, Any], name: str, before: Spec) -> None:
    munged.pop(name, None)
    if name in before:
        munged[name] = before[name]


def validate_ephemeral_update(new: Pod, old: Pod) -> list[FieldError]:
    """Through the subresource `ephemeralcontainers`: new ones may be added."""
    options = update_options(old)
    if MIRROR in ((old.get("metadata") or {}).get("annotations") or {}):
        return [forbidden(ROOT, "static pods do not support ephemeral containers")]
    errors = validate_object_meta_update(new.get("metadata") or {}, old.get("metadata") or {})
    errors += validate_metadata_and_spec(new, options)
    errors += validate_annotation_updates(new, old, options)
    path = SPEC.child("ephemeralContainers")
    containers = (new.get("spec") or {}).get("ephemeralContainers") or ()
    by_name = {container.get("name", ""): container for container in containers}
    for container in (old.get("spec") or {}).get("ephemeralContainers") or ():
        name = container.get("name", "")
        subject = f"existing ephemeral containers {quote(name)}"
        if name not in by_name:
            errors.append(forbidden(path, f"{subject} may not be removed\n"))
        elif not semantically_equal(_EPHEMERAL_CONTAINER, container, by_name[name]):
            changes = difference(_EPHEMERAL_CONTAINER, container, by_name[name])
            errors.append(forbidden(path, f"{subject} may not be changed\n{changes}"))
    return errors
