"""Deployments, ReplicaSets, StatefulSets, DaemonSets, ReplicationControllers."""

import pytest

from tests.engine.apiserver.validating import changed, refused, refused_update

LABELS = {"app": "a"}
TEMPLATE = {
    "metadata": {"labels": LABELS},
    "spec": {"containers": [{"name": "a", "image": "a:1"}]},
}
SELECTOR = {"matchLabels": LABELS}
SPEC = {"selector": SELECTOR, "template": TEMPLATE}
DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": SPEC}
STATEFUL_SET = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "spec": {**SPEC, "serviceName": "a"},
}
DAEMON_SET = {"apiVersion": "apps/v1", "kind": "DaemonSet", "spec": SPEC}
REPLICA_SET = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "spec": SPEC}
CONTROLLER = {
    "apiVersion": "v1",
    "kind": "ReplicationController",
    "spec": {"selector": LABELS, "template": TEMPLATE},
}
ALL = [DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, CONTROLLER]
NO_MATCH = (
    'spec.template.metadata.labels: Invalid value: {"app":"b"}: '
    "`selector` does not match template `labels`"
)


def kind_of(body):
    return body["kind"]


@pytest.mark.parametrize("body", ALL, ids=kind_of)
def test_a_workload_that_selects_its_own_pods_is_valid(body):
    assert refused(body) == []


@pytest.mark.parametrize("body", ALL, ids=kind_of)
def test_the_pods_of_a_workload_have_the_labels_that_it_selects(body):
    assert refused(changed(body, "spec.template.metadata.labels.app", "b")) == [NO_MATCH]


@pytest.mark.parametrize("body", ALL, ids=kind_of)
def test_the_pods_of_a_workload_run_always(body):
    assert refused(changed(body, "spec.template.spec.restartPolicy", "Never")) == [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'
    ]


@pytest.mark.parametrize("body", [DEPLOYMENT, DAEMON_SET, REPLICA_SET], ids=kind_of)
def test_the_selector_stays(body):
    new = changed(changed(body, "spec.selector.matchLabels.b", "c"), "spec.template.x", None)
    new = changed(new, "spec.template.metadata.labels.b", "c")
    assert refused_update(body, new) == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"a","b":"c"}}: field is immutable'
    ]


def test_a_rolling_update_moves_something():
    rolling = {"maxSurge": 0, "maxUnavailable": "0%"}
    assert refused(changed(DEPLOYMENT, "spec.strategy.rollingUpdate", rolling)) == [
        (
            'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": '
            "may not be 0 when `maxSurge` is 0"
        )
    ]


def test_a_daemon_set_surges_or_has_pods_unavailable():
    rolling = {"maxSurge": "10%", "maxUnavailable": 1}
    assert refused(changed(DAEMON_SET, "spec.updateStrategy.rollingUpdate", rolling)) == [
        (
            'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "10%": '
            "may not be set when maxUnavailable is non-zero"
        )
    ]


def test_no_more_pods_are_available_than_ready():
    status = {"replicas": 3, "readyReplicas": 1, "availableReplicas": 2}
    new = {**DEPLOYMENT, "status": status}
    assert refused_update(DEPLOYMENT, new, "status") == [
        "status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas"
    ]


def test_a_count_of_collisions_does_not_shrink():
    old = {**DEPLOYMENT, "status": {"collisionCount": 2}}
    assert refused_update(old, {**DEPLOYMENT, "status": {}}, "status") == [
        "status.collisionCount: Invalid value: 0: cannot be decremented"
    ]


def test_the_claims_of_a_stateful_set_are_volumes_of_its_pods():
    mounts = [{"name": "data", "mountPath": "/data"}]
    body = changed(STATEFUL_SET, "spec.template.spec.containers.0.volumeMounts", mounts)
    missing = 'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"'
    assert refused(body) == [missing]
    claim = {
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    assert refused(changed(body, "spec.volumeClaimTemplates", [claim])) == []


CLAIM = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}


def test_the_claims_of_a_stateful_set_are_as_claims_must_be():
    path = "spec.volumeClaimTemplates"
    body = changed(STATEFUL_SET, path, [CLAIM, {"metadata": {"name": "more"}, "spec": {}}])
    modes = "spec.accessModes: Required value: at least 1 access mode is required"
    assert refused(body) == [
        f"{path}[0].{modes}",
        f"{path}[1].{modes}",
        f"{path}[1].spec.resources[storage]: Required value",
    ]
    assert refused_update(body, changed(body, "spec.replicas", 5)) == []


def test_a_stateful_set_keeps_what_its_pods_are_known_by():
    new = changed(STATEFUL_SET, "spec.podManagementPolicy", "Parallel")
    assert refused_update(STATEFUL_SET, new) == [
        (
            "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', "
            "'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
            "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
        )
    ]
    assert refused_update(STATEFUL_SET, changed(STATEFUL_SET, "spec.replicas", 5)) == []


def test_a_stateful_set_that_was_not_valid_already_may_be_scaled():
    old = changed(STATEFUL_SET, "spec.template.spec.containers.0.image", None)
    assert refused(old) == ["spec.template.spec.containers[0].image: Required value"]
    assert refused_update(old, changed(old, "spec.replicas", 5)) == []
    assert refused_update(STATEFUL_SET, old) == refused(old)
