"""The strategy of pods and its subresources.

After pkg/registry/core/pod/strategy.go and pkg/api/pod/util.go (v1.36), with the feature gates as
they are by default.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.apiserver.strategy.contract import Object, Strategy
from engine.apiserver.strategy.generic import grow, take
from engine.apiserver.validation.field import Path
from engine.apiserver.validation.internal_form import semantically_equal
from engine.apiserver.validation.pods.annotations import APPARMOR
from engine.apiserver.validation.pods.pod_resources import quality_of_service
from engine.apiserver.validation.pods.seccomp import validate_apparmor_profile

_POD_SPEC = "io.k8s.api.core.v1.PodSpec"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"

# metav1.ResetObjectMetaForStatus (apimachinery, v1.36): what a subresource may not change.
_KEPT_METADATA = (
    "deletionTimestamp", "generation", "selfLink", "labels", "annotations", "finalizers",
    "ownerReferences",
)  # fmt: skip
_APPARMOR_TYPES = {"runtime/default": "RuntimeDefault", "unconfined": "Unconfined"}


def _create(pod: Object) -> None:
    spec = pod.setdefault("spec", {})
    pod["metadata"]["generation"] = 1
    quality = (pod.get("status") or {}).get("qosClass") or quality_of_service(spec)
    pod["status"] = {"phase": "Pending", "qosClass": quality}
    if spec.get("schedulingGates"):
        gated = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "SchedulingGated",
            "message": "Scheduling is blocked due to non-empty scheduling gates",
        }
        if pod["metadata"].get("creationTimestamp"):
            gated["lastTransitionTime"] = pod["metadata"]["creationTimestamp"]
        pod["status"]["conditions"] = [gated]
    drop_disabled(spec)
    _merge_label_keys(spec, pod["metadata"].get("labels") or {})
    if (spec.get("os") or {}).get("name") != "windows":
        _fill_apparmor_profiles(spec, pod["metadata"].get("annotations") or {})


def drop_disabled(spec: Object, old: Mapping[str, Any] | None = None) -> None:
    """Fields behind gates that are off by default go, unless the stored spec has some already.

    GenericWorkload, ClusterTrustBundleProjection and PodCertificateRequest (v1.36).
    """
    before = old or {}
    if "schedulingGroup" not in before:
        spec.pop("schedulingGroup", None)
    for kind in ("clusterTrustBundle", "podCertificate"):
        if any(kind in source for source in _projected_sources(before)):
            continue
        for source in _projected_sources(spec):
            source.pop(kind, None)


def _projected_sources(spec: Mapping[str, Any]) -> Iterator[Object]:
    for volume in spec.get("volumes") or ():
        yield from (volume.get("projected") or {}).get("sources") or ()


def _merge_label_keys(spec: Object, labels: Mapping[str, str]) -> None:
    """The values of the pod's own labels become parts of the selectors that ask for them."""
    for holder in _holders_of_label_keys(spec):
        selector = holder.get("labelSelector")
        if selector is None:
            continue
        added = [
            {"key": key, "operator": operator, "values": [labels[key]]}
            for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
            for key in holder.get(field) or ()
            if key in labels
        ]
        if added:
            expressions = [*(selector.get("matchExpressions") or ()), *added]
            holder["labelSelector"] = {**selector, "matchExpressions": expressions}


def _holders_of_label_keys(spec: Object) -> Iterator[Object]:
    affinity = spec.get("affinity") or {}
    for name in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(name) or {}
        for weighted in rules.get(_PREFERRED) or ():
            yield weighted.setdefault("podAffinityTerm", {})
        yield from rules.get(_REQUIRED) or ()
    yield from spec.get("topologySpreadConstraints") or ()


def _fill_apparmor_profiles(spec: Object, annotations: Mapping[str, str]) -> None:
    """applyAppArmorVersionSkew: what only an annotation says becomes a field too."""
    of_pod = (spec.get("securityContext") or {}).get("appArmorProfile")
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(field) or ():
            text = annotations.get(f"{APPARMOR}{container.get('name', '')}")
            context = container.get("securityContext") or {}
            if text is None or context.get("appArmorProfile") is not None:
                continue
            profile = _profile_of(text)
            if profile is not None and profile != of_pod:
                container["securityContext"] = {**context, "appArmorProfile": profile}


def _profile_of(annotation: str) -> dict[str, str] | None:
    """ApparmorFieldForAnnotation; None where the annotation says nothing valid."""
    if annotation in _APPARMOR_TYPES:
        return {"type": _APPARMOR_TYPES[annotation]}
    local = annotation.removeprefix("localhost/")
    if not local or local == annotation:
        return None
    profile = {"type": "Localhost", "localhostProfile": local}
    return None if validate_apparmor_profile(profile, Path("")) else profile


def _update(new: Object, old: Object) -> None:
    take(new, old, "status")
    drop_disabled(new.setdefault("spec", {}), old.get("spec") or {})
    _grow_if_changed(new, old)


def _grow_if_changed(new: Object, old: Object) -> None:
    if not semantically_equal(_POD_SPEC, new.get("spec") or {}, old.get("spec") or {}):
        grow(new, old)


def _update_status(new: Object, old: Object) -> None:
    take(new, old, "spec")
    new["metadata"].pop("deletionTimestamp", None)
    take(new["metadata"], old["metadata"], "ownerReferences")
    status, before = new.setdefault("status", {}), old.get("status") or {}
    for field in ("qosClass", "observedGeneration"):
        if not status.get(field):
            take(status, before, field)
    if status.get("conditions"):
        conditions = before.get("conditions") or ()
        status["conditions"] = _with_generations(status["conditions"], conditions)


def _with_generations(new: list[Object], old: Sequence[Object]) -> list[Object]:
    """A condition without observedGeneration keeps the one that its type had."""
    if all(condition.get("observedGeneration") for condition in new):
        return new
    known: dict[str, list[int]] = {}
    for condition in old:
        generation = condition.get("observedGeneration", 0)
        known.setdefault(condition.get("type", ""), []).append(generation)
    kept: list[Object] = []
    for condition in new:
        generations = known.get(condition.get("type", ""))
        generation = generations.pop(0) if generations else 0
        if generation and not condition.get("observedGeneration"):
            condition = {**condition, "observedGeneration": generation}
        kept.append(condition)
    return kept


def _update_ephemeral_containers(new: Object, old: Object) -> None:
    given = (new.get("spec") or {}).get("ephemeralContainers")
    _keep_all(new, old)
    new["spec"] = {k: v for k, v in old["spec"].items() if k != "ephemeralContainers"}
    if given is not None:
        new["spec"]["ephemeralContainers"] = given
    _grow_if_changed(new, old)


def _keep_all(new: Object, old: Object) -> None:
    take(new, old, "status")
    for field in _KEPT_METADATA:
        take(new["metadata"], old["metadata"], field)


def _update_resize(new: Object, old: Object) -> None:
    """Only resources and resize policies, of containers and of the pod, come from the new one."""
    spec, before = new.get("spec") or {}, old["spec"]
    fields = ("containers", "initContainers")
    # Containers that were added, removed or moved are left for validation to refuse.
    if all(len(spec.get(field) or ()) == len(before.get(field) or ()) for field in fields):
        _keep_all(new, old)
        merged = {
            field: _resized(spec[field], before[field]) for field in fields if spec.get(field)
        }
        new["spec"] = {**before, **merged}
        take(new["spec"], spec, "resources")
    _grow_if_changed(new, old)


def _resized(new: Sequence[Object], old: Sequence[Object]) -> list[Object]:
    if any(a.get("name") != b.get("name") for a, b in zip(new, old, strict=True)):
        return list(new)
    merged: list[Object] = []
    for container, before in zip(new, old, strict=True):
        kept = dict(before)
        take(kept, container, "resources")
        take(kept, container, "resizePolicy")
        merged.append(kept)
    return merged


POD: Strategy = Strategy(
    _create,
    _update,
    {
        "status": _update_status,
        "ephemeralcontainers": _update_ephemeral_containers,
        "resize": _update_resize,
    },
)
