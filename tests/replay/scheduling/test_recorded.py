from engine.testing import pod
from replay.scheduling.recorded import failure_of


def _pod(reason="Unschedulable", status="False"):
    obj = pod("web").obj
    condition = {"type": "PodScheduled", "status": status, "reason": reason, "message": "no"}
    obj["status"]["conditions"] = [{"type": "Initialized", "status": "True"}, condition]
    return obj


def test_the_condition_that_says_that_a_pod_goes_nowhere_is_a_failure() -> None:
    assert failure_of(_pod())["message"] == "no"
    assert failure_of(_pod(reason="SchedulerError"))["message"] == "no"


def test_a_pod_that_is_scheduled_or_was_never_decided_on_has_no_failure() -> None:
    assert failure_of(_pod(status="True")) == {}
    assert failure_of(pod("web").obj) == {}


def test_a_pod_that_has_gates_was_not_decided_on() -> None:
    assert failure_of(_pod(reason="SchedulingGated")) == {}
