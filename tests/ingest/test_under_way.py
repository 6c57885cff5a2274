"""What requests tell about those that were still being served when they arrived."""

from typing import Any

import pytest

from ingest import under_way
from ingest.order import in_order
from ingest.requests import Request
from ingest.version import Version
from tests.ingest.request_rows import arrived, at, body, created, history, request, thing

KUBELET = "system:node:n1"


def written(verb: str, received: float, answered: float, base: int | None = None, **fields: Any):
    """A write to the ConfigMap a without an answer, based on a revision."""
    return request(verb, "a", None, received, answered, body=thing("a", base), **fields)


def bound(received: float, answered: float) -> Request:
    """A binding of the pod a to a node."""
    binding = {"kind": "Binding", "metadata": {"name": "a"}, "target": {"name": "n1"}}
    fields = {"body": binding, "subresource": "binding", "resource": "pods"}
    return request("create", "a", None, received, answered, **fields)


def told(received: float, answered: float, user: str = KUBELET, **status: Any) -> Request:
    """A status of the pod a."""
    fields = {"subresource": "status", "resource": "pods", "patch_type": "strategic", "user": user}
    return request("patch", "a", None, received, answered, body={"status": status}, **fields)


def order(*requests: Request) -> list[int]:
    """In which order requests were placed, each by its number."""
    numbers = {id(one): number for number, one in enumerate(requests)}
    return [numbers[id(step.request)] for step in in_order([arrived(requests)])]


def test_an_update_comes_after_the_one_that_made_what_it_is_based_on():
    first = written("update", 0, 90, base=10)
    assert order(first, written("update", 20, 40, base=11)) == [0, 1]
    assert order(first, written("update", 20, 40, base=11, subresource="status")) == [0, 1]


def test_an_update_that_is_based_on_less_comes_before():
    assert order(written("update", 0, 40, base=11), written("update", 20, 90, base=10)) == [1, 0]


@pytest.mark.parametrize("base", [None, 10])
def test_writes_that_name_no_other_base_stand_as_they_were_answered(base):
    assert order(written("patch", 0, 90, base=10), written("patch", 20, 40, base=base)) == [1, 0]


def test_what_had_been_answered_was_not_under_way():
    first, second = written("patch", 0, 10), written("patch", 20, 40)
    assert [step.under_way for step in in_order([[first, second]])] == [(), ()]


def test_a_kubelet_speaks_of_a_pod_that_is_bound():
    assert order(bound(0, 90), told(20, 40)) == [0, 1]


def test_others_speak_of_a_pod_before_it_is_bound():
    assert order(bound(0, 90), told(20, 40, user="system:kube-scheduler")) == [1, 0]


def pod(name: str = "a", **metadata: Any) -> dict[str, Any]:
    """A pod that was created, on a node."""
    container = {"name": "c", "image": "nginx"}
    head = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "generation": 1, **metadata}
    spec = {"nodeName": "n1", "terminationGracePeriodSeconds": 30, "containers": [container]}
    status = {"phase": "Running"}
    return {"kind": "Pod", "apiVersion": "v1", "metadata": head, "spec": spec, "status": status}


def deleted(received: float, answered: float, **fields: Any) -> Request:
    """A delete of the pod a without an answer."""
    return request("delete", "a", None, received, answered, resource="pods", **fields)


def collection(received: float, answered: float, **fields: Any) -> Request:
    """A delete of all pods of the namespace without an answer."""
    known = {"resource": "pods", **fields}
    return request("deletecollection", None, None, received, answered, **known)


def lives(*requests: Request) -> list[tuple[int, bool]]:
    """Of the versions of pods after the first: generation and whether it is being deleted."""
    first = created(pod(resourceVersion="5"), -50, -40, body={}, resource="pods")
    versions = history(first, *requests)
    return [_life(version) for version in versions[1:]]


def _life(version: Version) -> tuple[int, bool]:
    metadata = body(version)["metadata"] if version.body else {}
    return metadata.get("generation", 0), "deletionTimestamp" in metadata


MARKED = (2, True)


@pytest.mark.parametrize("delete", [deleted, collection])
def test_a_status_that_has_observed_a_deletion_comes_after_it(delete):
    assert lives(delete(0, 90), told(20, 40, observedGeneration=2)) == [MARKED, MARKED]


@pytest.mark.parametrize("delete", [deleted, collection])
def test_a_status_that_has_not_stands_as_it_was_answered(delete):
    assert lives(delete(0, 90), told(20, 40, observedGeneration=1)) == [(1, False), MARKED]


def test_conditions_tell_what_was_observed_too():
    condition = {"type": "Ready", "status": "False", "observedGeneration": 2}
    assert lives(deleted(0, 90), told(20, 40, conditions=[condition])) == [MARKED, MARKED]


def test_a_collection_goes_on_with_the_others():
    versions = history(
        created(pod(resourceVersion="5"), -50, -40, body={}, resource="pods"),
        created(pod("b", resourceVersion="6"), -30, -20, body={}, resource="pods"),
        collection(0, 90),
        told(20, 40, observedGeneration=2),
    )
    told_of = {name: [_life(v) for v in versions if v.key.name == name] for name in "ab"}
    assert told_of == {"a": [(1, False), MARKED, MARKED], "b": [(1, False), MARKED]}


def test_an_object_that_a_collection_does_not_select_is_not_deleted_by_it():
    others = collection(0, 90, request_uri="/?labelSelector=app%3Dother")
    assert lives(others, told(20, 40, observedGeneration=2)) == [(1, False)]


def test_what_ends_a_pod_comes_after_what_was_written_to_it():
    force = {"body": {"gracePeriodSeconds": 0}}
    kept, marked, gone = lives(deleted(0, 90, **force), told(20, 40, observedGeneration=2))
    assert (kept, marked, gone) == ((1, False), MARKED, (0, False))


def test_an_update_shows_a_change_of_the_spec_that_it_was_based_on():
    """A Deployment is scaled: its controller was told of it before its user was."""
    template = {"metadata": {"labels": {"x": "y"}}, "spec": pod()["spec"]}
    made = {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {"name": "a", "namespace": "shop", "uid": "u", "generation": 1},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"x": "y"}}, "template": template},
    }
    first = {**made, "metadata": {**made["metadata"], "resourceVersion": "5"}}
    read = {**made, "metadata": {**made["metadata"], "generation": 2}, "status": {"replicas": 1}}
    place: dict[str, Any] = {"resource": "deployments", "api_group": "apps"}
    patch = {"body": {"spec": {"replicas": 3}}, "patch_type": "merge"}
    scaled = request("patch", "a", None, 0, 90, **patch, **place)
    versions = history(
        created(first, -50, -40, body={}, **place),
        scaled,
        request("update", "a", None, 20, 40, body=read, subresource="status", **place),
    )
    assert [body(version)["spec"]["replicas"] for version in versions] == [1, 3, 3]
    assert (versions[1].step.request, versions[1].time) == (scaled, at(20))


def test_pods_of_a_burst_get_their_names_in_the_order_in_which_they_are_bound():
    """The second binding was answered first."""
    place: dict[str, Any] = {"resource": "pods", "code": 201}
    new = {**pod(), "metadata": {"generateName": "web-"}}
    names = ("web-aaaaa", "web-bbbbb")
    bindings = [
        request("create", name, None, 20 + i, 90 - 10 * i, subresource="binding", **place, body=to)
        for i, name in enumerate(names)
        for to in [{"metadata": {"name": name}, "target": {"name": "n1"}}]
    ]
    first = request("create", None, None, 0, 5, **place, body=new)
    second = request("create", None, None, 1, 6, **place, body=new)
    versions = history(first, second, *bindings)
    made_by = {version.step.request.audit_id: version.key.name for version in versions}
    assert [made_by[one.audit_id] for one in (first, second, *bindings)] == [*names, *names]


def test_any_number_of_writes_may_be_under_way(monkeypatch):
    """Each was answered before all that arrived before it: nobody but a forger has such a log."""
    monkeypatch.setattr(under_way, "OVERLAPPING", 2)
    count = 1_200
    made = thing("a", 5)
    bodies = [
        {**made, "metadata": {"name": "a", "generation": 1 + number}, "data": {"x": str(number)}}
        for number in range(count)
    ]
    writes = [
        request("update", "a", None, number, 9_000 - number, body=one)
        for number, one in enumerate(bodies)
    ]
    assert len(history(created(made, -50, -40, body={}), *writes)) == 1 + count
