from tests.ingest.request_rows import (
    STATUS,
    body,
    created,
    history,
    patched,
    pod,
    request,
    thing,
    told,
)

MARK = {"deletionTimestamp": "2027-01-15T08:00:00Z", "deletionGracePeriodSeconds": 0}


def deleted(answer, received, answered, **fields):
    return request("delete", "a", answer, received, answered, **fields)


def collected(kind, items, received, answered, rv=11, **fields):
    listing = {"kind": f"{kind}List", "metadata": {"resourceVersion": str(rv)}, "items": items}
    return request("deletecollection", None, listing, received, answered, **fields)


def test_a_graceful_deletion_is_a_version():
    marked = pod("a", 11, node="n", **{**MARK, "deletionGracePeriodSeconds": 30})
    assert told(history(created(pod("a", 10), 0, 5), deleted(marked, 10, 20))) == [
        ("PUT", "a", 10),
        ("PUT", "a", 11),
    ]


def test_a_forced_deletion_is_stored_as_a_mark_before_the_pod_goes():
    last = pod("a", 13, node="n", **MARK)
    versions = history(
        created(pod("a", 10, node="n"), 0, 5),
        created(thing("b", 11), 6, 8),
        deleted(last, 10, 20),
    )
    assert told(versions)[2:] == [("PUT", "a", 12), ("DELETE", "a", 13)]


def test_a_delete_that_found_the_pod_gone_had_marked_it():
    first = deleted(pod("a", node="n", **MARK), 10, 30, agent="kubelet")
    other = deleted(pod("a", 14, node="n", **MARK), 11, 29, agent="controller")
    versions = history(created(pod("a", 10, node="n"), 0, 5), first, other)
    assert [(v.type, v.rv, v.step.request.user_agent) for v in versions[1:]] == [
        ("PUT", None, "kubelet"),
        ("DELETE", 14, "controller"),
    ]


def test_a_pod_that_was_found_gone_is_gone_even_if_nothing_else_shows_it():
    first = deleted(pod("a", node="n", **MARK), 10, 30)
    for last in ([created(thing("b", 20), 40, 50)], []):
        versions = history(created(pod("a", 10, node="n"), 0, 5), first, *last)
        assert [(v.type, v.key.name) for v in versions[1:3]] == [("PUT", "a"), ("DELETE", "a")]


def test_a_delete_answered_with_a_status_is_the_end():
    gone = deleted({**STATUS, "details": {"uid": "uid-a"}}, 10, 20, resource="configmaps")
    assert told(history(created(thing("a", 10), 0, 5), gone))[1:] == [("DELETE", "a", None)]


def test_a_service_takes_its_endpoints_along():
    service = {**thing("a", 10), "kind": "Service"}
    endpoints = {**thing("a", 11, uid="e"), "kind": "Endpoints"}
    gone = deleted({**STATUS, "details": {"uid": "uid-a"}}, 20, 30, resource="services")
    versions = history(
        created(service, 0, 5, resource="services"),
        created(endpoints, 6, 8, resource="endpoints"),
        gone,
    )
    assert [(v.type, v.kind) for v in versions[2:]] == [
        ("DELETE", "Service"),
        ("DELETE", "Endpoints"),
    ]


def test_a_collection_of_pods_marks_those_that_run_and_removes_those_that_do_not():
    running, waiting = pod("run", 10, node="n"), pod("wait", 11)
    versions = history(
        created(running, 0, 3),
        created(waiting, 4, 5),
        collected("Pod", [running, waiting], 10, 20, resource="pods"),
    )
    assert [(v.type, v.key.name) for v in versions[2:]] == [
        ("PUT", "run"),
        ("PUT", "wait"),
        ("DELETE", "wait"),
    ]
    assert body(versions[2])["metadata"]["deletionGracePeriodSeconds"] == 30


def test_a_collection_shows_objects_that_were_never_seen():
    versions = history(collected("ConfigMap", [thing("a", 10)], 10, 20))
    assert [(v.type, v.change, v.rv, v.kind) for v in versions] == [
        ("PUT", "seen", 10, "ConfigMap"),
        ("DELETE", "deleted", None, "ConfigMap"),
    ]


def test_a_collection_does_not_end_a_later_object_of_the_name():
    versions = history(
        created(thing("a", 10, uid="new"), 0, 5),
        collected("ConfigMap", [thing("a", 4, uid="old")], 10, 20),
    )
    assert told(versions) == [("PUT", "a", 10)]


def test_what_is_being_deleted_already_stays_so():
    graceful = {**MARK, "deletionGracePeriodSeconds": 30}
    marked = pod("a", 11, node="n", **graceful)
    versions = history(
        created(pod("a", 10, node="n"), 0, 5),
        deleted(marked, 6, 8),
        collected("Pod", [marked], 10, 20, resource="pods"),
    )
    assert told(versions) == [("PUT", "a", 10), ("PUT", "a", 11)]


def test_a_definition_takes_its_custom_resources_along():
    spec = {"group": "example.com", "names": {"plural": "widgets"}}
    definition = {**thing("widgets.example.com", 10), "kind": "CustomResourceDefinition"}
    definition["spec"] = spec
    widget = {**thing("w", 11), "kind": "Widget", "apiVersion": "example.com/v1"}
    kind = {"resource": "customresourcedefinitions", "api_group": "apiextensions.k8s.io"}
    emptied = {**definition, "metadata": {**definition["metadata"], **MARK}}
    versions = history(
        created(definition, 0, 5, **kind),
        created(widget, 6, 8, resource="widgets", api_group="example.com"),
        request("update", "widgets.example.com", emptied, 10, 20, **kind),
    )
    assert [(v.type, v.key.name) for v in versions[2:]] == [
        ("DELETE", "w"),
        ("DELETE", "widgets.example.com"),
    ]


def test_a_namespace_that_is_gone_was_empty():
    namespace = {**thing("shop", 20, **MARK), "kind": "Namespace", "spec": {}}
    kind = {"resource": "namespaces"}
    versions = history(
        created(thing("a", 10), 0, 5),
        created(thing("b", 11), 6, 7, namespace="other"),
        request("update", "shop", namespace, 30, 40, subresource="finalize", **kind),
    )
    assert [(v.type, v.key.name, v.known) for v in versions[2:]] == [
        ("DELETE", "a", "derived"),
        ("DELETE", "shop", "observed"),
    ]


def test_a_deletion_of_unknown_outcome_is_partial_or_the_end_by_kind():
    unseen_pod = deleted(None, 10, 20, resource="pods")
    unseen_map = request("delete", "b", None, 10, 20, resource="configmaps")
    found = {(v.type, v.key.name, v.known) for v in history(unseen_pod, unseen_map)}
    assert found == {("PUT", "a", "partial"), ("DELETE", "b", "observed")}


def test_the_second_of_a_deletion_is_taken_from_the_next_version_where_it_is_open():
    before = pod("a", 10, node="n")
    whole = collected("Pod", [before], 900, 1100, rv=10, resource="pods")
    end = "2027-01-15T08:00:31Z"
    later = pod("a", 15, node="n", deletionTimestamp=end, deletionGracePeriodSeconds=30)
    later["status"]["phase"] = "Succeeded"
    versions = history(created(before, 0, 5), whole, patched(later, 1200, 1300))
    assert body(versions[1])["metadata"]["deletionTimestamp"] == end
