"""FlowSchemas and PriorityLevelConfigurations."""

import pytest

from tests.engine.apiserver.validating import changed, refused, refused_update

API = "flowcontrol.apiserver.k8s.io/v1"
SCHEMA = {
    "apiVersion": API,
    "kind": "FlowSchema",
    "spec": {
        "matchingPrecedence": 500,
        "priorityLevelConfiguration": {"name": "workload-low"},
        "rules": [
            {
                "subjects": [{"kind": "User", "user": {"name": "*"}}],
                "resourceRules": [
                    {"verbs": ["get"], "apiGroups": [""], "resources": ["*"], "namespaces": ["a"]}
                ],
                "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["/healthz/*"]}],
            }
        ],
    },
}
LEVEL = {
    "apiVersion": API,
    "kind": "PriorityLevelConfiguration",
    "spec": {
        "type": "Limited",
        "limited": {
            "nominalConcurrencyShares": 5,
            "limitResponse": {
                "type": "Queue",
                "queuing": {"queues": 64, "handSize": 6, "queueLengthLimit": 50},
            },
        },
    },
}
QUEUING = "spec.limited.limitResponse.queuing"
RULE = "spec.rules.0"


@pytest.mark.parametrize("body", [SCHEMA, LEVEL])
def test_what_is_as_it_must_be_is_taken(body):
    assert refused(body) == []
    assert refused_update(body, body) == []


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("spec.matchingPrecedence", 10001, "Invalid value: 10001: must not be greater than 10000"),
        (
            "spec.matchingPrecedence",
            1,
            "Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
        ),
        (
            "spec.distinguisherMethod",
            {"type": "ByMoon"},
            'Unsupported value: {"Type":"ByMoon"}: supported values: "ByNamespace", "ByUser"',
        ),
        (
            "spec.priorityLevelConfiguration.name",
            "",
            "Required value: must reference a priority level",
        ),
        (f"{RULE}.subjects", [], "Required value: subjects must contain at least one value"),
        (
            f"{RULE}.subjects.0.kind",
            "Robot",
            'Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"',
        ),
        (
            f"{RULE}.subjects.0.group",
            {"name": "g"},
            "Forbidden: group is forbidden when subject kind is not 'Group'",
        ),
        (
            f"{RULE}.resourceRules.0.verbs",
            ["*", "get"],
            'Invalid value: ["*","get"]: if \'*\' is present, must not specify other verbs',
        ),
        (
            f"{RULE}.resourceRules.0.namespaces",
            [],
            (
                "Required value: resource rules that are not cluster scoped must supply at least "
                "one namespace"
            ),
        ),
        (
            f"{RULE}.nonResourceRules.0.nonResourceURLs.0",
            "/a*b",
            'Invalid value: "/a*b": wildcard can only do suffix matching',
        ),
    ],
)
def test_a_flow_schema_that_cannot_be(path, value, why):
    [error] = refused(changed(SCHEMA, path, value))
    assert error.partition(": ")[2] == why


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (
            "spec.type",
            "Exempt",
            "Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'",
        ),
        (
            "spec.limited.nominalConcurrencyShares",
            -1,
            "Invalid value: -1: must be a non-negative integer",
        ),
        ("spec.limited.lendablePercent", 101, "must be between 0 and 100, inclusive"),
        ("spec.limited.borrowingLimitPercent", -1, "if specified, must be a non-negative integer"),
        (
            "spec.limited.limitResponse.type",
            "Reject",
            "Forbidden: must be nil if limited.limitResponse.type is not Limited",
        ),
        (f"{QUEUING}.queues", 10_000_001, "must not be greater than 10000000"),
        (f"{QUEUING}.handSize", 65, "should not be greater than queues (64)"),
        (
            f"{QUEUING}.handSize",
            11,
            ("required entropy bits of deckSize 64 and handSize 11 should not be greater than 60"),
        ),
    ],
)
def test_a_priority_level_that_cannot_be(path, value, why):
    assert refused(changed(LEVEL, path, value))[0].endswith(why)


def test_what_the_server_itself_needs_stays_as_it_is():
    catch_all = changed(LEVEL, "metadata", {"name": "catch-all"})
    assert refused(catch_all)[-1].endswith("spec of 'catch-all' must equal the fixed value")
    exempt = {"apiVersion": API, "kind": LEVEL["kind"], "metadata": {"name": "exempt"}}
    shares = {"nominalConcurrencyShares": 10, "lendablePercent": 50}
    assert refused({**exempt, "spec": {"type": "Exempt", "exempt": shares}}) == []
    schema = changed(SCHEMA, "metadata", {"name": "exempt"})
    assert refused(schema)[-1].endswith("spec of 'exempt' must equal the fixed value")
