from engine.apiserver.storage_form import (
    Write,
    as_read,
    core_event,
    differs,
    in_store,
    in_version,
    new_event,
    stored,
)


def form(answer, request=None, before=None, *, creates=False):
    return stored(Write(answer, request or {}, before, creates))


def claim(**status):
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {}, "status": status}


def job(labels, template):
    spec = {"template": {"metadata": {"labels": template}}}
    metadata = {"labels": labels} if labels else {}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def test_other_kinds_are_stored_as_they_are_shown():
    answer = {"apiVersion": "v1", "kind": "ConfigMap"}
    assert form(answer) is answer
    assert not differs("v1", "ConfigMap")


def test_a_new_claim_has_no_phase_in_the_store():
    assert form(claim(phase="Pending"), creates=True) == claim()
    assert form(claim(phase="Pending")) == claim(phase="Pending")
    assert form(claim(phase="Bound"), creates=True) == claim(phase="Bound")
    assert as_read(claim()) == claim(phase="Pending")


def test_a_new_job_without_labels_is_shown_with_its_templates():
    shown = job({"a": "b"}, {"a": "b"})
    assert form(shown, creates=True) == job(None, {"a": "b"})
    assert form(shown, {"metadata": {"labels": {"a": "b"}}}, creates=True) == shown
    assert form(shown) == shown
    assert as_read(job(None, {"a": "b"})) == shown


def test_an_external_name_keeps_in_the_store_what_it_hides():
    shown = {"apiVersion": "v1", "kind": "Service", "spec": {"type": "ExternalName"}}
    before = {"spec": {"internalTrafficPolicy": "Cluster"}}
    kept = form(shown, before=before)
    assert kept["spec"]["internalTrafficPolicy"] == "Cluster"
    assert as_read(kept) == shown


def test_an_event_of_the_new_group_is_stored_in_the_old_form():
    new = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "note": "n",
           "regarding": {"uid": "u"}, "deprecatedCount": 0}  # fmt: skip
    old = form(new)
    assert (old["apiVersion"], old["message"], old["involvedObject"]) == ("v1", "n", {"uid": "u"})
    assert "count" not in old
    assert new_event(core_event(old))["note"] == "n"


def test_only_the_new_group_shows_a_series_of_none():
    new = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "series": {"count": 0}}
    assert core_event(new)["series"] == {}
    assert new_event(core_event(new))["series"] == {"count": 0}


def test_an_autoscaler_of_the_first_version_is_stored_in_the_second():
    answer = {
        "apiVersion": "autoscaling/v1",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {},
        "spec": {"maxReplicas": 3, "targetCPUUtilizationPercentage": 80},
        "status": {"currentReplicas": 0, "desiredReplicas": 0},
    }
    kept = form(answer)
    cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}
    assert kept["apiVersion"] == "autoscaling/v2"
    assert kept["spec"]["metrics"] == [{"type": "Resource", "resource": cpu}]
    assert kept["status"] == {"desiredReplicas": 0, "currentMetrics": None}
    assert in_store(answer) == kept
    assert in_version(kept, "autoscaling/v1")["spec"] == {
        **answer["spec"],
        "scaleTargetRef": {"kind": "", "name": ""},
    }
