import json

import pytest

from engine.apiserver.autoscaler_versions import as_v1, as_v2
from engine.apiserver.conversion import convert
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.typed_form import typed_form

PREFIX = "autoscaling.alpha.kubernetes.io/"
CPU = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
}
METRICS = [
    {
        "type": "Object",
        "object": {
            "describedObject": {"kind": "Service", "name": "s"},
            "target": {"type": "Value", "value": "10"},
            "metric": {"name": "m", "selector": {"matchLabels": {"a": "b"}}},
        },
    },
    {
        "type": "Pods",
        "pods": {"metric": {"name": "m"}, "target": {"type": "AverageValue", "averageValue": "1"}},
    },
    {
        "type": "ContainerResource",
        "containerResource": {
            "name": "memory",
            "target": {"type": "AverageValue", "averageValue": "1Gi"},
            "container": "c",
        },
    },
    {
        "type": "External",
        "external": {"metric": {"name": "m"}, "target": {"type": "Value", "value": "3"}},
    },
]


def autoscaler(version, annotations=None, status=None, **spec):
    metadata = {"name": "a", **({"annotations": annotations} if annotations else {})}
    obj = typed_form(
        {
            "apiVersion": f"autoscaling/{version}",
            "kind": "HorizontalPodAutoscaler",
            "metadata": metadata,
            "spec": {"maxReplicas": 3, **spec},
            "status": status or {},
        }
    )
    apply_defaults(obj)
    convert(obj)
    return obj


def test_the_cpu_target_has_a_field_in_v1():
    shown = as_v1(autoscaler("v2", metrics=[CPU]))
    assert shown["spec"]["targetCPUUtilizationPercentage"] == 50
    assert shown["metadata"] == {"name": "a"}
    assert as_v2(shown)["spec"]["metrics"] == [CPU]


def test_without_a_target_the_default_is_stored():
    stored = as_v2(autoscaler("v1"))
    target = stored["spec"]["metrics"][0]["resource"]["target"]
    assert target == {"type": "Utilization", "averageUtilization": 80}


def test_other_metrics_travel_in_an_annotation():
    shown = as_v1(autoscaler("v2", metrics=[*METRICS, CPU]))
    written = json.loads(shown["metadata"]["annotations"][f"{PREFIX}metrics"])
    assert written[1] == {"type": "Pods", "pods": {"metricName": "m", "targetAverageValue": "1"}}
    assert as_v2(shown)["spec"]["metrics"] == [*METRICS, CPU]


def test_behavior_is_written_as_the_internal_type_prints_it():
    stored = autoscaler("v2", behavior={"scaleUp": {"policies": []}})
    shown = as_v1(stored)
    text = shown["metadata"]["annotations"][f"{PREFIX}behavior"]
    assert text == (
        '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":null,'
        '"Tolerance":null},"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":"Max",'
        '"Policies":[{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null}}'
    )
    assert as_v2(shown)["spec"] == stored["spec"]


def test_status_and_conditions_come_back():
    status = {
        "desiredReplicas": 2,
        "currentMetrics": [
            {"type": "Resource", "resource": {"name": "cpu", "current": {"averageValue": "1",
                                                                         "averageUtilization": 7}}}
        ],
        "conditions": [{"type": "AbleToScale", "status": "True", "lastTransitionTime": None}],
    }  # fmt: skip
    stored = autoscaler("v2", status=status)
    shown = as_v1(stored)
    assert shown["status"]["currentCPUUtilizationPercentage"] == 7
    assert as_v2(shown) == stored


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"type":1}]', '{"a":1}'])
def test_annotations_that_do_not_hold_what_they_should_are_dropped(text):
    names = ("metrics", "current-metrics", "conditions", "behavior")
    annotations = {f"{PREFIX}{name}": text for name in names}
    stored = as_v2(autoscaler("v1", {**annotations, "a": "b"}, targetCPUUtilizationPercentage=50))
    assert stored["metadata"]["annotations"] == {"a": "b"}
    assert stored["spec"]["metrics"] == [CPU]
