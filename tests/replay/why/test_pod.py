"""`why pod`: what is read off the record, and when the model is asked."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from engine.errors import NotFoundError
from engine.scheduler.remedies.pod_changes import LowerRequest
from engine.testing import node, other, pod
from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from replay.why.pod import why
from tests.audit_lines import AuditLines
from tests.recordings import ingested

MESSAGE = "0/1 nodes are available: 1 Insufficient cpu."


def _condition(status, reason="", message=""):
    return {
        "type": "PodScheduled", "status": status, "reason": reason, "message": message,
        "lastTransitionTime": "2026-11-21T03:00:07Z",
    }  # fmt: skip


def _event(uid, second, reason, kind="Pod", name="web", **fields):
    about = {"kind": kind, "name": name, "namespace": "shop", "uid": uid}
    event = other("v1", "Event", f"{name}.{second}", "shop", involvedObject=about, reason=reason)
    event.obj |= {"lastTimestamp": f"2026-11-21T03:00:{second:02}Z", "message": f"{reason}!"}
    del event.obj["spec"], event.obj["status"]
    event.obj |= fields
    return event


@cache
def _trace():
    lines = AuditLines()
    revisions = iter(range(1, 100))

    def created(resource, builder, namespace="shop"):
        obj, revision = builder.obj, next(revisions)
        obj["metadata"] |= {"resourceVersion": str(revision)}
        obj["metadata"] |= {"uid": f"uid-{revision}", "creationTimestamp": "2026-11-21T03:00:00Z"}
        name = obj["metadata"]["name"]
        lines.add("create", resource, name, response=obj, code=201, namespace=namespace)
        return obj["metadata"]["uid"]

    created("nodes", node("n1").cpu("1").memory("1Gi"), None)
    web = pod("web", "shop").cpu("2").claim("data")
    web.status["conditions"] = [_condition("False", "Unschedulable", MESSAGE)]
    uid = created("pods", web)
    claim = other("v1", "PersistentVolumeClaim", "data", "shop")
    claim.obj |= {"spec": {"volumeName": "pv"}, "status": {"phase": "Bound"}}
    claim.annotation("pv.kubernetes.io/bind-completed", "yes")
    claim_uid = created("persistentvolumeclaims", claim)
    created("persistentvolumes", other("v1", "PersistentVolume", "pv"), None)
    created("events", _event(uid, 9, "FailedScheduling"))
    created("events", _event(claim_uid, 8, "Bound", "PersistentVolumeClaim", "data"))
    created("events", _event("uid-of-another", 8, "Pulled"))
    starting = pod("starting", "shop").cpu("100m").node("n1").phase("Pending")
    starting.obj["status"] |= {
        "conditions": [_condition("True")],
        "containerStatuses": [
            {"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no"}}},
            {"name": "side", "state": {"running": {}}},
        ],
        "initContainerStatuses": [{"name": "init", "state": {"waiting": {"reason": "Wait"}}}],
    }
    created("pods", starting)
    foreign = pod("foreign", "shop")
    foreign.spec["schedulerName"] = "volcano"
    created("pods", foreign)
    claiming = pod("claiming", "shop")
    claiming.spec["resourceClaims"] = [{"name": "gpu"}]
    created("pods", claiming)
    created("pods", pod("going", "shop").cpu("9").terminating())
    created("pods", pod("done", "shop").phase("Succeeded"))
    folder = Path(mkdtemp(prefix="kuberewind-why-"))
    (folder / "audit.log").write_text(lines.text())
    trace = Trace(folder / "trace", create=True)
    ingest(trace, [str(folder / "audit.log")], IngestOptions())
    return trace


def _why(name, at=None):
    with _trace().snapshot("default", derived=True) as snapshot:
        return why(snapshot, "shop", name, at, None)


def test_a_pending_pod_is_told_with_its_condition_and_what_would_have_to_change() -> None:
    told = _why("web")
    assert (told.phase, told.node, told.nodes) == ("Pending", "", 1)
    assert told.scheduled is not None
    assert (told.scheduled.reason, told.scheduled.message) == ("Unschedulable", MESSAGE)
    assert told.findings is not None
    (reason,) = told.findings.reasons
    assert reason.remedies[0].changes == (LowerRequest("cpu", 2000, 900),)


def test_events_of_the_pod_and_of_its_claims_are_told_in_their_order_and_no_others() -> None:
    assert [(each.about, each.reason) for each in _why("web").events] == [
        ("persistentvolumeclaim data", "Bound"),
        ("pod web", "FailedScheduling"),
    ]


def test_a_pod_that_has_a_node_waits_for_its_containers_not_for_the_scheduler() -> None:
    told = _why("starting")
    assert (told.node, told.findings) == ("n1", None)
    assert [(each.kind, each.name, each.reason, each.message) for each in told.containers] == [
        ("init container", "init", "Wait", ""),
        ("container", "app", "ImagePullBackOff", "no"),
    ]


def test_a_pod_of_another_scheduler_is_not_asked_about() -> None:
    told = _why("foreign")
    assert (told.scheduler, told.known_scheduler) == ("volcano", False)
    assert (told.scheduled, told.findings) == (None, None)


def test_what_the_model_does_not_know_is_told_instead_of_an_answer() -> None:
    told = _why("claiming")
    assert told.findings is None
    assert (
        told.not_modelled
        == "pod shop/claiming: not modelled: dynamic resources (spec.resourceClaims)"
    )


@pytest.mark.parametrize("name", ["going", "done"])
def test_a_pod_that_ends_or_has_ended_is_no_longer_scheduled(name) -> None:
    assert _why(name).findings is None


def test_a_pod_that_is_not_there_is_not_found_and_a_time_after_the_end_is_told() -> None:
    with pytest.raises(NotFoundError, match=r'"nope" not found in the namespace shop$'):
        _why("nope")
    with pytest.raises(NotFoundError, match=r"in the namespace shop \(the log ends at "):
        _why("nope", "2030-01-01T00:00:00Z")
    assert _why("web", "2030-01-01T00:00:00Z").beyond.startswith("note: the log ends at ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "at", "changes"),
    [
        ("huge", None, [["LowerRequest"]]),
        ("train-notol", None, [["RemovePod"]]),
        ("train-notol", "2026-11-21T03:05:55Z", []),
        ("needs-arm", None, [["AddNode"]]),
        ("gated", "2026-11-21T03:05:50Z", [["OpenGates"]]),
        ("minidom-7cb69cc7f9-hfd6b", None, [["RaiseSkew"], ["RemovePod"]]),
        ("lonely-5979c6b477-62rdt", None, [["RemovePod", "RemovePod"], ["AddNode"]]),
    ],
)
def test_pods_of_a_recording_are_told_what_would_help(name, at, changes) -> None:
    with ingested("pressure").snapshot("default", derived=True) as snapshot:
        told = why(snapshot, "apps", name, at, None)
    assert told.findings is not None
    assert [
        [type(change).__name__ for change in remedy.changes]
        for reason in told.findings.reasons
        for remedy in reason.remedies
    ] == changes


@pytest.mark.slow
def test_the_message_of_a_recording_is_what_the_model_says() -> None:
    with ingested("pressure").snapshot("default", derived=True) as snapshot:
        told = [why(snapshot, "apps", n, None, None) for n in ("huge", "bigmem")]
    for each in told:
        assert each.findings is not None
        assert each.scheduled is not None
        assert each.findings.decision.message == each.scheduled.message
