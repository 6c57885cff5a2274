"""Binding and eviction of pods."""

from typing import Any

import pytest

from tests.engine.apiserver.server.cluster import BORN, Cluster, pod

NOT_NOW = "Cannot evict pod as it would violate the pod's disruption budget."
UID = "00000000-0000-4000-8000-000000000000"


def bind(name: str = "node-1") -> dict[str, Any]:
    return {"target": {"kind": "Node", "name": name}}


def bound(cluster: Cluster, name: str = "a", ready: bool = True) -> None:
    cluster.do("create", "pods", pod(name))
    cluster.do("create", "pods/binding", bind(), name)
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    status = {"status": {"phase": "Running", "conditions": conditions}}
    cluster.do("patch", "pods/status", status, name, patch_type="strategic")


def budget(cluster: Cluster, allowed: int, name: str = "pdb", **more: Any) -> None:
    what = "poddisruptionbudgets.policy"
    body = {
        "metadata": {"name": name},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
    }
    cluster.do("create", what, body)
    numbers = {"disruptionsAllowed": allowed, "currentHealthy": 1, "desiredHealthy": 1}
    status = {"status": {"observedGeneration": 1, "expectedPods": 1, **numbers, **more}}
    cluster.do("patch", f"{what}/status", status, name, patch_type="merge")


def test_a_binding_gives_the_pod_its_node_and_the_nodes_topology() -> None:
    cluster = Cluster()
    zone = {"topology.kubernetes.io/zone": "zone-a"}
    cluster.do("create", "nodes", {"metadata": {"name": "node-1", "labels": {**zone, "x": "y"}}})
    cluster.do("create", "pods", pod())
    answer = cluster.do("create", "pods/binding", bind(), "a")
    assert (answer.code, answer.object["status"]) == (201, "Success")
    found = cluster.get("pods", "a")
    assert found["spec"]["nodeName"] == "node-1"
    assert found["metadata"]["labels"] == {"app": "web", **zone}
    [condition] = found["status"]["conditions"]
    assert (condition["type"], condition["lastTransitionTime"]) == ("PodScheduled", BORN)


def test_a_pod_is_bound_once() -> None:
    cluster = Cluster()
    bound(cluster)
    refused = cluster.refused("create", "pods/binding", bind("node-2"), "a")
    assert (refused["code"], refused["reason"]) == (409, "Conflict")
    assert refused["message"] == (
        'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node '
        '"node-1"'
    )
    assert refused["details"] == {"name": "a", "kind": "pods/binding"}


def test_a_pod_that_is_going_is_not_bound() -> None:
    cluster = Cluster()
    cluster.do("create", "pods", {**pod(), "metadata": {"name": "a", "finalizers": ["x.io/y"]}})
    cluster.do("delete", "pods", None, "a")
    refused = cluster.refused("create", "pods/binding", bind(), "a")
    assert refused["message"].endswith("pod a is being deleted, cannot be assigned to a host")


def test_a_pod_that_is_held_back_is_not_bound() -> None:
    cluster = Cluster()
    cluster.do("create", "pods", pod(schedulingGates=[{"name": "example.com/wait"}]))
    refused = cluster.refused("create", "pods/binding", bind(), "a")
    assert refused["message"].endswith("pod a has non-empty .spec.schedulingGates")


def test_a_binding_of_another_pod_of_that_name_is_refused() -> None:
    cluster = Cluster()
    uid = cluster.do("create", "pods", pod()).object["metadata"]["uid"]
    refused = cluster.refused("create", "pods/binding", {"metadata": {"uid": UID}, **bind()}, "a")
    assert refused["message"] == (
        'Operation cannot be fulfilled on pods "a": StorageError: invalid object, Code: 4, Key: '
        "/registry/pods/shop/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID "
        f"in precondition: {UID}, UID in object meta: {uid}"
    )


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"target": {}}, 500, "target.name: Required value"),
        (
            {"target": {"kind": "Pod", "name": "x"}},
            500,
            'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"',
        ),
        (
            {"metadata": {"name": "b"}, "target": {"name": "x"}},
            400,
            "name in URL does not match name in Binding object",
        ),
    ],
)
def test_a_binding_must_be_of_its_form(body: dict[str, Any], code: int, message: str) -> None:
    cluster = Cluster()
    cluster.do("create", "pods", pod())
    refused = cluster.refused("create", "pods/binding", body, "a")
    assert (refused["code"], refused["message"]) == (code, message)


def test_a_dry_run_binds_nothing() -> None:
    cluster = Cluster()
    cluster.do("create", "pods", pod())
    assert cluster.do("create", "pods/binding", bind(), "a", dry_run=True).code == 201
    assert "nodeName" not in cluster.get("pods", "a")["spec"]


def evict(cluster: Cluster, name: str = "a", **more: Any) -> dict[str, Any]:
    return cluster.do("create", "pods/eviction", {"metadata": {"name": name}}, name, **more).object


def refusal(cluster: Cluster, name: str = "a") -> dict[str, Any]:
    return cluster.refused("create", "pods/eviction", {"metadata": {"name": name}}, name)


def test_an_eviction_says_so_on_the_pod_and_deletes_it() -> None:
    cluster = Cluster()
    bound(cluster)
    assert evict(cluster)["status"] == "Success"
    found = cluster.get("pods", "a")
    assert found["metadata"]["deletionGracePeriodSeconds"] == 30
    conditions = {c["type"]: c for c in found["status"]["conditions"]}
    assert conditions["DisruptionTarget"]["reason"] == "EvictionByEvictionAPI"


def test_a_budget_that_is_spent_forbids_an_eviction_for_now() -> None:
    cluster = Cluster()
    bound(cluster)
    budget(cluster, allowed=0)
    refused = refusal(cluster)
    assert (refused["code"], refused["reason"], refused["message"]) == (
        429,
        "TooManyRequests",
        NOT_NOW,
    )
    why = "The disruption budget pdb needs 1 healthy pods and has 1 currently"
    assert refused["details"] == {"causes": [{"reason": "DisruptionBudget", "message": why}]}
    assert "deletionTimestamp" not in cluster.get("pods", "a")["metadata"]


def test_an_eviction_is_taken_from_the_budget() -> None:
    cluster = Cluster()
    bound(cluster)
    budget(cluster, allowed=1)
    evict(cluster)
    status = cluster.get("poddisruptionbudgets.policy", "pdb")["status"]
    assert (status["disruptionsAllowed"], status["disruptedPods"]) == (0, {"a": BORN})
    [condition] = status["conditions"]
    assert (condition["type"], condition["status"]) == ("DisruptionAllowed", "False")
    managers = cluster.get("poddisruptionbudgets.policy", "pdb")["metadata"]["managedFields"]
    assert "kube-apiserver" in [entry["manager"] for entry in managers]


def test_a_dry_eviction_spends_nothing() -> None:
    cluster = Cluster()
    bound(cluster)
    budget(cluster, allowed=1)
    digest = cluster.server.store.digest
    evict(cluster, dry_run=True)
    assert cluster.server.store.digest == digest


def test_a_budget_that_its_controller_has_not_seen_yet_forbids_for_ten_seconds() -> None:
    cluster = Cluster()
    bound(cluster)
    budget(cluster, allowed=1, observedGeneration=0)
    details = refusal(cluster)["details"]
    why = "The disruption budget pdb is still being processed by the server."
    assert details["causes"] == [{"reason": "DisruptionBudget", "message": why}]
    assert details["retryAfterSeconds"] == 10


def test_two_budgets_for_a_pod_are_too_many() -> None:
    cluster = Cluster()
    bound(cluster)
    budget(cluster, allowed=1)
    budget(cluster, allowed=1, name="other")
    refused = refusal(cluster)
    assert refused["code"] == 500
    assert refused["message"] == (
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
        "support."
    )


def test_a_pod_that_is_not_ready_may_go_while_the_others_suffice() -> None:
    cluster = Cluster()
    bound(cluster, ready=False)
    budget(cluster, allowed=0)
    evict(cluster)
    assert "deletionTimestamp" in cluster.get("pods", "a")["metadata"]
    status = cluster.get("poddisruptionbudgets.policy", "pdb")["status"]
    assert "disruptedPods" not in status


def test_a_pod_that_does_not_run_yet_is_in_no_budget() -> None:
    cluster = Cluster()
    cluster.do("create", "pods", pod())
    budget(cluster, allowed=0)
    evict(cluster)
    assert cluster.get("pods", "a") is None


def test_an_eviction_keeps_to_its_preconditions() -> None:
    cluster = Cluster()
    bound(cluster)
    body = {"metadata": {"name": "a"}, "deleteOptions": {"preconditions": {"uid": UID}}}
    refused = cluster.refused("create", "pods/eviction", body, "a")
    assert refused["code"] == 409
    assert refused["message"].startswith('Operation cannot be fulfilled on Pod "a": the UID in ')
    body["deleteOptions"]["preconditions"] = {
        "resourceVersion": cluster.get("pods", "a")["metadata"]["resourceVersion"]
    }
    assert cluster.do("create", "pods/eviction", body, "a").code == 201
