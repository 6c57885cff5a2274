"""Delete and deletecollection on the store, and Kubernetes' words for what is not deleted."""

import pytest

from engine.apiserver.server.reading import Selection
from tests.engine.apiserver.server.cluster import BORN, Cluster, config_map, deployment, pod

ZERO = "00000000-0000-4000-8000-000000000000"


def running(cluster: Cluster, name: str = "a") -> None:
    cluster.do("create", "pods", pod(name))
    cluster.do("create", "pods/binding", {"target": {"name": "node-1"}}, name)


def test_a_delete_of_most_kinds_answers_with_a_status() -> None:
    cluster = Cluster()
    made = cluster.do("create", "deployments.apps", deployment()).object
    answer = cluster.do("delete", "deployments.apps", None, "web")
    assert answer.object == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {
            "name": "web",
            "group": "apps",
            "kind": "deployments",
            "uid": made["metadata"]["uid"],
        },
    }
    assert answer.code == 200
    assert cluster.get("deployments.apps", "web") is None


def test_a_deleted_pod_is_shown_as_it_was_last() -> None:
    cluster = Cluster()
    cluster.do("create", "pods", pod())
    revision = cluster.server.store.revision
    metadata = cluster.do("delete", "pods", None, "a").object["metadata"]
    assert cluster.get("pods", "a") is None
    assert (metadata["deletionGracePeriodSeconds"], metadata["deletionTimestamp"]) == (0, BORN)
    assert metadata["resourceVersion"] == str(revision + 2)  # marked, then removed


def test_a_pod_on_a_node_gets_its_grace_period() -> None:
    cluster = Cluster()
    running(cluster)
    metadata = cluster.do("delete", "pods", None, "a").object["metadata"]
    assert metadata["deletionGracePeriodSeconds"] == 30
    assert metadata["deletionTimestamp"] == "2026-11-21T03:14:35Z"
    assert cluster.get("pods", "a")["metadata"]["generation"] == metadata["generation"] == 2
    before = cluster.server.store.revision
    cluster.do("delete", "pods", {"gracePeriodSeconds": 60}, "a")
    assert cluster.server.store.revision == before  # a longer one is not given
    cluster.do("delete", "pods", {"gracePeriodSeconds": 0}, "a")
    assert cluster.get("pods", "a") is None


@pytest.mark.parametrize(
    ("preconditions", "why"),
    [
        (
            {"uid": ZERO},
            (
                f"the UID in the precondition ({ZERO}) does not match the UID in record (UID). "
                "The object might have been deleted and then recreated"
            ),
        ),
        (
            {"resourceVersion": "1"},
            (
                "the ResourceVersion in the precondition (1) does not match the ResourceVersion in "
                "record (RV). The object might have been modified"
            ),
        ),
    ],
)
def test_a_precondition_that_fails_is_a_conflict_about_the_kind(
    preconditions: dict[str, str], why: str
) -> None:
    cluster = Cluster()
    metadata = cluster.do("create", "deployments.apps", deployment()).object["metadata"]
    why = why.replace("UID in record (UID)", f"UID in record ({metadata['uid']})")
    why = why.replace("(RV)", f"({metadata['resourceVersion']})")
    refused = cluster.refused("delete", "deployments.apps", {"preconditions": preconditions}, "web")
    assert (refused["code"], refused["reason"]) == (409, "Conflict")
    assert refused["message"] == f'Operation cannot be fulfilled on Deployment.apps "web": {why}'
    assert refused["details"] == {"name": "web", "group": "apps", "kind": "Deployment"}


def test_preconditions_that_hold_are_no_obstacle() -> None:
    cluster = Cluster()
    metadata = cluster.do("create", "configmaps", config_map()).object["metadata"]
    meant = {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]}
    assert cluster.do("delete", "configmaps", {"preconditions": meant}, "a").code == 200


@pytest.mark.parametrize(
    ("options", "finalizers"),
    [
        ({"propagationPolicy": "Foreground"}, ["foregroundDeletion"]),
        ({"propagationPolicy": "Orphan"}, ["orphan"]),
        ({"orphanDependents": True}, ["orphan"]),
    ],
)
def test_the_garbage_collector_finishes_what_it_was_asked_to(
    options: dict[str, object], finalizers: list[str]
) -> None:
    cluster = Cluster()
    cluster.do("create", "deployments.apps", deployment())
    metadata = cluster.do("delete", "deployments.apps", options, "web").object["metadata"]
    assert metadata["finalizers"] == finalizers
    assert (metadata["deletionTimestamp"], metadata["deletionGracePeriodSeconds"]) == (BORN, 0)
    assert cluster.get("deployments.apps", "web")["metadata"] == metadata


def test_only_those_who_ask_in_the_old_way_are_told_that_it_takes_a_while() -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map(finalizers=["example.com/hold"]))
    assert cluster.do("delete", "configmaps", {"orphanDependents": False}, "a").code == 202
    assert cluster.do("delete", "configmaps", {}, "a").code == 200


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"propagationPolicy": "Later"},
            (
                'propagationPolicy: Unsupported value: "Later": supported values: "Foreground", '
                '"Background", "Orphan", "nil"'
            ),
        ),
        (
            {"propagationPolicy": "Orphan", "orphanDependents": True},
            (
                'propagationPolicy: Invalid value: "Orphan": orphanDependents and '
                "deletionPropagation cannot be both set"
            ),
        ),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], message: str) -> None:
    cluster = Cluster()
    cluster.do("create", "configmaps", config_map())
    refused = cluster.refused("delete", "configmaps", options, "a")
    assert refused["code"] == 422
    assert refused["message"] == f'DeleteOptions.meta.k8s.io "" is invalid: {message}'


def test_a_namespace_stays_until_it_is_finalized() -> None:
    cluster = Cluster()
    going = cluster.do("delete", "namespaces", None, "shop").object
    assert going["status"]["phase"] == "Terminating"
    assert going["metadata"]["deletionTimestamp"] == BORN
    assert cluster.do("delete", "namespaces", None, "shop").object == going
    refused = cluster.refused("create", "configmaps", config_map())
    assert refused["message"] == (
        'configmaps "a" is forbidden: unable to create new content in namespace shop because it is '
        "being terminated"
    )
    final = {**going, "spec": {"finalizers": []}}
    answer = cluster.do("update", "namespaces/finalize", final, "shop")
    assert answer.code == 200
    assert cluster.get("namespaces", "shop") is None


def test_a_namespace_names_a_failed_precondition_in_its_own_way() -> None:
    cluster = Cluster()
    uid = cluster.get("namespaces", "shop")["metadata"]["uid"]
    refused = cluster.refused("delete", "namespaces", {"preconditions": {"uid": ZERO}}, "shop")
    assert refused["message"] == (
        'Operation cannot be fulfilled on namespaces "shop": Precondition failed: UID in '
        f"precondition: {ZERO}, UID in object meta: {uid}"
    )


def test_the_default_namespaces_cannot_be_deleted() -> None:
    cluster = Cluster()
    cluster.do("create", "namespaces", {"metadata": {"name": "kube-system"}})
    refused = cluster.refused("delete", "namespaces", None, "kube-system")
    assert refused["message"] == (
        'namespaces "kube-system" is forbidden: this namespace may not be deleted'
    )
    assert "deletionTimestamp" not in cluster.get("namespaces", "kube-system")["metadata"]


def test_a_service_takes_its_endpoints_along() -> None:
    cluster = Cluster()
    service = {"metadata": {"name": "db"}, "spec": {"clusterIP": "None"}}
    cluster.do("create", "services", service)
    cluster.do("create", "endpoints", {"metadata": {"name": "db"}})
    cluster.do("create", "endpoints", {"metadata": {"name": "other"}})
    assert cluster.do("delete", "services", None, "db").object["kind"] == "Service"
    assert cluster.names("endpoints") == ["other"]


def test_a_definition_stays_until_its_objects_are_gone() -> None:
    cluster = Cluster()
    cluster.do("create", "customresourcedefinitions.apiextensions.k8s.io", WIDGETS)
    name = WIDGETS["metadata"]["name"]
    answer = cluster.do("delete", "customresourcedefinitions.apiextensions.k8s.io", None, name)
    metadata = answer.object["metadata"]
    assert metadata["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    assert "deletionGracePeriodSeconds" not in metadata
    conditions = {c["type"]: c for c in answer.object["status"]["conditions"]}
    assert conditions["Terminating"]["reason"] == "InstanceDeletionPending"


def test_a_collection_is_deleted_by_selection_and_shown_as_it_was() -> None:
    cluster = Cluster()
    for name, tier in (("a", "web"), ("b", "db"), ("c", "web")):
        cluster.do("create", "configmaps", config_map(name, labels={"tier": tier}))
    revision = cluster.server.store.revision
    answer = cluster.do("deletecollection", "configmaps", None, selection=Selection("tier=web"))
    body = answer.object
    assert (answer.code, body["kind"], body["apiVersion"]) == (200, "ConfigMapList", "v1")
    assert body["metadata"] == {"resourceVersion": str(revision)}
    assert [item["metadata"]["name"] for item in body["items"]] == ["a", "c"]
    assert all("kind" not in item for item in body["items"])
    assert cluster.names("configmaps") == ["b"]


def test_a_collection_may_be_selected_by_fields() -> None:
    cluster = Cluster()
    for name in ("a", "b"):
        cluster.do("create", "configmaps", config_map(name))
    selection = Selection(fields="metadata.name=a")
    cluster.do("deletecollection", "configmaps", None, selection=selection)
    assert cluster.names("configmaps") == ["b"]


def test_a_collection_of_pods_goes_as_each_pod_does() -> None:
    cluster = Cluster()
    running(cluster, "a")
    cluster.do("create", "pods", pod("b"))
    cluster.do("deletecollection", "pods", {"gracePeriodSeconds": 5})
    assert cluster.names("pods") == ["a"]
    assert cluster.get("pods", "a")["metadata"]["deletionGracePeriodSeconds"] == 5


WIDGETS = {
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object"}},
            }
        ],
    },
}
