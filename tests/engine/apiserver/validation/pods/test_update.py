"""What updates of a pod and of its subresources may change."""

import copy

import pytest

from engine.apiserver.strategy.prepare import prepare_for_update
from engine.apiserver.validation.validate import validate_update
from tests.engine.apiserver.validation.pods.test_pod import pod


def changed(old, change, subresource=""):
    old["metadata"]["resourceVersion"] = "1"
    new = copy.deepcopy(old)
    change(new)
    prepare_for_update(new, old, subresource)
    errors = validate_update(new, old, subresource)
    return new, list(dict.fromkeys(str(error) for error in errors))


def test_an_image_may_change_and_the_generation_grows():
    new, errors = changed(pod(), lambda p: p["spec"]["containers"][0].update(image="j"))
    assert errors == []
    assert new["metadata"]["generation"] == 2


def test_a_status_in_an_update_is_ignored():
    old = pod()
    new, errors = changed(old, lambda p: p["status"].update(phase="Running"))
    assert (new["status"], new["metadata"]["generation"], errors) == (old["status"], 1, [])


def test_other_changes_are_shown_as_a_difference():
    _, (error,) = changed(pod(), lambda p: p["spec"].update(schedulerName="x"))
    assert error.startswith("spec: Forbidden: pod updates may not change fields other than `spec.")
    assert '- "SchedulerName": "default-scheduler",\n+ "SchedulerName": "x",\n' in error


def test_the_same_amount_written_otherwise_is_no_change():
    old = pod(container={"resources": {"requests": {"memory": "1Ki"}}})

    def rewrite(p):
        p["spec"]["containers"][0]["resources"] = {"requests": {"memory": "1024"}}

    new, errors = changed(old, rewrite)
    assert (errors, new["metadata"]["generation"]) == ([], 1)


def test_containers_are_neither_added_nor_removed():
    _, errors = changed(
        pod(), lambda p: p["spec"]["containers"].append({"name": "d", "image": "i"})
    )
    assert "spec.containers: Forbidden: pod updates may not add or remove containers" in errors


@pytest.mark.parametrize(
    ("old", "new", "errors"),
    [
        (None, 5, []),
        (5, 4, []),
        (4, 5, ["Invalid value: 5: must be less than or equal to previous value"]),
        (4, None, ["Invalid value: null: must not update from a positive integer to nil value"]),
    ],
)
def test_a_deadline_only_comes_nearer(old, new, errors):
    given = pod() if old is None else pod(activeDeadlineSeconds=old)

    def change(p):
        p["spec"].pop("activeDeadlineSeconds", None)
        if new is not None:
            p["spec"]["activeDeadlineSeconds"] = new

    _, found = changed(given, change)
    assert found == [f"spec.activeDeadlineSeconds: {error}" for error in errors]


def test_a_negative_grace_period_may_become_one():
    old = pod(terminationGracePeriodSeconds=-5)
    assert changed(old, lambda p: p["spec"].update(terminationGracePeriodSeconds=1))[1] == []


def test_tolerations_are_only_added_and_gates_only_removed():
    toleration = {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 3}
    old = pod(tolerations=[toleration], schedulingGates=[{"name": "a/b"}])

    def allow(p):
        added = {"key": "b", "operator": "Exists"}
        p["spec"]["tolerations"] = [{**toleration, "tolerationSeconds": 4}, added]
        del p["spec"]["schedulingGates"]

    def forbid(p):
        p["spec"]["tolerations"] = []
        p["spec"]["schedulingGates"] = [{"name": "a/c"}]

    assert changed(old, allow)[1] == []
    assert changed(old, forbid)[1] == [
        (
            "spec.tolerations: Forbidden: existing toleration can not be modified except its "
            "tolerationSeconds"
        ),
        (
            "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new "
            "scheduling gate 'a/c'"
        ),
    ]


def affinity(*keys):
    terms = [{"matchExpressions": [{"key": key, "operator": "Exists"} for key in keys]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"nodeAffinity": required}


def test_a_gated_pod_may_narrow_where_it_goes():
    old = pod(schedulingGates=[{"name": "a/b"}], affinity=affinity("a"), nodeSelector={"a": "b"})

    def narrow(p):
        p["spec"].update(affinity=affinity("a", "b"), nodeSelector={"a": "b", "c": "d"})

    def widen(p):
        p["spec"].update(affinity=affinity("b"), nodeSelector={"c": "d"})

    assert changed(old, narrow)[1] == []
    selector, terms = changed(old, widen)[1]
    assert selector == (
        'spec.nodeSelector: Invalid value: {"c":"d"}: only additions to spec.nodeSelector are '
        "allowed (no mutations or deletions)"
    )
    assert terms.endswith(": only additions are allowed (no mutations or deletions)")


def test_a_pod_without_gates_stays_where_it_is():
    _, (error,) = changed(pod(), lambda p: p["spec"].update(nodeSelector={"a": "b"}))
    assert error.startswith("spec: Forbidden")


def test_ephemeral_containers_are_added_through_their_subresource_only():
    added = {
        "name": "debug", "image": "i", "imagePullPolicy": "Always",
        "terminationMessagePolicy": "File",
    }  # fmt: skip
    new, errors = changed(
        pod(), lambda p: p["spec"].update(ephemeralContainers=[added], hostname="x"),
        "ephemeralcontainers",
    )  # fmt: skip
    assert errors == []
    assert new["spec"]["ephemeralContainers"] == [added]
    assert "hostname" not in new["spec"]
    _, (error,) = changed(
        new, lambda p: p["spec"]["ephemeralContainers"].clear(), "ephemeralcontainers"
    )
    assert error == (
        'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be '
        "removed\n"
    )


def test_a_resize_changes_amounts_and_nothing_else():
    resources = {"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}
    old = pod(container={"resources": resources})

    def resize(p):
        p["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "2"}, "limits": {"cpu": "2"}}
        p["spec"]["containers"][0]["image"] = "other"

    new, errors = changed(old, resize, "resize")
    assert errors == []
    assert new["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "2"}
    assert new["spec"]["containers"][0]["image"] == "i"
    assert new["metadata"]["generation"] == 2


def test_a_resize_removes_nothing_and_keeps_the_quality_of_service():
    old = pod(container={"resources": {"requests": {"cpu": "1"}}})
    _, errors = changed(old, lambda p: p["spec"]["containers"][0].update(resources={}), "resize")
    assert errors == [
        'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
        "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed",
    ]


def test_a_kubelet_reports_status_and_leaves_the_spec():
    old = pod()

    def report(p):
        p["status"] = {"phase": "Running", "podIPs": [{"ip": "10.0.0.1"}]}
        p["spec"]["hostname"] = "x"
        p["metadata"]["ownerReferences"] = [{"name": "x"}]

    new, errors = changed(old, report, "status")
    assert errors == []
    assert new["spec"] == old["spec"]
    assert "ownerReferences" not in new["metadata"]
    assert new["status"]["qosClass"] == "BestEffort"


def test_a_terminated_container_runs_again_only_where_it_may():
    ended = {"name": "c", "state": {"terminated": {"exitCode": 0}}}
    running = {"name": "c", "state": {"running": {}}}

    def restart(p):
        p["status"]["containerStatuses"] = [running]

    once, always = pod(restartPolicy="Never"), pod()
    for obj in (once, always):
        obj["status"]["containerStatuses"] = [ended]
    assert changed(always, restart, "status")[1] == []
    assert changed(once, restart, "status")[1] == [
        (
            "status.containerStatuses[0].state: Forbidden: may not be transitioned to "
            "non-terminated "
            "state"
        )
    ]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ({"podIPs": [{"ip": "x"}]}, 'podIPs[0]: Invalid value: "x": must be a valid IP address'),
        (
            {"podIPs": [{"ip": "1.2.3.4"}, {"ip": "1.2.3.5"}]},
            'podIPs: Invalid value: [{"IP":"1.2.3.4"},{"IP":"1.2.3.5"}]: may specify no more than',
        ),
        ({"hostIPs": [{"ip": "1.2.3.4"}]}, "hostIPs[0].ip: Invalid value"),
        ({"conditions": [{"type": "a b", "status": "True"}]}, "conditions[0].Type: Invalid value"),
        ({"observedGeneration": -1}, "observedGeneration: Invalid value: -1"),
        ({"nominatedNodeName": "A"}, 'nominatedNodeName: Invalid value: "A"'),
        ({"resourceClaimStatuses": [{"name": "x"}]}, "resourceClaimStatuses[0].name: Invalid"),
    ],
)
def test_a_status_is_refused_for_one_field(status, error):
    _, errors = changed(pod(), lambda p: p["status"].update(status), "status")
    assert len(errors) == 1
    assert errors[0].startswith(f"status.{error}")


def test_conditions_keep_their_generation():
    old = pod()
    old["status"]["conditions"] = [{"type": "Ready", "status": "True", "observedGeneration": 3}]

    def report(p):
        p["status"]["conditions"] = [{"type": "Ready", "status": "False"}]

    new, _ = changed(old, report, "status")
    (condition,) = new["status"]["conditions"]
    assert condition["observedGeneration"] == 3
