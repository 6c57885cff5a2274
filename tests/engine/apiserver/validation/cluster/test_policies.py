"""Policies of admission, their bindings, match conditions of webhooks, APIServices."""

import base64

import pytest

from tests.engine.apiserver.validating import changed, refused, refused_update

ADMISSION = "admissionregistration.k8s.io/v1"
RULE = {"operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
POLICY = {
    "apiVersion": ADMISSION,
    "kind": "ValidatingAdmissionPolicy",
    "spec": {
        "matchConstraints": {"resourceRules": [RULE]},
        "paramKind": {"apiVersion": "example.com/v1", "kind": "Limit"},
        "matchConditions": [{"name": "example.com/a", "expression": "true"}],
        "variables": [{"name": "x", "expression": "1"}],
        "validations": [{"expression": "variables.x == 1", "reason": "Forbidden"}],
        "auditAnnotations": [{"key": "k", "valueExpression": "'v'"}],
    },
}
BINDING = {
    "apiVersion": ADMISSION,
    "kind": "ValidatingAdmissionPolicyBinding",
    "spec": {
        "policyName": "a",
        "paramRef": {"name": "b", "parameterNotFoundAction": "Deny"},
        "validationActions": ["Deny", "Audit"],
    },
}
HOOKS = {
    "apiVersion": ADMISSION,
    "kind": "ValidatingWebhookConfiguration",
    "webhooks": [
        {
            "name": "a.example.com",
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "clientConfig": {"service": {"name": "a", "namespace": "b"}},
            "matchConditions": [{"name": "a", "expression": "true"}],
        }
    ],
}
SERVICE = {
    "apiVersion": "apiregistration.k8s.io/v1",
    "kind": "APIService",
    "metadata": {"name": "v1.example.com"},
    "spec": {
        "group": "example.com",
        "version": "v1",
        "groupPriorityMinimum": 1000,
        "versionPriority": 15,
        "service": {"namespace": "a", "name": "b"},
    },
}


@pytest.mark.parametrize("body", [POLICY, BINDING, HOOKS, SERVICE])
def test_what_is_as_it_must_be_is_taken(body):
    assert refused(body) == []
    assert refused_update(body, body) == []


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("spec.matchConstraints", None, "spec.matchConstraints: Required value"),
        (
            "spec.matchConstraints.resourceRules",
            [],
            "spec.matchConstraints.resourceRules: Required value",
        ),
        (
            "spec.matchConstraints.resourceRules.0.resourceNames",
            ["a", "a"],
            'spec.matchConstraints.resourceRules[0].resourceNames[1]: Duplicate value: "a"',
        ),
        (
            "spec.paramKind.apiVersion",
            "a/b/c",
            (
                'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion '
                "string: a/b/c"
            ),
        ),
        (
            "spec.variables.0.name",
            "for",
            'spec.variables[0].name: Invalid value: "for": name is not a valid CEL identifier',
        ),
        (
            "spec.validations.0.expression",
            " ",
            "spec.validations[0].expression: Required value: expression is not specified",
        ),
        (
            "spec.validations.0.message",
            "a\nb",
            (
                'spec.validations[0].message: Invalid value: "a\\nb": message must not contain '
                "line breaks"
            ),
        ),
        (
            "spec.validations.0.reason",
            "Gone",
            (
                'spec.validations[0].reason: Unsupported value: "Gone": supported values: '
                '"Forbidden", "Invalid", "RequestEntityTooLarge"'
            ),
        ),
        (
            "spec.auditAnnotations.0.valueExpression",
            "x" * 5121,
            (
                "spec.auditAnnotations[0].valueExpression: Required value: must not exceed 5120 "
                "bytes in length"
            ),
        ),
    ],
)
def test_a_policy_that_cannot_be(path, value, why):
    assert refused(changed(POLICY, path, value)) == [why]


def test_a_policy_does_something():
    idle = changed(changed(POLICY, "spec.validations", []), "spec.auditAnnotations", [])
    why = "Required value: validations or auditAnnotations must contain at least one item"
    assert refused(idle) == [f"spec.validations: {why}", f"spec.auditAnnotations: {why}"]


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (
            "spec.validationActions",
            ["Deny", "Warn"],
            (
                'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both '
                "Deny and Warn (repeating the same validation failure information in the API "
                "response and headers serves no purpose)"
            ),
        ),
        (
            "spec.validationActions",
            [],
            "spec.validationActions: Required value: at least one validation action is required",
        ),
        (
            "spec.paramRef",
            {"parameterNotFoundAction": "Deny"},
            "spec.paramRef: Required value: one of name or selector must be specified",
        ),
        (
            "spec.paramRef.parameterNotFoundAction",
            "Ask",
            (
                'spec.paramRef.parameterNotFoundAction: Unsupported value: "Ask": supported '
                'values: "Deny", "Allow"'
            ),
        ),
        (
            "spec.matchResources",
            {"resourceRules": [{**RULE, "resources": []}]},
            "spec.matchResouces.resourceRules[0].resources: Required value",
        ),
    ],
)
def test_a_binding_that_cannot_be(path, value, why):
    assert refused(changed(BINDING, path, value)) == [why]


def test_match_conditions_have_names_of_their_own_and_expressions():
    conditions = [{"name": "a", "expression": "true"}, {"name": "a", "expression": " "}]
    body = changed(HOOKS, "webhooks.0.matchConditions", conditions)
    assert refused(body) == [
        "webhooks[0].matchConditions[1].expression: Required value",
        'webhooks[0].matchConditions[1].name: Duplicate value: "a"',
    ]
    assert refused_update(body, body) == []


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (
            "metadata.name",
            "v2.example.com",
            (
                'metadata.name: Invalid value: "v2.example.com": must be '
                '`spec.version+"."+spec.group`: "v1.example.com"'
            ),
        ),
        (
            "spec.groupPriorityMinimum",
            20001,
            (
                "spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than "
                "20000"
            ),
        ),
        (
            "spec.service.port",
            70000,
            (
                "spec.service.port: Invalid value: 70000: port is not valid: must be between 1 "
                "and 65535, inclusive"
            ),
        ),
    ],
)
def test_an_api_service_that_cannot_be(path, value, why):
    assert refused(changed(SERVICE, path, value)) == [why]


def test_what_the_server_serves_itself_needs_no_certificates():
    local = changed(SERVICE, "spec.service", None)
    pem = base64.b64encode(b"four").decode()
    assert refused(changed(local, "spec.caBundle", pem)) == [
        'spec.caBundle: Invalid value: "4 bytes": local APIServices may not have a caBundle'
    ]
