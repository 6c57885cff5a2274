"""TaintNodesByCondition: a new node takes no pods before it is ready.

Source: plugin/pkg/admission/nodetaint/admission.go, v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.contract import Attributes, Plugin
from engine.apiserver.admission.objects import spec_of, with_spec
from engine.apiserver.verbs.contract import Object

NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


class TaintNodesByCondition(Plugin):
    """Taints new nodes as not ready."""

    name = "TaintNodesByCondition"
    resources = (("", "nodes"),)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The node with the taint."""
        if not attributes.creates:
            return obj
        taints = spec_of(obj).get("taints") or []
        if any(all(taint.get(k) == v for k, v in NOT_READY.items()) for taint in taints):
            return obj
        return with_spec(obj, taints=[*taints, dict(NOT_READY)])
