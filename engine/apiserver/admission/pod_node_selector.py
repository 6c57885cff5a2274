"""PodNodeSelector: pods go to the nodes that their namespace names. Off by default.

Source: plugin/pkg/admission/podnodeselector/admission.go, v1.36; without its file of settings, as
which it allows all labels.
"""

from __future__ import annotations

from engine.apiserver.admission.contract import PODS, Attributes, Plugin
from engine.apiserver.admission.objects import annotations_of, spec_of, with_spec
from engine.apiserver.admission.refusal import forbidden
from engine.apiserver.verbs.contract import Object

ANNOTATION = "scheduler.alpha.kubernetes.io/node-selector"
CONFLICT = "pod node label selector conflicts with its namespace node label selector"


class PodNodeSelector(Plugin):
    """Adds the namespace's node selector to new pods."""

    name = "PodNodeSelector"
    resources = (PODS,)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The pod with both selectors."""
        selector = _of_namespace(attributes) if attributes.creates else {}
        if not selector:
            return obj
        own = spec_of(obj).get("nodeSelector") or {}
        if any(own.get(k, v) != v for k, v in selector.items()) and not attributes.write.accepted:
            raise forbidden(attributes, obj, CONFLICT)
        return with_spec(obj, nodeSelector={**selector, **own})


def _of_namespace(attributes: Attributes) -> dict[str, str]:
    namespace = attributes.view.get("", "namespaces", "", attributes.write.namespace)
    text = str(annotations_of(namespace or {}).get(ANNOTATION) or "")
    pairs = (pair.partition("=") for pair in text.split(",") if "=" in pair)
    return {key.strip(): value.strip() for key, _, value in pairs}
