"""Writes that were logged without their answers, and what later requests tell about them."""

from typing import Any

from ingest.fold.knowledge import Knowledge
from ingest.fold.learning import unknown_fields
from ingest.fold.state import State
from ingest.order import in_order
from ingest.rebuild import Rebuild
from tests.ingest.request_rows import arrived, body, created, history, request, thing

POD = {
    "kind": "Pod",
    "apiVersion": "v1",
    "metadata": {"generateName": "web-5d-", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}
BEGAN = 1_000
"""Milliseconds: each request comes a second after the one before."""


def asked(verb: str, name: str, second: int, content: Any, **fields: Any) -> Any:
    """A request of which the log holds no answer, served within the given second."""
    code = fields.pop("code", 201 if verb == "create" else 200)
    start = second * BEGAN
    return request(verb, name, None, start, start + 5, body=content, code=code, **fields)


def config_map(**data: str) -> dict[str, Any]:
    return {
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": {"name": "a", "namespace": "shop"},
        "data": data,
    }


def test_a_creation_is_computed_from_its_request():
    (version,) = history(asked("create", "a", 0, config_map(x="1")))
    assert (version.known, version.change) == ("derived", "created")
    assert body(version)["data"] == {"x": "1"}
    (entry,) = body(version)["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"]) == ("kubectl", "Update")


def test_what_only_the_server_knew_is_left_out_and_filled_in_when_it_is_shown():
    create = asked("create", "a", 0, config_map(x="1"))
    (unknown,) = history(create)
    assert "uid" not in body(unknown)["metadata"]
    known = {"metadata": {"uid": "u-1"}, "data": {"y": "2"}}
    patch = asked("patch", "a", 1, known, patch_type="merge")
    first, second = history(create, patch)
    assert body(first)["metadata"]["uid"] == body(second)["metadata"]["uid"] == "u-1"
    assert (first.uid, second.uid) == ("u-1", "u-1")


def test_a_patch_goes_onto_the_version_before():
    patch = asked("patch", "a", 1, {"data": {"x": None, "y": "2"}}, patch_type="merge")
    _, second = history(asked("create", "a", 0, config_map(x="1")), patch)
    assert body(second)["data"] == {"y": "2"}


def test_a_patch_that_changes_nothing_makes_no_version():
    patch = asked("patch", "a", 1, {"data": {"x": "1"}}, patch_type="merge")
    assert len(history(asked("create", "a", 0, config_map(x="1")), patch)) == 1


def test_a_patch_of_what_was_never_seen_is_known_to_have_been_and_no_more():
    (version,) = history(asked("patch", "a", 0, {"data": {"x": "1"}}, patch_type="merge"))
    assert (version.known, version.change, version.body) == ("partial", "seen", None)


def test_an_update_shows_the_object_and_the_revision_that_it_was_based_on():
    known = {"uid": "u-1", "resourceVersion": "41", "creationTimestamp": "2026-11-21T03:00:00Z"}
    update = config_map(x="2")
    update["metadata"].update(known)
    first, second = history(
        asked("create", "a", 0, config_map(x="1")), asked("update", "a", 1, update)
    )
    assert (first.rv, body(first)["metadata"]["uid"]) == (41, "u-1")
    assert body(second)["data"] == {"x": "2"}
    assert second.rv is None


def test_an_answer_that_was_logged_is_the_ground_for_patches_that_were_not():
    shown = {**thing("a", 10), "data": {"x": "1"}}
    patch = asked("patch", "a", 1, {"data": {"y": "2"}}, patch_type="merge")
    observed, derived = history(created(shown, 0, 5), patch)
    assert (observed.known, derived.known) == ("observed", "derived")
    assert body(derived)["data"] == {"x": "1", "y": "2"}


def test_a_generated_name_is_learned_from_the_first_request_that_has_it():
    binding = {
        "kind": "Binding",
        "apiVersion": "v1",
        "metadata": {"name": "web-5d-xk2pv", "uid": "p-1"},
        "target": {"kind": "Node", "name": "n1"},
    }
    first, second = history(
        asked("create", "", 0, POD, resource="pods"),
        asked("create", "web-5d-xk2pv", 1, binding, resource="pods", subresource="binding"),
    )
    assert first.key.name == second.key.name == "web-5d-xk2pv"
    assert body(first)["metadata"]["name"] == "web-5d-xk2pv"
    assert (first.uid, body(second)["spec"]["nodeName"]) == ("p-1", "n1")


def test_a_name_that_nobody_tells_is_marked():
    (version,) = history(asked("create", "", 0, POD, resource="pods"))
    assert version.key.name == "web-5d-?1"
    assert "name" not in body(version)["metadata"]


def test_pods_of_one_kind_get_their_names_in_the_order_of_their_creation():
    names = ("web-5d-aaaaa", "web-5d-bbbbb")
    versions = history(
        asked("create", "", 0, POD, resource="pods"),
        asked("create", "", 1, POD, resource="pods"),
        *(
            asked(
                "patch",
                name,
                2 + number,
                {"status": {"nominatedNodeName": "n1"}},
                resource="pods",
                user="system:kube-scheduler",
            )
            for number, name in enumerate(names)
        ),
    )
    assert [version.key.name for version in versions[:2]] == list(names)


def test_a_delete_without_an_answer_follows_from_the_object():
    held = config_map(x="1")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    freed = {"metadata": {"finalizers": None}}
    marked, gone = history(
        asked("create", "a", 0, held),
        asked("delete", "a", 1, None),
        asked("patch", "a", 2, freed, patch_type="merge"),
    )[1:]
    assert body(marked)["metadata"]["deletionTimestamp"]
    assert (gone.type, gone.key.name) == ("DELETE", "a")


def test_a_collection_is_deleted_by_its_selector():
    def labelled(name: str, tier: str) -> dict[str, Any]:
        return {
            "kind": "ConfigMap",
            "apiVersion": "v1",
            "metadata": {"name": name, "labels": {"tier": tier}},
        }

    versions = history(
        asked("create", "a", 0, labelled("a", "web")),
        asked("create", "b", 1, labelled("b", "db")),
        asked(
            "deletecollection",
            "",
            2,
            None,
            request_uri="/api/v1/namespaces/shop/configmaps?labelSelector=tier%3Dweb",
        ),
    )
    assert [(v.type, v.key.name) for v in versions] == [("PUT", "a"), ("PUT", "b"), ("DELETE", "a")]


def test_a_scale_changes_its_parent():
    deployment = {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {"name": "a"},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "a"}},
            "template": {
                "metadata": {"labels": {"app": "a"}},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]},
            },
        },
    }
    about = {"api_group": "apps", "resource": "deployments"}
    _, second = history(
        asked("create", "a", 0, deployment, **about),
        asked("patch", "a", 1, {"spec": {"replicas": 3}}, subresource="scale", **about),
    )
    assert (body(second)["spec"]["replicas"], body(second)["metadata"]["generation"]) == (3, 2)


def test_a_review_is_no_object():
    review = {"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1"}
    about = {"api_group": "authorization.k8s.io", "resource": "selfsubjectaccessreviews"}
    assert history(asked("create", "", 0, review, **about)) == []


def test_at_metadata_level_a_pod_ends_with_the_delete_of_its_kubelet():
    seen, marked, gone = history(
        asked("create", "p", 0, None, resource="pods"),
        asked("delete", "p", 1, None, resource="pods"),
        asked("delete", "p", 2, None, resource="pods", user="system:node:n1"),
    )
    assert [seen.known, marked.known, gone.type] == ["partial", "partial", "DELETE"]


def tolerated(*requests: Any, **flags: str) -> list[int]:
    """For how many seconds the pod of the last request tolerates nodes that are gone."""
    rebuild = Rebuild(State(), flags={name.replace("_", "-"): flags[name] for name in flags})
    last = list(rebuild.versions(in_order([arrived(requests)])))[-1]
    return [t["tolerationSeconds"] for t in body(last)["spec"]["tolerations"]]


def answered_pod(seconds: int) -> Any:
    tolerations = [
        {
            "key": f"node.kubernetes.io/{taint}",
            "operator": "Exists",
            "effect": "NoExecute",
            "tolerationSeconds": seconds,
        }
        for taint in ("not-ready", "unreachable")
    ]
    asked_for = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "q"}, "spec": {}}
    answer = {**thing("q", 10, kind="Pod"), "spec": {"tolerations": tolerations}}
    return created(answer, 0, 5, body=asked_for, resource="pods")


def test_how_long_pods_tolerate_is_learned_from_answers():
    assert tolerated(asked("create", "", 1, POD, resource="pods")) == [300, 300]
    unanswered = asked("create", "", 1, POD, resource="pods")
    assert tolerated(answered_pod(30), unanswered) == [30, 30]


def test_what_a_flag_says_is_not_learned():
    flag = {"default_not_ready_toleration_seconds": "60"}
    unanswered = asked("create", "", 1, POD, resource="pods")
    assert tolerated(answered_pod(30), unanswered, **flag) == [60, 30]


def test_a_kubelet_does_not_name_a_new_pod_in_a_log_that_begins_late():
    spoken = asked(
        "patch",
        "web-5d-old11",
        1,
        {"status": {"phase": "Running"}},
        resource="pods",
        subresource="status",
        user="system:node:n1",
    )
    new, old = history(asked("create", "", 0, POD, resource="pods"), spoken)
    assert (new.key.name, old.key.name, old.known) == ("web-5d-?1", "web-5d-old11", "partial")


def test_a_kubelet_may_be_answered_before_the_binding_that_told_it_of_a_pod():
    spoken = asked(
        "patch",
        "web-5d-xk2pv",
        2,
        {"status": {"phase": "Pending", "hostIP": "10.0.0.1"}},
        resource="pods",
        subresource="status",
        user="system:node:n1",
    )
    state = State(knowledge=Knowledge(whole=True))
    new, _ = history(asked("create", "", 1, POD, resource="pods"), spoken, state=state)
    assert new.key.name == "web-5d-xk2pv"


def test_which_of_several_pods_has_a_name_is_a_guess():
    binding = {
        "kind": "Binding",
        "apiVersion": "v1",
        "metadata": {"name": "web-5d-aaaaa"},
        "target": {"kind": "Node", "name": "n1"},
    }
    first, *_ = history(
        asked("create", "", 0, POD, resource="pods"),
        asked("create", "", 1, POD, resource="pods"),
        asked("create", "web-5d-aaaaa", 2, binding, resource="pods", subresource="binding"),
    )
    assert (unknown_fields(first) or "").endswith("metadata.name, metadata.creationTimestamp")


def ports_of(*ports: dict[str, Any]) -> list[tuple[str, int]]:
    """Name and number of the ports of a Service with http at 80, after a patch of its ports."""
    service = {
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": {"name": "a", "namespace": "shop"},
        "spec": {"clusterIP": "10.0.0.9", "ports": [{"name": "http", "port": 80}]},
    }
    patch = {"body": {"spec": {"ports": list(ports)}}, "patch_type": "strategic"}
    _, patched = history(
        asked("create", "a", 0, service, resource="services"),
        request("patch", "a", None, BEGAN, BEGAN + 5, resource="services", **patch),
    )
    return [(port["name"], port["port"]) for port in body(patched)["spec"]["ports"]]


def test_a_patch_of_a_list_is_taken_for_a_strategic_one():
    assert ports_of({"name": "web", "port": 8080}) == [("web", 8080), ("http", 80)]


def test_a_patch_that_would_have_been_refused_as_strategic_is_read_as_a_json_merge():
    assert ports_of({"name": "http", "port": 8080}) == [("http", 8080)]


def test_a_patch_that_no_reading_explains_is_taken_for_a_strategic_one():
    assert ports_of({"name": "HTTP", "port": 8080}) == [("HTTP", 8080), ("http", 80)]


def test_an_apply_to_an_object_that_was_there_is_no_creation():
    applied = asked("patch", "a", 0, config_map(x="1"), patch_type="apply", code=200)
    (version,) = history(applied)
    assert (version.known, version.body) == ("partial", None)


def test_an_update_of_an_object_never_seen_says_what_it_does_not_tell():
    update = config_map(x="2")
    update["metadata"]["uid"] = "u-1"
    (version,) = history(asked("update", "a", 0, update))
    assert version.uid == "u-1"
    assert unknown_fields(version) == "metadata.generation, metadata.managedFields, status"
