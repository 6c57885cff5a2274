"""ExtendedResourceToleration: who asks for a device goes to the nodes that are kept for it.

Off by default. Source: plugin/pkg/admission/extendedresourcetoleration/admission.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.amounts import REQUESTS, container_amounts
from engine.apiserver.admission.contract import PODS, Attributes, Plugin
from engine.apiserver.admission.objects import containers_of, spec_of, with_spec
from engine.apiserver.validation.resources import is_extended
from engine.apiserver.verbs.contract import Object


class ExtendedResourceToleration(Plugin):
    """Tolerates taints whose key is an extended resource that the pod asks for."""

    name = "ExtendedResourceToleration"
    resources = (PODS,)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The pod with a toleration for each such resource."""
        if not (attributes.creates or attributes.updates):
            return obj
        spec = spec_of(obj)
        asked = {
            name
            for container in containers_of(spec)
            for name in container_amounts(container, REQUESTS)
            if is_extended(name)
        }
        tolerations = list(spec.get("tolerations") or ())
        for name in sorted(asked):
            toleration = {"key": name, "operator": "Exists", "effect": "NoSchedule"}
            if toleration not in tolerations:
                tolerations.append(toleration)
        return with_spec(obj, tolerations=tolerations) if asked else obj
