"""The scale subresource."""

from typing import Any

from tests.engine.apiserver.server.cluster import Cluster, deployment

DEPLOYMENTS = "deployments.apps"


def scaled() -> Cluster:
    cluster = Cluster()
    cluster.do("create", DEPLOYMENTS, deployment(replicas=2))
    return cluster


def test_a_scale_shows_replicas_and_selector() -> None:
    cluster = scaled()
    parent = cluster.get(DEPLOYMENTS, "web")["metadata"]
    shown = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    assert cluster.get(f"{DEPLOYMENTS}/scale", "web") == {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: parent[name] for name in shown},
        "spec": {"replicas": 2},
        "status": {"replicas": 0, "selector": "app=web"},
    }


def test_every_kind_of_write_scales() -> None:
    cluster = scaled()
    scale = cluster.get(f"{DEPLOYMENTS}/scale", "web")
    writes: list[tuple[str, str, Any]] = [
        ("update", "", {**scale, "spec": {"replicas": 3}}),
        ("patch", "merge", {"spec": {"replicas": 4}}),
        ("patch", "strategic", {"spec": {"replicas": 5}}),
        ("patch", "json", [{"op": "replace", "path": "/spec/replicas", "value": 6}]),
        (
            "patch",
            "apply",
            {
                "apiVersion": "autoscaling/v1",
                "kind": "Scale",
                "metadata": {"name": "web"},
                "spec": {"replicas": 7},
            },
        ),
    ]
    for expected, (verb, patch_type, body) in enumerate(writes, 3):
        more = {"patch_type": patch_type, "force": True if patch_type == "apply" else None}
        answer = cluster.do(verb, f"{DEPLOYMENTS}/scale", body, "web", **more)
        assert (answer.code, answer.object["spec"]["replicas"]) == (200, expected)
        parent = cluster.get(DEPLOYMENTS, "web")
        assert parent["spec"]["replicas"] == expected
        assert parent["metadata"]["generation"] == expected - 1
        assert answer.object["metadata"]["resourceVersion"] == parent["metadata"]["resourceVersion"]


def test_who_scales_owns_the_replicas() -> None:
    cluster = scaled()
    body = {"spec": {"replicas": 4}}
    more = {"patch_type": "merge", "manager": "autoscaler"}
    cluster.do("patch", f"{DEPLOYMENTS}/scale", body, "web", **more)
    entries = cluster.get(DEPLOYMENTS, "web")["metadata"]["managedFields"]
    owners = {e["manager"]: e for e in entries if "f:replicas" in e["fieldsV1"].get("f:spec", {})}
    assert list(owners) == ["autoscaler"]
    assert owners["autoscaler"]["subresource"] == "scale"


def test_a_scale_to_zero_leaves_the_number_out() -> None:
    cluster = scaled()
    body = {"spec": {"replicas": 0}}
    answer = cluster.do("patch", f"{DEPLOYMENTS}/scale", body, "web", patch_type="merge")
    assert answer.object["spec"] == {}
    assert cluster.get(DEPLOYMENTS, "web")["spec"]["replicas"] == 0


def test_a_negative_number_is_refused() -> None:
    cluster = scaled()
    refused = cluster.refused(
        "patch", f"{DEPLOYMENTS}/scale", {"spec": {"replicas": -1}}, "web", patch_type="merge"
    )
    assert refused["code"] == 422
    assert refused["message"] == (
        'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater '
        "than or equal to 0"
    )


def test_a_scale_of_an_older_version_or_another_object_is_a_conflict() -> None:
    cluster = scaled()
    scale = cluster.get(f"{DEPLOYMENTS}/scale", "web")
    old = {**scale, "metadata": {**scale["metadata"], "resourceVersion": "1"}}
    assert cluster.refused("update", f"{DEPLOYMENTS}/scale", old, "web")["message"] == (
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    other = {**scale, "metadata": {**scale["metadata"], "uid": "x"}}
    assert cluster.refused("update", f"{DEPLOYMENTS}/scale", other, "web")["message"] == (
        'Operation cannot be fulfilled on deployments/scale.apps "web": Precondition failed: UID '
        f"in precondition: x, UID in object meta: {scale['metadata']['uid']}"
    )


def test_a_replication_controller_shows_its_labels_as_selector() -> None:
    cluster = Cluster()
    template = deployment()["spec"]["template"]
    body = {"metadata": {"name": "rc"}, "spec": {"replicas": 1, "template": template}}
    cluster.do("create", "replicationcontrollers", body)
    assert cluster.get("replicationcontrollers/scale", "rc")["status"]["selector"] == "app=web"
