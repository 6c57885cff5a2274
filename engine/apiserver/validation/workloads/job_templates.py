"""What may change in the template of a suspended Job.

After validatePodTemplateUpdate in pkg/apis/batch/validation/validation.go and
pkg/registry/batch/job/strategy.go (v1.36), with MutablePodResourcesForSuspendedJobs and
MutableSchedulingDirectivesForSuspendedJobs on, as they are by default.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.apiserver.validation.contract import Object

Template = Mapping[str, Any]

_OF_SPEC = ("nodeSelector", "tolerations", "schedulingGates")
_OF_METADATA = ("annotations", "labels")


def frozen_template(template: Template, old: Object) -> Template:
    """The old Job's template, with what may change taken from the new one."""
    spec, status = old.get("spec") or {}, old.get("status") or {}
    before: Template = spec.get("template") or {}
    if not spec.get("suspend"):
        return before
    if status.get("startTime") is not None and status.get("active"):
        return before  # its pods are still there
    new_spec, old_spec = template.get("spec") or {}, before.get("spec") or {}
    taken = _with(old_spec, new_spec, _OF_SPEC)
    affinity = _affinity(new_spec.get("affinity"), old_spec.get("affinity"))
    taken.pop("affinity", None)
    if affinity is not None:
        taken["affinity"] = affinity
    for name in ("containers", "initContainers"):
        if old_spec.get(name):
            taken[name] = _resized(old_spec[name], new_spec.get(name) or ())
    metadata = _with(before.get("metadata") or {}, template.get("metadata") or {}, _OF_METADATA)
    return {**before, "spec": taken, "metadata": metadata}


def _with(
    before: Mapping[str, Any], after: Mapping[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    kept = {name: value for name, value in before.items() if name not in names}
    return kept | {name: after[name] for name in names if name in after}


def _affinity(
    new: Mapping[str, Any] | None, old: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    """Affinity to nodes may change; a missing affinity is one to nodes alone."""
    if new is None and old is None:
        return None
    merged = _with(old or {}, new or {}, ("nodeAffinity",))
    return merged if merged or new is not None else None


def _resized(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    by_name = {container.get("name"): container for container in new}
    return [
        _with(container, by_name[container.get("name")], ("resources",))
        if container.get("name") in by_name
        else container
        for container in old
    ]
