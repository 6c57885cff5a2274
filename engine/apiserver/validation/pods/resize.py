"""Resources of a running pod, changed through its subresource `resize`.

After ValidatePodResize in pkg/apis/core/validation/validation.go (v1.36). Since v1.36 resources of
init containers and of the pod as a whole can be resized by default
(InPlacePodVerticalScalingInitContainers, InPlacePodLevelResourcesVerticalScaling).
"""

from collections.abc import Mapping
from typing import Any

from engine.apiserver.validation.field import ROOT, FieldError, Path, forbidden, invalid
from engine.apiserver.validation.internal_form import semantically_equal
from engine.apiserver.validation.metadata import validate_object_meta_update
from engine.apiserver.validation.pods.annotations import MIRROR
from engine.apiserver.validation.pods.pod import SPEC, Pod, validate_metadata_and_spec
from engine.apiserver.validation.pods.pod_resources import quality_of_service
from engine.apiserver.validation.pods.update import update_options

Spec = Mapping[str, Any]

_POD_SPEC = "io.k8s.api.core.v1.PodSpec"
_CONTAINER = "io.k8s.api.core.v1.Container"
_MUTABLE = ("cpu", "memory")
_ONLY_MUTABLE = "only cpu and memory resources are mutable"


def validate_pod_resize(new: Pod, old: Pod) -> list[FieldError]:
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    if reason := _never(old):
        return [forbidden(ROOT, reason)]
    errors = validate_object_meta_update(new.get("metadata") or {}, old.get("metadata") or {})
    errors += validate_metadata_and_spec(new, update_options(old))
    status = old.get("status") or {}
    quality = status.get("qosClass") or quality_of_service(before)
    if quality != quality_of_service(spec):
        explanation = "Pod QOS Class may not change as a result of resizing"
        shown = (new.get("status") or {}).get("qosClass", "")
        errors.append(invalid(SPEC, shown, explanation))
    if not _node_can_resize(status):
        errors.append(forbidden(SPEC, "Pod running on node without support for resize"))
    if found := _validate_order(spec, before):
        return errors + found
    errors += _validate_removals(spec.get("resources"), before.get("resources"), SPEC)
    for field in ("initContainers", "containers"):
        errors += _validate_container_removals(field, spec, before)
    munged, found = _munge(spec, before)
    errors += found
    if not errors and not semantically_equal(_POD_SPEC, munged, before):
        errors.append(forbidden(SPEC, _ONLY_MUTABLE))
    return errors


def _never(pod: Pod) -> str:
    """Why the pod can never be resized; empty if it can."""
    if MIRROR in ((pod.get("metadata") or {}).get("annotations") or {}):
        return "static pods cannot be resized"
    os = (pod.get("spec") or {}).get("os") or {}
    return "windows pods cannot be resized" if os.get("name") == "windows" else ""


def _node_can_resize(status: Mapping[str, Any]) -> bool:
    """A kubelet that can resize reports the resources of what runs."""
    for container in status.get("containerStatuses") or ():
        if (container.get("state") or {}).get("running") is not None:
            return container.get("resources") is not None
    return True


def _validate_order(spec: Spec, before: Spec) -> list[FieldError]:
    errors: list[FieldError] = []
    for field in ("containers", "initContainers"):
        new, old, path = spec.get(field) or (), before.get(field) or (), SPEC.child(field)
        if len(new) != len(old):
            errors.append(forbidden(path, f"{field} may not be added or removed on resize"))
            continue
        errors += [
            forbidden(
                path.index(index).child("name"),
                f"{field} may not be renamed or reordered on resize",
            )
            for index, (container, other) in enumerate(zip(new, old, strict=True))
            if container.get("name", "") != other.get("name", "")
        ]
    return errors


def _validate_container_removals(field: str, spec: Spec, before: Spec) -> list[FieldError]:
    errors: list[FieldError] = []
    pairs = zip(spec.get(field) or (), before.get(field) or (), strict=True)
    for index, (container, old) in enumerate(pairs):
        path = SPEC.child(field).index(index)
        errors += _validate_removals(container.get("resources"), old.get("resources"), path)
    return errors


def _validate_removals(new: Spec | None, old: Spec | None, path: Path) -> list[FieldError]:
    errors: list[FieldError] = []
    for kind in ("requests", "limits"):
        names = set((new or {}).get(kind) or ())
        if set((old or {}).get(kind) or ()) - names:
            kind_path = path.child("resources", kind)
            errors.append(forbidden(kind_path, f"resource {kind} cannot be removed"))
    return errors


def _munge(spec: Spec, before: Spec) -> tuple[dict[str, Any], list[FieldError]]:
    """(the new spec with the old amounts of what may change, errors)."""
    munged = dict(spec)
    errors: list[FieldError] = []
    for field in ("containers", "initContainers"):
        if not spec.get(field):
            continue
        munged[field] = []
        for container, old in zip(spec[field], before[field], strict=True):
            resources = container.get("resources") or {}
            kept = _with_old_amounts(resources, old.get("resources") or {})
            merged = {**container, "resources": kept}
            if not semantically_equal(_CONTAINER, merged, old):
                errors.append(forbidden(SPEC, _ONLY_MUTABLE))
            munged[field].append(merged)
    if before.get("resources") is not None and spec.get("resources") is not None:
        munged["resources"] = _with_old_amounts(spec["resources"], before["resources"])
    return munged, errors


def _with_old_amounts(new: Spec, old: Spec) -> dict[str, Any]:
    """What may change is taken from the old; claims go, as Kubernetes drops them here."""
    merged: dict[str, Any] = {}
    for kind in ("limits", "requests"):
        before = old.get(kind)
        if before is None:
            continue
        amounts = {k: v for k, v in (new.get(kind) or {}).items() if k not in _MUTABLE}
        merged[kind] = amounts | {k: before[k] for k in _MUTABLE if k in before}
    return merged
