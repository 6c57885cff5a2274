"""DefaultTolerationSeconds: pods stay for a while on nodes that fail.

Source: plugin/pkg/admission/defaulttolerationseconds/admission.go, v1.36.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.apiserver.admission.contract import PODS, Attributes, Plugin
from engine.apiserver.admission.objects import spec_of, with_spec
from engine.apiserver.verbs.contract import Object

NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
NO_EXECUTE = "NoExecute"


@dataclass(frozen=True)
class DefaultTolerationSeconds(Plugin):
    """Tolerates failing nodes for the seconds that are set, where a pod says nothing of it."""

    not_ready_seconds: int
    unreachable_seconds: int

    name = "DefaultTolerationSeconds"
    resources = (PODS,)

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """The pod with the tolerations that it lacks."""
        if not (attributes.creates or attributes.updates):
            return obj
        tolerations = spec_of(obj).get("tolerations") or []
        added = [
            {
                "key": key,
                "operator": "Exists",
                "effect": NO_EXECUTE,
                "tolerationSeconds": seconds,
            }
            for key, seconds in (
                (NOT_READY, self.not_ready_seconds),
                (UNREACHABLE, self.unreachable_seconds),
            )
            if not any(_tolerates(toleration, key) for toleration in tolerations)
        ]
        return with_spec(obj, tolerations=[*tolerations, *added]) if added else obj


def _tolerates(toleration: Object, key: str) -> bool:
    """Whether the pod says itself how it takes that taint."""
    return (toleration.get("key") or key) == key and (
        toleration.get("effect") or NO_EXECUTE
    ) == NO_EXECUTE
