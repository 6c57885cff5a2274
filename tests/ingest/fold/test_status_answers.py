from tests.ingest.request_rows import (
    STATUS,
    body,
    created,
    history,
    patched,
    pod,
    request,
    thing,
)

BINDING = {"target": {"kind": "Node", "name": "n1"}}


def bound(received=10, answered=20, binding=BINDING):
    return request(
        "create", "a", STATUS, received, answered, code=201,
        subresource="binding", resource="pods", body=binding,
    )  # fmt: skip


def evicted(received, answered):
    return request(
        "create", "a", STATUS, received, answered, code=201,
        subresource="eviction", resource="pods", body={"deleteOptions": {}},
    )  # fmt: skip


def node(name="n1", **labels):
    answer = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": name, "uid": "n",
              "resourceVersion": "5", "labels": labels}}  # fmt: skip
    return created(answer, 0, 1, resource="nodes", namespace=None)


def test_a_binding_sets_the_node_and_says_so():
    version = history(created(pod("a", 10), 2, 5), bound())[1]
    assert version.known == "derived"
    assert body(version)["spec"]["nodeName"] == "n1"
    condition = body(version)["status"]["conditions"][0]
    assert (condition["type"], condition["status"]) == ("PodScheduled", "True")


def test_a_binding_copies_the_zone_of_a_node_that_was_seen():
    zone = {"topology.kubernetes.io/zone": "west"}
    version = history(node(**zone, other="x"), created(pod("a", 10), 2, 5), bound())[2]
    assert body(version)["metadata"]["labels"] == zone


def test_the_zone_of_a_node_that_was_not_seen_comes_from_the_next_version():
    zone = {"topology.kubernetes.io/zone": "west"}
    later = pod("a", 20, node="n1", labels={**zone, "app": "x"})
    versions = history(created(pod("a", 10), 2, 5), bound(), patched(later, 30, 40))
    assert body(versions[1])["metadata"]["labels"] == zone


def test_a_binding_of_a_pod_never_seen_is_partial():
    (version,) = history(bound())
    assert (version.known, version.body) == ("partial", None)


def test_a_binding_of_no_form_is_partial():
    for binding in (None, [], {"target": None}, {"target": {"name": 7}}):
        versions = history(created(pod("a", 10), 2, 5), bound(binding=binding))
        assert versions[1].known == "partial"


def test_an_eviction_is_a_condition_and_then_a_deletion():
    versions = history(created(pod("a", 10, node="n1"), 0, 5), evicted(10, 20))
    first, second = map(body, versions[1:])
    assert first["status"]["conditions"][0]["reason"] == "EvictionByEvictionAPI"
    assert "deletionTimestamp" not in first["metadata"]
    assert second["metadata"]["deletionGracePeriodSeconds"] == 30


def test_an_eviction_comes_after_its_budget_was_reduced():
    budget = {"kind": "PodDisruptionBudget", "apiVersion": "policy/v1",
              "metadata": thing("b", 14)["metadata"],
              "status": {"disruptedPods": {"a": "2026-11-21T03:00:00Z"}}}  # fmt: skip
    reduced = request("update", "b", budget, 12, 15, resource="poddisruptionbudgets",
                      api_group="policy", agent="kube-apiserver/v1.36.2")  # fmt: skip
    versions = history(
        created(pod("a", 10, node="n1"), 0, 5),
        evicted(11, 40),
        reduced,
        created(thing("x", 17), 50, 60),
    )
    assert [v.rv for v in versions] == [10, 14, 15, 16, 17]


def test_a_scale_answer_changes_its_parent():
    deployment = {**thing("a", 10, generation=1), "kind": "Deployment", "apiVersion": "apps/v1",
                  "spec": {"replicas": 1}}  # fmt: skip
    answer = {"kind": "Scale", "apiVersion": "autoscaling/v1",
              "metadata": thing("a", 11)["metadata"], "spec": {"replicas": 3}}  # fmt: skip
    kind = {"resource": "deployments", "api_group": "apps"}
    versions = history(
        created(deployment, 0, 5, **kind),
        patched(answer, 10, 20, subresource="scale", **kind),
    )
    assert (versions[1].rv, versions[1].kind) == (11, "Deployment")
    assert body(versions[1])["spec"] == {"replicas": 3}
    assert body(versions[1])["metadata"]["generation"] == 2
