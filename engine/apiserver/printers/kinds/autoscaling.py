"""HorizontalPodAutoscalers: printHorizontalPodAutoscaler and formatHPAMetrics of
pkg/printers/internalversion/printers.go, v1.36."""

from datetime import datetime
from typing import Any

from engine.apiserver.printers.ages import age
from engine.apiserver.printers.contract import AGE, NAME, Cell, Column, Object, Printer
from engine.apiserver.printers.fields import amount, dig, integer, maps, name, text

NONE, UNKNOWN, UNSET = "<none>", "<unknown>", "<unset>"
SHOWN_MAX = 2
# The field of a metric that describes it, by its type.
SOURCES = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}


def _cells(autoscaler: Object, now: datetime) -> tuple[Cell, ...]:
    reference = dig(autoscaler, "spec", "scaleTargetRef")
    minimum = dig(autoscaler, "spec", "minReplicas")
    return (
        name(autoscaler),
        f"{text(reference, 'kind')}/{text(reference, 'name')}",
        _metrics(autoscaler),
        UNSET if minimum is None else str(minimum),
        integer(autoscaler, "spec", "maxReplicas"),
        integer(autoscaler, "status", "currentReplicas"),
        age(autoscaler, now),
    )


def _metrics(autoscaler: Object) -> str:
    """`cpu: 40%/80%, memory: <unknown>/500Mi + 1 more...`"""
    specs, statuses = _metric_specs(autoscaler), _metric_statuses(autoscaler)
    shown = [
        _metric(spec, statuses[index] if index < len(statuses) else {})
        for index, spec in enumerate(specs)
    ]
    first = ", ".join(shown[:SHOWN_MAX]) or NONE
    more = len(shown) - SHOWN_MAX
    return f"{first} + {more} more..." if more > 0 else first


def _metric_specs(autoscaler: Object) -> list[Object]:
    """`spec.metrics`; autoscaling/v1 knows the one metric of CPU utilization instead."""
    target = dig(autoscaler, "spec", "targetCPUUtilizationPercentage")
    if target is None:
        return maps(autoscaler, "spec", "metrics")
    resource = {"name": "cpu", "target": {"averageUtilization": target}}
    return [{"type": "Resource", "resource": resource}]


def _metric_statuses(autoscaler: Object) -> list[Object]:
    current = dig(autoscaler, "status", "currentCPUUtilizationPercentage")
    if current is None:
        return maps(autoscaler, "status", "currentMetrics")
    return [{"resource": {"name": "cpu", "current": {"averageUtilization": current}}}]


def _metric(spec: Object, status: Object) -> str:
    kind = text(spec, "type")
    if kind not in SOURCES:
        return "<unknown type>"
    source = SOURCES[kind]
    target, current = dig(spec, source, "target"), dig(status, source, "current")
    if kind in ("Resource", "ContainerResource"):
        return f"{text(spec, source, 'name')}: {_resource(target, current)}"
    if kind == "Pods":
        return f"{_quantity(current, 'averageValue')}/{amount(target, 'averageValue')}"
    if dig(target, "averageValue") is not None:
        averaged = dig(current, "averageValue")
        shown = UNKNOWN if averaged is None else amount(averaged)
        return f"{shown}/{amount(target, 'averageValue')} (avg)"
    return f"{_quantity(current, 'value')}/{amount(target, 'value')}"


def _resource(target: Any, current: Any) -> str:
    if dig(target, "averageValue") is not None:
        return f"{_quantity(current, 'averageValue')}/{amount(target, 'averageValue')}"
    used, wanted = dig(current, "averageUtilization"), dig(target, "averageUtilization")
    return (
        f"{UNKNOWN if used is None else f'{used}%'}/{'<auto>' if wanted is None else f'{wanted}%'}"
    )


def _quantity(current: Any, field: str) -> str:
    """A current amount; `<nil>` where the status has an entry without it, as Go prints that."""
    if current is None:
        return UNKNOWN
    return "<nil>" if dig(current, field) is None else amount(current, field)


PRINTERS = (
    Printer(
        "autoscaling",
        "HorizontalPodAutoscaler",
        (
            NAME,
            Column("Reference"),
            Column("Targets"),
            Column("MinPods"),
            Column("MaxPods"),
            Column("Replicas"),
            AGE,
        ),
        _cells,
    ),
)
