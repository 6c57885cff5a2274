"""Defaults of autoscalers.

Source: pkg/apis/autoscaling/v1/defaults.go and v2/defaults.go (v1.36).
"""

from typing import Any

from engine.apiserver.defaults.contract import Defaults, Object

CPU_UTILIZATION_PERCENT = 80
PERIOD_SECONDS = 15


def autoscaler_v1(obj: Object) -> None:
    """SetDefaults_HorizontalPodAutoscaler of v1; its CPU target is set where it is converted."""
    obj["spec"].setdefault("minReplicas", 1)


def autoscaler_v2(obj: Object) -> None:
    """SetDefaults_HorizontalPodAutoscaler of v2."""
    spec = obj["spec"]
    spec.setdefault("minReplicas", 1)
    if "metrics" not in spec:
        target = {"type": "Utilization", "averageUtilization": CPU_UTILIZATION_PERCENT}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if "behavior" in spec:
        behavior = spec["behavior"]
        behavior["scaleUp"] = _rules(
            behavior.get("scaleUp"),
            stabilizationWindowSeconds=0,
            selectPolicy="Max",
            policies=[_policy("Pods", 4), _policy("Percent", 100)],
        )
        # How long scaling down waits is a flag of the controller, so nothing is written here.
        behavior["scaleDown"] = _rules(
            behavior.get("scaleDown"), selectPolicy="Max", policies=[_policy("Percent", 100)]
        )


def _policy(kind: str, value: int) -> Object:
    return {"type": kind, "value": value, "periodSeconds": PERIOD_SECONDS}


def _rules(given: Object | None, **rules: Any) -> Object:
    """The rules with what is given in their place (copyHPAScalingRules): an empty list too."""
    new = {**rules, **(given or {})}
    return new if new["policies"] else {k: v for k, v in new.items() if k != "policies"}


V1: Defaults = {"HorizontalPodAutoscaler": autoscaler_v1}
V2: Defaults = {"HorizontalPodAutoscaler": autoscaler_v2}
