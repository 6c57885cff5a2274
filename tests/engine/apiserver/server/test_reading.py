"""Get, list and watch."""

import pytest

from engine.apiserver.server.reading import Selection
from engine.apiserver.verbs.status import RefusedError
from tests.engine.apiserver.server.cluster import Cluster, config_map, pod


def labelled() -> Cluster:
    cluster = Cluster()
    for name, tier in (("b", "db"), ("a", "web"), ("c", "web")):
        cluster.do("create", "configmaps", config_map(name, labels={"tier": tier}))
    return cluster


def refusal(cluster: Cluster, what: str, **more: object) -> RefusedError:
    with pytest.raises(RefusedError) as found:
        cluster.server.list(cluster.resource(what), **more)  # type: ignore[arg-type]
    return found.value


def test_a_list_has_the_objects_in_order_and_the_revision() -> None:
    cluster = labelled()
    body = cluster.server.list(cluster.resource("configmaps"))
    assert (body["kind"], body["apiVersion"]) == ("ConfigMapList", "v1")
    assert body["metadata"] == {"resourceVersion": str(cluster.server.store.revision)}
    assert [item["metadata"]["name"] for item in body["items"]] == ["a", "b", "c"]


def test_lists_are_of_a_namespace_and_of_what_is_selected() -> None:
    cluster = labelled()
    cluster.do("create", "namespaces", {"metadata": {"name": "other"}})
    cluster.do("create", "configmaps", config_map("d"), namespace="other")
    assert cluster.names("configmaps", namespace="other") == ["d"]
    assert cluster.names("configmaps", selection=Selection("tier=web")) == ["a", "c"]
    assert cluster.names("configmaps", selection=Selection("tier notin (web)")) == ["d", "b"]
    fields = Selection(fields="metadata.namespace=shop,metadata.name!=a")
    assert cluster.names("configmaps", selection=fields) == ["b", "c"]


def test_the_past_can_be_listed_until_it_is_compacted() -> None:
    cluster = labelled()
    revision = cluster.server.store.revision
    cluster.do("delete", "configmaps", None, "a")
    assert cluster.names("configmaps", revision=revision) == ["a", "b", "c"]
    cluster.server.store.compact()
    refused = refusal(cluster, "configmaps", revision=revision)
    assert (refused.code, refused.reason) == (410, "Expired")
    assert refused.message == "The resourceVersion for the provided list is too old."


def test_the_future_cannot_be_listed_yet() -> None:
    cluster = Cluster()
    now = cluster.server.store.revision
    refused = refusal(cluster, "configmaps", revision=now + 5)
    assert (refused.code, refused.reason) == (504, "Timeout")
    assert refused.message == f"Timeout: Too large resource version: {now + 5}, current: {now}"


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(fields="spec.colour=red"), "field label not supported: spec.colour"),
        (Selection(fields="spec"), "invalid selector: 'spec'; can't understand 'spec'"),
    ],
)
def test_a_selection_that_cannot_be_is_a_bad_request(selection: Selection, message: str) -> None:
    refused = refusal(Cluster(), "pods", selection=selection)
    assert (refused.code, refused.reason, refused.message) == (400, "BadRequest", message)


def test_a_watch_tells_what_has_come_since() -> None:
    cluster = labelled()
    watch = cluster.server.watch(cluster.resource("configmaps"), cluster.server.store.revision)
    cluster.do("patch", "configmaps", {"data": {"k": "w"}}, "a", patch_type="merge")
    cluster.do("delete", "configmaps", None, "b")
    cluster.do("create", "configmaps", config_map("d"))
    cluster.do("create", "pods", pod())
    told = [(event.type, event.object["metadata"]["name"]) for event in watch.events()]
    assert told == [("MODIFIED", "a"), ("DELETED", "b"), ("ADDED", "d")]
    assert list(watch.events()) == []
    assert watch.bookmark().object == {
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": {"resourceVersion": str(cluster.server.store.revision)},
    }


def test_a_watch_tells_of_coming_into_its_selection_and_leaving_it() -> None:
    cluster = labelled()
    cluster.do("create", "pods", pod())
    revision = cluster.server.store.revision
    selection = Selection(fields="spec.nodeName=node-1")
    watch = cluster.server.watch(cluster.resource("pods"), revision, selection=selection)
    cluster.do("create", "pods/binding", {"target": {"name": "node-1"}}, "a")
    cluster.do("delete", "pods", {"gracePeriodSeconds": 0}, "a")
    assert [event.type for event in watch.events()] == ["ADDED", "MODIFIED", "DELETED"]


def test_a_watch_from_what_is_forgotten_is_refused() -> None:
    cluster = labelled()
    resource, store = cluster.resource("configmaps"), cluster.server.store
    late = cluster.server.watch(resource, 1)
    store.compact()
    with pytest.raises(RefusedError, match=r"too old resource version: 1 \(\d+\)") as found:
        cluster.server.watch(resource, 1)
    assert (found.value.code, found.value.reason) == (410, "Expired")
    with pytest.raises(RefusedError, match="too old resource version"):
        list(late.events())


def test_events_are_seen_in_both_of_their_groups() -> None:
    cluster = Cluster()
    event = {
        "metadata": {"name": "e"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "a"},
        "reason": "Started",
        "message": "hello",
        "type": "Normal",
    }
    cluster.do("create", "events", event)
    shown = cluster.get("events.events.k8s.io", "e")
    assert (shown["apiVersion"], shown["note"]) == ("events.k8s.io/v1", "hello")
    [listed] = cluster.server.objects(cluster.resource("events.v1.events.k8s.io"))
    assert listed == shown


def test_custom_resources_are_served_while_their_definition_is_there() -> None:
    cluster = Cluster()
    assert cluster.server.resource("example.com", "v1", "widgets") is None
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget"}
    spec = {"type": "object", "properties": {"replicas": {"type": "integer", "default": 1}}}
    numbers = {"replicas": {"type": "integer"}, "selector": {"type": "string"}}
    state = {"type": "object", "properties": numbers}
    schema = {"type": "object", "properties": {"spec": spec, "status": state}}
    scale = {
        "specReplicasPath": ".spec.replicas",
        "statusReplicasPath": ".status.replicas",
        "labelSelectorPath": ".status.selector",
    }
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}, "scale": scale},
    }
    definition = {
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": names,
            "versions": [version],
        },
    }
    cluster.do("create", "customresourcedefinitions.apiextensions.k8s.io", definition)
    what = "widgets.v1.example.com"
    body = {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": "w"},
        "spec": {"unknown": 1},
    }
    made = cluster.do("create", what, body).object
    assert made["spec"] == {"replicas": 1}
    status = {"status": {"replicas": 1, "selector": "a=b"}}
    cluster.do("patch", f"{what}/status", status, "w", patch_type="merge")
    cluster.do("patch", f"{what}/scale", {"spec": {"replicas": 3}}, "w", patch_type="merge")
    found = cluster.get(f"{what}/scale", "w")
    assert (found["spec"], found["status"]) == (
        {"replicas": 3},
        {"replicas": 1, "selector": "a=b"},
    )
    assert cluster.get(what, "w")["metadata"]["generation"] == 2
    [item] = cluster.server.list(cluster.resource(what))["items"]
    assert item["kind"] == "Widget"
