import json

from engine.testing import pod
from ingest.log.state import StoredVersion
from replay.scheduling.recorded import decisions


def _versions(*bodies):
    return [
        StoredVersion(number, number * 1000, number, None if body is None else json.dumps(body))
        for number, body in enumerate(bodies, start=1)
    ]


def _pod(uid="1", node="", message="", reason="Unschedulable", generation=1):
    obj = pod("web").obj
    obj["metadata"]["uid"] = uid
    if node:
        obj["spec"]["nodeName"] = node
    if message:
        condition = {"type": "PodScheduled", "status": "False", "reason": reason}
        condition |= {"message": message, "observedGeneration": generation}
        obj["status"]["conditions"] = [{"type": "Initialized", "status": "True"}, condition]
    return obj


def _found(*bodies):
    return [
        (each.event, each.version.position, each.node or each.message)
        for each in decisions(_versions(*bodies))
    ]


def test_a_binding_and_each_failure_before_it_are_decisions() -> None:
    assert _found(_pod(), _pod(message="no"), _pod(message="never"), _pod(node="n")) == [
        ("FailedScheduling", 2, "no"),
        ("FailedScheduling", 3, "never"),
        ("Scheduled", 4, "n"),
    ]


def test_other_writes_to_a_pod_that_waits_or_runs_are_no_decisions() -> None:
    waiting = _pod(message="no")
    labelled = _pod(message="no")
    labelled["metadata"]["labels"] = {"a": "b"}
    running = _pod(node="n")
    running["status"]["phase"] = "Running"
    assert _found(waiting, labelled) == []
    assert _found(_pod(node="n"), running) == []


def test_a_pod_that_has_gates_was_not_decided_on() -> None:
    assert _found(_pod(), _pod(message="gated", reason="SchedulingGated")) == []


def test_a_pod_made_with_its_node_was_not_decided_on_even_after_another_of_its_name() -> None:
    assert _found(_pod(uid="1"), _pod(uid="2", node="n")) == []
    assert _found(_pod(uid="1"), None, _pod(uid="1", node="n")) == []


def test_the_pod_that_was_decided_on_is_the_one_before_the_write() -> None:
    (found,) = decisions(_versions(_pod(message="no"), _pod(node="n")))
    assert found.pod == _pod(message="no")
