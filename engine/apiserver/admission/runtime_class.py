"""RuntimeClass: pods take the overhead and the placing of how they are run.

Source: plugin/pkg/admission/runtimeclass/admission.go, pkg/util/tolerations/tolerations.go, v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.admission.amounts import amounts
from engine.apiserver.admission.contract import PODS, Attributes, Plugin
from engine.apiserver.admission.objects import spec_of, with_spec
from engine.apiserver.admission.refusal import forbidden
from engine.apiserver.verbs.contract import Object

CLASSES = ("node.k8s.io", "runtimeclasses")
OTHER_OVERHEAD = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
NO_OVERHEAD = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"


class RuntimeClass(Plugin):
    """Sets overhead, node selector and tolerations of new pods."""

    name = "RuntimeClass"
    resources = (PODS,)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The pod as its class has it."""
        if not attributes.creates:
            return obj
        found = _class_of(attributes, obj)
        if found is None:
            return obj
        fixed = _overhead(found)
        if fixed is not None:
            own = spec_of(obj).get("overhead")
            if own and amounts(own) != amounts(fixed) and not attributes.write.accepted:
                raise forbidden(attributes, obj, OTHER_OVERHEAD)
            obj = with_spec(obj, overhead=dict(fixed))
        scheduling = found.get("scheduling")
        return _scheduled(attributes, obj, scheduling) if scheduling else obj

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """Overhead is that of the class, and of nothing else."""
        own = spec_of(obj).get("overhead")
        if not attributes.creates or not own:
            return
        found = _class_of(attributes, obj)
        fixed = _overhead(found) if found is not None else None
        if found is None and spec_of(obj).get("runtimeClassName") is not None:
            return
        if fixed is None:
            raise forbidden(attributes, obj, NO_OVERHEAD)
        if amounts(own) != amounts(fixed):
            raise forbidden(attributes, obj, OTHER_OVERHEAD)


def _class_of(attributes: Attributes, pod: Object) -> Object | None:
    """The pod's class; None if it names none, or one that is not known."""
    name = spec_of(pod).get("runtimeClassName")
    if name is None:
        return None
    found = attributes.view.get(*CLASSES, "", name)
    if found is None and attributes.view.knows(*CLASSES) and not attributes.write.accepted:
        raise forbidden(attributes, pod, f'pod rejected: RuntimeClass "{name}" not found')
    return found


def _overhead(found: Object) -> Any:
    overhead = found.get("overhead")
    return None if overhead is None else overhead.get("podFixed") or {}


def _scheduled(attributes: Attributes, pod: Object, scheduling: Object) -> Object:
    spec = spec_of(pod)
    own, wanted = spec.get("nodeSelector") or {}, scheduling.get("nodeSelector") or {}
    for key, value in sorted(wanted.items()):
        if own.get(key, value) != value and not attributes.write.accepted:
            why = (
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                f"pod.spec.nodeSelector[{key}] = {own[key]}"
            )
            raise forbidden(attributes, pod, why)
    fields: dict[str, Any] = {}
    if own or wanted:
        fields["nodeSelector"] = {**own, **wanted}
    given = [*(spec.get("tolerations") or ()), *(scheduling.get("tolerations") or ())]
    if given:
        fields["tolerations"] = merged_tolerations(given)
    return with_spec(pod, **fields)


def merged_tolerations(tolerations: list[Object]) -> list[Object]:
    """Those that no other covers; of equal ones the first (MergeTolerations)."""
    merged: list[Object] = []
    for index, one in enumerate(tolerations):
        if any(_covers(other, one) for other in merged):
            continue
        if any(other != one and _covers(other, one) for other in tolerations[index + 1 :]):
            continue
        merged.append(one)
    return merged


def _covers(one: Object, other: Object) -> bool:
    """Whether one tolerates all that the other does (isSuperset)."""
    if one == other:
        return True
    # An empty key with Exists stands for all keys, an empty effect for all effects.
    exists = one.get("operator") == "Exists"
    if one.get("key", "") != other.get("key", "") and (one.get("key") or not exists):
        return False
    if one.get("effect", "") != other.get("effect", "") and one.get("effect"):
        return False
    if one.get("effect") == "NoExecute" and one.get("tolerationSeconds") is not None:
        seconds = other.get("tolerationSeconds")
        if seconds is None or int(one["tolerationSeconds"]) < int(seconds):
            return False
    if (one.get("operator") or "Equal") == "Equal":
        equal = other.get("operator") == "Equal"  # an empty one counts on one side only
        return equal and one.get("value", "") == other.get("value", "")
    return exists
