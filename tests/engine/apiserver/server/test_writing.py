"""Create, update and patch on the store: what is stored, and Kubernetes' words for what is not."""

from typing import Any

import pytest

from tests.engine.apiserver.server.cluster import BORN, Cluster, config_map, deployment, pod

MODIFIED = (
    "the object has been modified; please apply your changes to the latest version and try again"
)


def test_a_create_answers_201_with_the_object_under_its_revision() -> None:
    cluster = Cluster()
    answer = cluster.do("create", "configmaps", config_map())
    metadata = answer.object["metadata"]
    assert answer.code == 201
    assert metadata["creationTimestamp"] == BORN
    assert metadata["resourceVersion"] == str(cluster.server.store.revision)
    assert answer.object == cluster.get("configmaps", "a")


def test_a_name_is_generated_where_none_is_given() -> None:
    cluster = Cluster()
    body = {"metadata": {"generateName": "web-"}}
    name = cluster.do("create", "configmaps", body).object["metadata"]["name"]
    assert name.startswith("web-")
    assert len(name) == 9
    assert set(name[4:]) <= set("bcdfghjklmnpqrstvwxz2456789")


class OneName:
    """A server that always thinks of the same name first, and of another after `tries`."""

    def __init__(self, choices: Any, tries: int) -> None:
        self.choices, self.tries = choices, tries

    def __getattr__(self, name: str) -> Any:
        return getattr(self.choices, name)

    def name(self, _: object, prefix: str) -> str:
        self.tries -= 1
        return f"{prefix}{'zzzzz' if self.tries >= 0 else 'bbbbb'}"


def test_a_generated_name_that_is_taken_is_made_again() -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map("web-zzzzz"))
    cluster.server = cluster.server.fork(lambda _: OneName(cluster.choices, tries=7))
    made = cluster.do("create", "configmaps", {"metadata": {"generateName": "web-"}})
    assert made.object["metadata"]["name"] == "web-bbbbb"


def test_after_eight_names_that_are_taken_the_create_is_refused() -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map("web-zzzzz"))
    cluster.server = cluster.server.fork(lambda _: OneName(cluster.choices, tries=99))
    refused = cluster.refused("create", "configmaps", {"metadata": {"generateName": "web-"}})
    assert refused == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": 'configmaps "web-zzzzz" already exists, the server was not able to generate a '
        "unique name for the object",
        "reason": "AlreadyExists",
        "details": {"name": "web-zzzzz", "kind": "configmaps", "retryAfterSeconds": 1},
        "code": 409,
    }


def test_a_name_that_is_taken_is_refused() -> None:
    cluster = Cluster()
    cluster.do("create", "deployments.apps", deployment())
    refused = cluster.refused("create", "deployments.apps", deployment())
    assert (refused["code"], refused["reason"]) == (409, "AlreadyExists")
    assert refused["message"] == 'deployments.apps "web" already exists'
    assert refused["details"] == {"name": "web", "group": "apps", "kind": "deployments"}


def test_a_dry_run_stores_nothing_and_shows_what_would_be() -> None:
    cluster = Cluster()
    revision = cluster.server.store.revision
    answer = cluster.do("create", "configmaps", config_map(), dry_run=True)
    assert answer.code == 201
    assert "resourceVersion" not in answer.object["metadata"]
    assert cluster.get("configmaps", "a") is None
    cluster.do("create", "configmaps", config_map())
    cluster.do("update", "configmaps", {**config_map(), "data": {"k": "w"}}, "a", dry_run=True)
    cluster.do("delete", "configmaps", None, "a", dry_run=True)
    assert cluster.get("configmaps", "a")["data"] == {"k": "v"}
    assert cluster.server.store.revision == revision + 1


def test_an_update_stores_the_next_version() -> None:
    cluster = Cluster()
    first = cluster.do("create", "configmaps", config_map()).object
    answer = cluster.do("update", "configmaps", {**first, "data": {"k": "w"}}, "a")
    assert answer.code == 200
    assert int(answer.object["metadata"]["resourceVersion"]) == cluster.server.store.revision
    assert cluster.get("configmaps", "a")["data"] == {"k": "w"}


def test_an_update_that_changes_nothing_keeps_the_revision() -> None:
    cluster = Cluster()
    first = cluster.do("create", "configmaps", config_map()).object
    cluster.now += 5
    assert cluster.do("update", "configmaps", first, "a").object == first
    assert cluster.server.store.revision == int(first["metadata"]["resourceVersion"])


def test_an_update_of_an_older_version_is_a_conflict() -> None:
    cluster = Cluster()
    first = cluster.do("create", "configmaps", config_map()).object
    cluster.do("update", "configmaps", {**first, "data": {"k": "w"}}, "a")
    refused = cluster.refused("update", "configmaps", {**first, "data": {"k": "x"}}, "a")
    assert (refused["code"], refused["reason"]) == (409, "Conflict")
    assert refused["message"] == f'Operation cannot be fulfilled on configmaps "a": {MODIFIED}'


def test_an_update_of_another_object_of_that_name_is_a_conflict_of_the_store() -> None:
    cluster = Cluster()
    made = cluster.do("create", "configmaps", config_map()).object
    uid = "00000000-0000-4000-8000-000000000000"
    refused = cluster.refused("update", "configmaps", config_map(uid=uid), "a")
    assert refused["message"] == (
        'Operation cannot be fulfilled on configmaps "a": StorageError: invalid object, Code: 4, '
        "Key: /registry/configmaps/shop/a, ResourceVersion: 0, AdditionalErrorMsg: "
        f"Precondition failed: UID in precondition: {uid}, UID in object meta: "
        f"{made['metadata']['uid']}"
    )


def test_what_is_not_there_cannot_be_changed() -> None:
    cluster = Cluster()
    for refused in (
        cluster.refused("update", "configmaps", config_map(), "a"),
        cluster.refused("patch", "configmaps", {}, "a", patch_type="merge"),
        cluster.refused("delete", "configmaps", None, "a"),
    ):
        assert (refused["code"], refused["reason"]) == (404, "NotFound")
        assert refused["message"] == 'configmaps "a" not found'


def test_an_update_creates_objects_of_a_few_kinds_but_not_their_status() -> None:
    cluster = Cluster()
    endpoints = {"metadata": {"name": "a"}}
    assert cluster.do("update", "endpoints", endpoints, "a").code == 201
    service = {"metadata": {"name": "b"}, "spec": {"clusterIP": "None"}}
    refused = cluster.refused("update", "services/status", service, "b")
    assert refused["message"] == 'services "b" not found'


def test_each_kind_of_patch_changes_an_object() -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map())
    json_patch = [{"op": "replace", "path": "/data/k", "value": "1"}]
    applied = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a"},
        "data": {"n": "4"},
    }
    for patch_type, body in (
        ("json", json_patch),
        ("merge", {"data": {"l": "2"}}),
        ("strategic", {"data": {"m": "3"}}),
        ("apply", applied),
    ):
        assert cluster.do("patch", "configmaps", body, "a", patch_type=patch_type).code == 200
    assert cluster.get("configmaps", "a")["data"] == {"k": "1", "l": "2", "m": "3", "n": "4"}


def test_applying_what_is_not_there_creates_it() -> None:
    cluster = Cluster()
    applied = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    answer = cluster.do("patch", "configmaps", applied, "a", patch_type="apply", manager="ci")
    assert answer.code == 201
    [entry] = answer.object["metadata"].get("managedFields", [{"manager": "ci"}])
    assert entry["manager"] == "ci"


def test_applying_what_another_manager_owns_is_a_conflict_until_it_is_forced() -> None:
    cluster = Cluster()
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "1"}}
    cluster.do("patch", "configmaps", body, "a", patch_type="apply", manager="one")
    other = {**body, "data": {"k": "2"}}
    refused = cluster.refused("patch", "configmaps", other, "a", patch_type="apply", manager="two")
    assert refused["code"] == 409
    assert refused["message"] == 'Apply failed with 1 conflict: conflict with "one": .data.k'
    forced = {"patch_type": "apply", "manager": "two", "force": True}
    assert cluster.do("patch", "configmaps", other, "a", **forced).object["data"] == {"k": "2"}


def test_status_and_spec_are_written_apart() -> None:
    cluster = Cluster()
    made = cluster.do("create", "deployments.apps", deployment()).object
    both = {**made, "spec": {**made["spec"], "replicas": 9}, "status": {"replicas": 1}}
    answer = cluster.do("update", "deployments.apps/status", both, "web").object
    assert (answer["spec"]["replicas"], answer["status"]["replicas"]) == (2, 1)
    assert answer["metadata"]["generation"] == 1
    both["metadata"] = answer["metadata"]
    answer = cluster.do("update", "deployments.apps", {**both, "status": {}}, "web").object
    assert (answer["spec"]["replicas"], answer["status"]["replicas"]) == (9, 1)
    assert answer["metadata"]["generation"] == 2


def test_the_last_finalizer_that_goes_takes_a_deleted_object_along() -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map(finalizers=["example.com/hold"]))
    held = cluster.do("delete", "configmaps", None, "a").object
    assert held["metadata"]["deletionTimestamp"] == BORN
    body = {"metadata": {"finalizers": None}}
    answer = cluster.do("patch", "configmaps", body, "a", patch_type="merge")
    assert (answer.code, cluster.get("configmaps", "a")) == (200, None)
    assert answer.object["metadata"]["resourceVersion"] == held["metadata"]["resourceVersion"]
    assert "finalizers" not in answer.object["metadata"]


def test_an_invalid_object_is_refused_with_its_fields() -> None:
    cluster = Cluster()
    refused = cluster.refused("create", "pods", {"metadata": {"name": "a"}, "spec": {}})
    assert (refused["code"], refused["reason"]) == (422, "Invalid")
    assert refused["message"] == 'Pod "a" is invalid: spec.containers: Required value'


def test_fields_that_a_kind_does_not_have_are_refused_where_that_was_asked_for() -> None:
    body = {**config_map("a"), "zz": 1}
    cluster = Cluster()
    refused = cluster.refused("create", "configmaps", body, validation="Strict")
    unfit = 'ConfigMap in version "v1" cannot be handled as a ConfigMap'
    why = 'strict decoding error: unknown field "zz"'
    assert (refused["code"], refused["message"]) == (400, f"{unfit}: {why}")
    assert "zz" not in cluster.do("create", "configmaps", body).object


def test_the_name_of_any_kind_is_looked_at() -> None:
    body = {"metadata": {"name": "a/b"}}
    refused = Cluster().refused("create", "flowschemas.flowcontrol.apiserver.k8s.io", body)
    assert (refused["code"], refused["details"]["causes"][0]["field"]) == (422, "metadata.name")


def test_ephemeral_containers_come_by_their_own_subresource() -> None:
    cluster = Cluster()
    cluster.do("create", "pods", pod())
    body = {"spec": {"ephemeralContainers": [{"name": "dbg", "image": "busybox"}]}}
    answer = cluster.do("patch", "pods/ephemeralcontainers", body, "a", patch_type="strategic")
    assert [c["name"] for c in answer.object["spec"]["ephemeralContainers"]] == ["dbg"]
    assert answer.object["metadata"]["generation"] == 2


def test_a_verb_that_a_resource_does_not_have_is_not_allowed() -> None:
    cluster = Cluster()
    refused = cluster.refused("deletecollection", "namespaces")
    assert (refused["code"], refused["reason"]) == (405, "MethodNotAllowed")
    refused = cluster.refused("update", "configmaps/status", config_map(), "a")
    assert (refused["code"], refused["reason"]) == (404, "NotFound")
    assert refused["message"] == "the server could not find the requested resource"
    review = {"spec": {"resourceAttributes": {}}}
    body = cluster.refused("create", "subjectaccessreviews.authorization.k8s.io", review)
    assert body["code"] == 405


def test_odd_bodies_are_refused_and_change_nothing() -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map())
    digest = cluster.server.store.digest
    for body in (None, [], "x", 7, {"metadata": 7}, {"metadata": {"name": 7}}, {"data": []}):
        assert cluster.refused("create", "configmaps", body)["code"] in (400, 422)
        assert cluster.refused("update", "configmaps", body, "a")["code"] in (400, 422)
        assert cluster.refused("delete", "configmaps", [body], "a")["code"] in (400, 422)
        for what in ("pods/binding", "pods/eviction"):
            assert cluster.refused("create", what, body, "a")["code"] in (400, 404, 422, 500)
    assert cluster.server.store.digest == digest


@pytest.mark.parametrize(
    ("patch_type", "body", "why"),
    [
        ("merge", {"kind": "Gadget"}, 'no kind "Gadget" is registered for version "v1"'),
        ("merge", {"kind": "Secret"}, "unable to decode /v1, Kind=Secret into *core.ConfigMap"),
        (
            "json",
            [{"op": "replace", "path": "/kind", "value": 7}],
            (
                "couldn't get version/kind; json parse error: json: cannot unmarshal number into "
                "Go struct field .kind of type string"
            ),
        ),
        ("merge", {"data": 7}, "json: cannot unmarshal number into Go struct field ConfigMap.data"),
    ],
)
def test_a_patch_cannot_make_an_object_of_another_type(
    patch_type: str, body: Any, why: str
) -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map())
    refused = cluster.refused("patch", "configmaps", body, "a", patch_type=patch_type)
    assert (refused["code"], refused["reason"]) == (422, "Invalid")
    assert refused["message"].startswith(' "" is invalid: patch: Invalid value: "{')
    assert f'}}": {why}' in refused["message"]


def test_what_a_strategic_patch_says_of_the_type_is_of_no_effect() -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map())
    body = {"kind": "Secret", "data": {"k": "w"}}
    answer = cluster.do("patch", "configmaps", body, "a", patch_type="strategic")
    assert (answer.object["kind"], answer.object["data"]) == ("ConfigMap", {"k": "w"})


def test_an_object_keeps_its_name() -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map())
    body = [{"op": "remove", "path": "/metadata/name"}]
    refused = cluster.refused("patch", "configmaps", body, "a", patch_type="json")
    assert (refused["code"], refused["message"]) == (
        400,
        "the name of the object (a based on URL) was undeterminable: name must be provided",
    )


def test_every_kind_needs_a_name() -> None:
    cluster = Cluster()
    refused = cluster.refused("create", "validatingadmissionpolicies.admissionregistration.k8s.io",
                              {"metadata": {}})  # fmt: skip
    assert refused["code"] == 422
    assert "metadata.name: Required value: name or generateName is required" in refused["message"]
