"""Autoscaling, disruption, access, priority, leases, Events, certificates and webhooks."""

import base64

import pytest

from tests.engine.apiserver.validating import changed, refused, refused_update

RBAC = "rbac.authorization.k8s.io"
AUTOSCALER = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "spec": {"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "a"}},
}
BUDGET = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "spec": {"minAvailable": 1}}
CLUSTER_ROLE = {
    "apiVersion": f"{RBAC}/v1",
    "kind": "ClusterRole",
    "rules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz"]}],
}
BINDING = {
    "apiVersion": f"{RBAC}/v1",
    "kind": "ClusterRoleBinding",
    "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "a"},
    "subjects": [{"kind": "User", "apiGroup": RBAC, "name": "u"}],
}
PRIORITY = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "value": 5}
RUNTIME = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "handler": "runc"}
LEASE = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": {}}
EVENT = {"apiVersion": "v1", "kind": "Event", "involvedObject": {"namespace": "default"}}
PEM = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"
REQUEST = {
    "apiVersion": "certificates.k8s.io/v1",
    "kind": "CertificateSigningRequest",
    "spec": {
        "request": base64.b64encode(PEM.encode()).decode(),
        "signerName": "example.com/a",
        "usages": ["client auth"],
    },
}
HOOK = {
    "name": "a.example.com",
    "sideEffects": "None",
    "admissionReviewVersions": ["v1"],
    "clientConfig": {"service": {"name": "a", "namespace": "b"}},
    "rules": [
        {"operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
    ],
}
WEBHOOKS = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingWebhookConfiguration",
    "webhooks": [HOOK],
}
ALL = [
    *(AUTOSCALER, BUDGET, CLUSTER_ROLE, BINDING, PRIORITY, RUNTIME, LEASE, EVENT, REQUEST),
    WEBHOOKS,
]


@pytest.mark.parametrize("body", ALL, ids=lambda body: body["kind"])
def test_what_is_right_is_taken(body):
    assert refused(body) == []


def test_what_scales_to_zero_already_may_go_on():
    zero = changed(AUTOSCALER, "spec.minReplicas", 0)
    metric = {
        "type": "External",
        "external": {"metric": {"name": "a"}, "target": {"type": "Value", "value": "1"}},
    }
    zero = changed(zero, "spec.metrics", [metric])
    too_low = "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1"
    assert refused(zero) == [too_low]
    assert refused_update(AUTOSCALER, zero) == [too_low]
    assert refused_update(zero, zero) == []


def test_a_metric_has_the_source_that_its_type_names():
    metric = {"type": "Pods", "resource": {"name": "cpu", "target": {"type": "Utilization"}}}
    assert refused(changed(AUTOSCALER, "spec.metrics", [metric])) == [
        (
            "spec.metrics[0].resource.target.averageUtilization: Required value: "
            "must set either a target raw value or a target utilization"
        ),
        (
            "spec.metrics[0].pods: Required value: "
            "must populate information for the given metric source"
        ),
    ]


def test_a_condition_of_a_budget_has_a_reason():
    condition = {"type": "A", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    new = {**BUDGET, "status": {"conditions": [condition]}}
    assert refused_update(BUDGET, new, "status") == [
        "status.conditions[0].reason: Required value: must be set"
    ]


def test_a_rule_is_of_resources_or_of_urls():
    assert refused(changed(CLUSTER_ROLE, "rules.0.resources", ["pods"])) == [
        (
            'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: '
            "rules cannot apply to both regular resources and non-resource URLs"
        )
    ]


def test_the_role_of_a_binding_stays():
    assert refused_update(BINDING, changed(BINDING, "roleRef.name", "b")) == [
        (
            f'roleRef: Invalid value: {{"APIGroup":"{RBAC}","Kind":"ClusterRole","Name":"b"}}: '
            "cannot change roleRef"
        )
    ]


def test_an_account_that_is_bound_everywhere_has_a_namespace():
    subjects = [{"kind": "ServiceAccount", "name": "a"}]
    assert refused(changed(BINDING, "subjects", subjects)) == [
        "subjects[0].namespace: Required value"
    ]


def test_priorities_of_the_system_are_its_own():
    reserved = "priority class names with 'system-' prefix are reserved for system use only. error:"
    body = changed(PRIORITY, "metadata.name", "system-cluster-critical")
    assert refused(body) == [
        (
            f"metadata.name: Forbidden: {reserved} "
            "value of system-cluster-critical PriorityClass must be 2000000000"
        )
    ]
    assert refused(changed(body, "value", 2_000_000_000)) == []


def test_a_handler_stays():
    assert refused_update(RUNTIME, changed(RUNTIME, "handler", "gvisor")) == [
        'handler: Invalid value: "gvisor": field is immutable'
    ]


def test_a_lease_lasts():
    assert refused(changed(LEASE, "spec.leaseDurationSeconds", 0)) == [
        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"
    ]


def test_an_event_is_where_its_object_is():
    assert refused(changed(EVENT, "involvedObject.namespace", "other")) == [
        'involvedObject.namespace: Invalid value: "other": does not match event.namespace'
    ]


def test_an_event_with_a_time_says_who_reports_it():
    assert refused(changed(EVENT, "eventTime", "2026-01-01T00:00:00.000000Z")) == [
        "reportingComponent: Required value",
        'reportingComponent: Invalid value: "": name part must be non-empty',
        (
            'reportingComponent: Invalid value: "": name part must consist of alphanumeric '
            "characters, '-', '_' or '.', and must start and end with an alphanumeric character "
            "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        ),
        "reportingInstance: Required value",
        "action: Required value",
        "reason: Required value",
    ]


def test_only_an_approval_approves():
    approved = [{"type": "Approved", "status": "True", "reason": "a"}]
    new = {**REQUEST, "status": {"conditions": approved}}
    assert refused_update(REQUEST, new, "approval") == []
    denied = [*approved, {"type": "Denied", "status": "True"}]
    assert refused_update(REQUEST, {**REQUEST, "status": {"conditions": denied}}, "approval") == [
        (
            'status.conditions: Invalid value: "Denied": '
            "Approved and Denied conditions are mutually exclusive"
        )
    ]


def test_a_request_is_one():
    assert refused(changed(REQUEST, "spec.request", "AAAA")) == [
        'spec.request: Invalid value: "AAAA": PEM block type must be CERTIFICATE REQUEST'
    ]


def test_a_webhook_says_what_it_does_besides():
    body = changed(WEBHOOKS, "webhooks.0.sideEffects", "Some")
    assert refused(body) == [
        (
            'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", '
            '"NoneOnDryRun"'
        )
    ]
    assert refused_update(body, body) == []


def test_a_rule_of_everything_names_nothing_else():
    body = changed(WEBHOOKS, "webhooks.0.rules.0.resources", ["*/*", "pods", "pods/*", "pods/log"])
    path = "webhooks[0].rules[0].resources"
    assert refused(body) == [
        (
            f'{path}[3]: Invalid value: "pods/log": '
            "if 'pods/*' is present, must not specify pods/log"
        ),
        (
            f'{path}: Invalid value: ["*/*","pods","pods/*","pods/log"]: '
            "if '*/*' is present, must not specify other resources"
        ),
    ]
