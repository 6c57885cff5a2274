"""Priority: pods get the number that their class stands for.

Source: plugin/pkg/admission/priority/admission.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.contract import PODS, Attributes, Plugin
from engine.apiserver.admission.objects import spec_of, with_spec
from engine.apiserver.admission.refusal import forbidden
from engine.apiserver.verbs.contract import Object, View
from engine.apiserver.verbs.metadata import metadata_of

CLASSES = ("scheduling.k8s.io", "priorityclasses")

SYSTEM_CLASSES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
"""pkg/apis/scheduling/v1/helpers.go: the server makes them, and nobody can change their value."""

PREEMPT = "PreemptLowerPriority"

NO_CLASS: Object = {"metadata": {"name": ""}, "value": 0, "preemptionPolicy": PREEMPT}
"""What applies where no class is the default (getDefaultPriority)."""


class Priority(Plugin):
    """Sets the priority and the preemption policy of new pods."""

    name = "Priority"
    resources = (PODS, CLASSES)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The pod with priority and preemption policy; an update keeps those that it had."""
        if not attributes.is_about(*PODS):
            return obj
        if before is not None:
            return _kept(obj, before)
        chosen = _class_of(attributes, obj)
        if chosen is None:
            return obj
        _check_given(attributes, obj, chosen)
        fields = {"priority": chosen.get("value") or 0}
        if policy := chosen.get("preemptionPolicy"):
            fields["preemptionPolicy"] = policy
        if name := metadata_of(chosen).get("name"):
            fields["priorityClassName"] = name
        return with_spec(obj, **fields)

    def validate(self, attributes: Attributes, obj: Object, before: Object | None) -> None:
        """There is one default class at the most."""
        if not attributes.is_about(*CLASSES) or not obj.get("globalDefault"):
            return
        default = _default(attributes.view)
        name = metadata_of(default).get("name") if default else None
        if name and (before is None or name != metadata_of(obj).get("name")):
            why = f"PriorityClass {name} is already marked as default. Only one default can exist"
            raise forbidden(attributes, obj, why)


def _kept(obj: Object, before: Object) -> Object:
    old, new = spec_of(before), spec_of(obj)
    kept = {
        field: old[field]
        for field in ("priority", "preemptionPolicy")
        if old.get(field) is not None and new.get(field) is None
    }
    return with_spec(obj, **kept) if kept else obj


def _class_of(attributes: Attributes, pod: Object) -> Object | None:
    """The class of a new pod; None where that is not known."""
    view = attributes.view
    name = spec_of(pod).get("priorityClassName")
    if not name:
        return _default(view) or (NO_CLASS if view.knows(*CLASSES) else None)
    found = view.get(*CLASSES, "", name)
    if found is None and name in SYSTEM_CLASSES:
        value = SYSTEM_CLASSES[name]
        return {"metadata": {"name": name}, "value": value, "preemptionPolicy": PREEMPT}
    if found is None and view.knows(*CLASSES) and not attributes.write.accepted:
        raise forbidden(attributes, pod, f"no PriorityClass with name {name} was found")
    return found


def _default(view: View) -> Object | None:
    """The class for pods that name none: of several the one of the lowest value."""
    defaults = [one for one in view.objects(*CLASSES) if one.get("globalDefault")]
    return min(defaults, key=lambda one: int(one.get("value") or 0), default=None)


def _check_given(attributes: Attributes, pod: Object, chosen: Object) -> None:
    """Refuse a pod that says otherwise than its class."""
    if attributes.write.accepted:
        return
    spec, computed = spec_of(pod), chosen.get("value") or 0
    given = spec.get("priority")
    if given is not None and given != computed:
        why = (
            f"the integer value of priority ({given}) must not be provided in pod spec; "
            f"priority admission controller computed {computed} from the given PriorityClass name"
        )
        raise forbidden(attributes, pod, why)
    policy, wanted = spec.get("preemptionPolicy"), chosen.get("preemptionPolicy")
    if policy is not None and wanted and policy != wanted:
        why = (
            f"the string value of PreemptionPolicy ({policy}) must not be provided in pod spec; "
            f"priority admission controller computed {wanted} from the given PriorityClass name"
        )
        raise forbidden(attributes, pod, why)
