"""Claims of devices, their templates and classes."""

import pytest

from engine.apiserver.strategy.prepare import prepare_for_update
from tests.engine.apiserver.validating import changed, created, refused, refused_update

REQUEST = {"name": "gpu", "exactly": {"deviceClassName": "gpu.example.com"}}
OPAQUE = {"opaque": {"driver": "gpu.example.com", "parameters": {"a": 1}}}
DEVICES = {
    "requests": [REQUEST],
    "constraints": [{"requests": ["gpu"], "matchAttribute": "gpu.example.com/family"}],
    "config": [OPAQUE],
}
CLAIM = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "ResourceClaim",
    "spec": {"devices": DEVICES},
}
TEMPLATE = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "ResourceClaimTemplate",
    "spec": {"metadata": {"labels": {"a": "b"}}, "spec": {"devices": DEVICES}},
}
CLASS = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "DeviceClass",
    "spec": {
        "selectors": [{"cel": {"expression": "device.driver == 'gpu.example.com'"}}],
        "config": [OPAQUE],
        "extendedResourceName": "example.com/gpu",
    },
}
FIRST = {"name": "big", "deviceClassName": "gpu.example.com"}
EXACTLY = "spec.devices.requests.0.exactly"


@pytest.mark.parametrize("body", [CLAIM, TEMPLATE, CLASS])
def test_what_is_as_it_must_be_is_taken(body):
    assert refused(body) == []
    assert refused_update(body, body) == []


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (
            "spec.devices.requests",
            [REQUEST, REQUEST],
            'spec.devices.requests[1]: Duplicate value: "gpu"',
        ),
        (
            "spec.devices.requests",
            [{**REQUEST, "name": f"r{n}"} for n in range(33)] + [REQUEST],
            "spec.devices.requests: Too many: 34: must have at most 32 items",
        ),
        (
            "spec.devices.requests.0.exactly",
            None,
            (
                "spec.devices.requests[0]: Required value: exactly one of `exactly` or "
                "`firstAvailable` is required"
            ),
        ),
        (
            f"{EXACTLY}.deviceClassName",
            "",
            "spec.devices.requests[0].exactly.deviceClassName: Required value",
        ),
        (
            f"{EXACTLY}.allocationMode",
            "Some",
            (
                "spec.devices.requests[0].exactly.allocationMode: Unsupported value: "
                '"Some": supported values: "All", "ExactCount"'
            ),
        ),
        (
            f"{EXACTLY}.tolerations",
            [{"key": "a", "operator": "Exists", "value": "b"}],
            (
                'spec.devices.requests[0].exactly.tolerations[0].value: Invalid value: "b": must '
                "be empty for operator `Exists`"
            ),
        ),
        (
            "spec.devices.constraints.0.requests",
            ["cpu"],
            (
                'spec.devices.constraints[0].requests[0]: Invalid value: "cpu": must be the name '
                "of a request in the claim or the name of a request and a subrequest separated "
                "by '/'"
            ),
        ),
        (
            "spec.devices.constraints.0.matchAttribute",
            "family",
            (
                'spec.devices.constraints[0].matchAttribute: Invalid value: "family": must '
                "include a domain"
            ),
        ),
        (
            "spec.devices.config.0.opaque.parameters",
            [],
            (
                'spec.devices.config[0].opaque.parameters: Invalid value: "<value omitted>": '
                "must be a valid JSON object"
            ),
        ),
    ],
)
def test_a_claim_that_cannot_be(path, value, why):
    assert refused(changed(CLAIM, path, value)) == [why]


def test_constraints_may_name_one_of_those_that_are_tried_in_turn():
    requests = [{"name": "gpu", "firstAvailable": [FIRST]}]
    body = changed(CLAIM, "spec.devices.requests", requests)
    path = "spec.devices.constraints.0.requests"
    assert refused(changed(body, path, ["gpu/big"])) == []
    assert len(refused(changed(body, path, ["gpu/small"]))) == 1


def test_what_was_claimed_stays_so():
    [error] = refused_update(CLAIM, changed(CLAIM, f"{EXACTLY}.deviceClassName", "b.example.com"))
    assert error.startswith("spec: Invalid value: {")
    assert error.endswith(": field is immutable")


def test_a_device_that_a_claim_lost_keeps_no_status():
    devices = [{"driver": "d", "pool": "p", "device": name} for name in ("one", "two")]
    results = [{"request": "gpu", **device} for device in devices]
    old = created(CLAIM)
    old["status"] = {"allocation": {"devices": {"results": results}}, "devices": devices}
    new = created(CLAIM)
    new["status"] = {"allocation": {"devices": {"results": results[:1]}}, "devices": devices}
    prepare_for_update(new, old, "status")
    assert new["status"]["devices"] == devices[:1]


def test_what_is_made_of_a_template_gets_labels_and_annotations_alone():
    assert refused(changed(TEMPLATE, "spec.metadata.name", "a")) == [
        "spec.metadata.name: Forbidden: cannot be set"
    ]


def test_a_class_selects_by_expressions():
    assert refused(changed(CLASS, "spec.selectors", [{}])) == [
        "spec.selectors[0].cel: Required value"
    ]
    assert refused(changed(CLASS, "spec.extendedResourceName", "cpu")) == [
        'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name'
    ]
