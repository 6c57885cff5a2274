"""Which resource is measured by which evaluator.

Source: pkg/quota/v1/install/registry.go, k8s.io/apiserver pkg/admission/plugin/resourcequota/
controller.go (Evaluate), v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.quota.claims import ClaimUsage
from engine.apiserver.admission.quota.contract import Evaluator
from engine.apiserver.admission.quota.counts import Counts
from engine.apiserver.admission.quota.pods import PodUsage
from engine.apiserver.admission.quota.services import ServiceUsage

EVALUATORS: dict[tuple[str, str], Evaluator] = {
    ("", "pods"): PodUsage(),
    ("", "services"): ServiceUsage(),
    ("", "persistentvolumeclaims"): ClaimUsage(),
}

IGNORED = frozenset({
    ("", "bindings"),
    ("", "componentstatuses"),
    ("", "events"),
    ("authentication.k8s.io", "selfsubjectreviews"),
    ("authentication.k8s.io", "tokenreviews"),
    ("authorization.k8s.io", "localsubjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectrulesreviews"),
    ("authorization.k8s.io", "subjectaccessreviews"),
    ("events.k8s.io", "events"),
})  # fmt: skip


def evaluator_of(group: str, resource: str) -> Evaluator | None:
    """What measures a resource; all others are counted, but for those that no quota is for."""
    if (group, resource) in IGNORED:
        return None
    return EVALUATORS.get((group, resource)) or Counts(group, resource)
