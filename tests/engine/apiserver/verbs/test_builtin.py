"""The rules of kinds that are compiled into Kubernetes."""

from typing import Any

from engine.apiserver.strategy.prepare import prepare_for_create, prepare_for_update
from engine.apiserver.verbs.builtin import BuiltinRules
from engine.apiserver.verbs.contract import Write
from engine.schema.resources import catalog


def rules(kind: str, group: str = "") -> BuiltinRules:
    resource = catalog().by_kind(group, kind)
    assert resource is not None
    return BuiltinRules(resource)


def decoded(body: dict[str, Any]) -> dict[str, Any]:
    of_pods = rules("Pod")
    return of_pods.decoded(Write("create", of_pods.resource, body, 0), body)


def pod(**spec: Any) -> dict[str, Any]:
    metadata = {"name": "a", "namespace": "shop"}
    return decoded({"metadata": metadata, "spec": {"containers": [{"name": "c"}], **spec}})


def test_what_was_decoded_is_stored_as_it_is() -> None:
    given = pod()
    stored = rules("Pod").encoded({**given, "metadata": dict(given["metadata"])}, given)
    assert stored == given
    assert stored["spec"] is given["spec"]


def test_what_was_put_in_since_is_typed() -> None:
    given = pod()
    changed = {**given, "status": {"phase": "", "hostIPs": [], "conditions": [{"type": "Ready"}]}}
    stored = rules("Pod").encoded(changed, given)
    assert stored["status"] == {
        "conditions": [{"type": "Ready", "status": "", "lastProbeTime": None,
                        "lastTransitionTime": None}]
    }  # fmt: skip


def test_what_was_decoded_in_another_version_is_typed_anew() -> None:
    series = {"count": 0, "lastObservedTime": None}
    given = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "series": series}
    stored = rules("Event").encoded({**given, "apiVersion": "v1"}, given)
    assert stored["series"] == {"lastObservedTime": None}


def test_preparing_a_new_object_leaves_what_it_was_made_of() -> None:
    given = pod(schedulingGroup={"podGroupName": "a"})
    given["status"] = {"phase": "Running"}
    made = {**given, "metadata": dict(given["metadata"])}
    prepare_for_create(made)
    assert "schedulingGroup" not in made["spec"]
    assert given["spec"]["schedulingGroup"] == {"podGroupName": "a"}
    assert given["status"] == {"phase": "Running"}


def test_preparing_an_update_leaves_what_it_was_made_of() -> None:
    request = {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": "a"},
        "spec": {},
        "status": {"certificate": "AA=="},
    }
    old = {**request, "status": {"conditions": [{"type": "Approved"}]}}
    new = dict(request)
    prepare_for_update(new, old, "status")
    assert new["status"]["conditions"] == [{"type": "Approved"}]
    assert request["status"] == {"certificate": "AA=="}
