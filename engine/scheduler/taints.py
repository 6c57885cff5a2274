"""Taints of nodes and which pods tolerate them.

After FindMatchingUntoleratedTaint in staging/src/k8s.io/component-helpers/scheduling/corev1/
helpers.go and ToleratesTaint in staging/src/k8s.io/api/core/v1/toleration.go (v1.36; comparison
operators of tolerations are off by default).
"""

from collections.abc import Collection, Sequence

from engine.scheduler.reading import Object, text

NO_SCHEDULE, NO_EXECUTE, PREFER_NO_SCHEDULE = "NoSchedule", "NoExecute", "PreferNoSchedule"
KEEPING_OUT = (NO_SCHEDULE, NO_EXECUTE)
"""The effects that keep pods out: DoNotScheduleTaintsFilterFunc."""


def tolerates(toleration: Object, taint: Object) -> bool:
    """Whether one toleration tolerates one taint."""
    effect, key = text(toleration, "effect"), text(toleration, "key")
    if effect and effect != text(taint, "effect"):
        return False
    if key and key != text(taint, "key"):
        return False
    operator = text(toleration, "operator")
    if operator in ("", "Equal"):
        return text(toleration, "value") == text(taint, "value")
    return operator == "Exists"


def is_tolerated(taint: Object, tolerations: Sequence[Object]) -> bool:
    """Whether any of the tolerations tolerates the taint."""
    return any(tolerates(toleration, taint) for toleration in tolerations)


def has_untolerated(
    taints: Sequence[Object], tolerations: Sequence[Object], effects: Collection[str]
) -> bool:
    """Whether a taint with one of the effects is not tolerated."""
    return any(
        text(taint, "effect") in effects and not is_tolerated(taint, tolerations)
        for taint in taints
    )
