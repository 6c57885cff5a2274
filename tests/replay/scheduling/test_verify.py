import pytest

from engine.testing import node, other, pod
from replay.scheduling import versions
from replay.scheduling.verify import DIFFERENT, EQUAL, NOT_MODELLED, verified
from tests.recordings import ingested
from tests.replay.scheduling.recorder import NO_ROOM, TOO_SMALL, Recorder


def _web(name):
    return pod(name, "shop").cpu("1")


def _told(found):
    return [(each.decided.event, each.decided.name, each.verdict) for each in found]


def test_a_pod_takes_room_from_its_decision_on_before_its_binding_is_written() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("1"))
    first = record.create("pods", _web("first"))
    second = record.create("pods", _web("second"))
    record.fail(second, NO_ROOM, "03:00:04.400000")
    record.bind(first, "n")
    bound, failed = found = record.verified()
    assert _told(found) == [("Scheduled", "first", EQUAL), ("FailedScheduling", "second", EQUAL)]
    assert (bound.assumed, failed.assumed) == (0, 1)


def test_a_write_after_the_decision_was_not_seen_though_the_event_was_written_later() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("1"))
    large = record.create("pods", pod("large", "shop").cpu("2"))
    record.create("nodes", node("roomy").cpu("8"))
    record.fail(large, TOO_SMALL, "03:00:02.600000")
    (found,) = record.verified()
    assert (found.verdict, found.decided.own_revision) == (EQUAL, 2)


def test_a_pod_that_was_never_tried_is_decided_on_before_what_came_between_it_and_its_binding() -> (
    None
):
    record = Recorder()
    record.create("nodes", node("n").cpu("2"))
    web = record.create("pods", _web("web"))
    record.create("nodes", node("empty").cpu("8"))
    record.bind(web, "n")
    (found,) = record.verified()
    assert (found.verdict, found.decision.best) == (EQUAL, ["n"])


def test_a_pod_that_was_tried_before_is_decided_on_when_its_binding_arrives() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("500m"))
    web = record.create("pods", _web("web"))
    record.fail(web, TOO_SMALL, "03:00:02.700000")
    record.create("nodes", node("roomy").cpu("8"))
    record.bind(web, "roomy")
    assert _told(record.verified()) == [
        ("FailedScheduling", "web", EQUAL),
        ("Scheduled", "web", EQUAL),
    ]


def test_an_event_and_the_condition_that_is_written_then_are_one_decision() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("500m"))
    web = record.create("pods", _web("web"))
    record.fail(web, TOO_SMALL, "03:00:02.700000")
    refused = _web("web")
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    refused.status["conditions"] = [condition | {"message": TOO_SMALL}]
    record.update("pods", refused)
    (found,) = record.verified()
    assert (found.verdict, found.decided.revision) == (EQUAL, 4)


def test_the_same_words_written_much_later_are_another_decision() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("500m"))
    web = record.create("pods", _web("web"))
    record.fail(web, TOO_SMALL, "03:00:02.700000")
    for number in range(6):
        record.create("configmaps", other("v1", "ConfigMap", f"c{number}", "shop"))
    refused = _web("web")
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    refused.status["conditions"] = [condition | {"message": TOO_SMALL}]
    record.update("pods", refused)
    first, second = record.verified()
    assert (first.decided.revision, second.decided.revision) == (None, 10)


def test_a_condition_without_an_event_is_a_decision() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("500m"))
    record.create("pods", _web("web"))
    refused = _web("web")
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    refused.status["conditions"] = [condition | {"message": TOO_SMALL}]
    record.update("pods", refused)
    assert _told(record.verified()) == [("FailedScheduling", "web", EQUAL)]


def test_the_second_of_equal_events_is_a_decision_of_its_own() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("500m"))
    web = record.create("pods", _web("web"))
    record.fail(web, TOO_SMALL, "03:00:02.700000", again="03:00:03.900000")
    first, second = record.verified()
    assert (first.verdict, second.verdict) == (EQUAL, EQUAL)
    assert second.decided.recorded - first.decided.recorded == 1_200_000


def test_a_long_history_is_walked_in_stretches(monkeypatch) -> None:
    record = Recorder()
    for name in ("a", "b", "c"):
        record.create("nodes", node(name).cpu("1"))
    for name, chosen in (("x", "c"), ("y", "b"), ("z", "a")):
        record.bind(record.create("pods", _web(name)), chosen)
    monkeypatch.setattr(versions, "_STRETCH", 2)
    assert _told(record.verified()) == [("Scheduled", name, EQUAL) for name in "xyz"]


def test_a_miss_names_the_write_that_the_scheduler_had_not_seen() -> None:
    record = Recorder()
    web = record.create("pods", _web("web"))
    record.create("nodes", node("n").cpu("500m"))
    record.update("nodes", node("n").cpu("8"))
    record.fail(web, TOO_SMALL, "03:00:03.700000")
    (found,) = record.verified()
    assert (found.verdict, found.plugin) == (DIFFERENT, "")
    assert (found.cause.kind, found.cause.words) == ("behind", "rv:3 nodes n, 200 ms old")


def test_a_miss_names_the_write_that_the_scheduler_had_seen_already() -> None:
    record = Recorder()
    web = record.create("pods", _web("web"))
    record.create("nodes", node("n").cpu("8"))
    record.update("nodes", node("n").cpu("500m"))
    record.fail(web, TOO_SMALL, "03:00:03.300000")
    (found,) = record.verified()
    assert (found.verdict, found.plugin) == (DIFFERENT, "")
    assert (found.cause.kind, found.cause.words) == ("ahead", "rv:3 nodes n, 200 ms later")


def test_a_miss_that_no_near_write_explains_says_so() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("500m"))
    web = record.create("pods", _web("web"))
    record.bind(web, "n")
    (found,) = record.verified()
    assert (found.plugin, found.cause.kind) == ("NodeResourcesFit", "unknown")


def test_what_a_person_bound_was_not_decided_by_the_scheduler() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("500m"))
    record.bind(record.create("pods", _web("web")), "n", user="alice")
    assert record.verified() == []


def test_a_pod_of_another_scheduler_is_no_miss() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("1"))
    web = _web("web")
    web.spec["schedulerName"] = "other"
    record.bind(record.create("pods", web), "n")
    (found,) = record.verified()
    assert found.verdict == NOT_MODELLED
    assert "the scheduler 'other', which has no profile" in found.cause.words


def test_a_node_that_the_record_does_not_show_is_no_miss_of_the_model() -> None:
    record = Recorder()
    record.create("nodes", node("n").cpu("1"))
    record.bind(record.create("pods", _web("web")), "unseen")
    (found,) = record.verified()
    assert (found.verdict, found.cause.words) == (
        NOT_MODELLED,
        "the record does not show the node unseen",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "bindings", "messages"),
    [("rollout", 36, 0), ("stateful", 48, 32), ("batch", 52, 0), ("pressure", 79, 225)],
)
def test_the_model_decides_as_the_recorded_scheduler(name, bindings, messages) -> None:
    with ingested(name).snapshot("default", derived=True) as snapshot:
        found = [each for each in verified(snapshot, None) if each.verdict == EQUAL]
    events = [each.decided.event for each in found]
    assert events.count("Scheduled") >= bindings
    assert events.count("FailedScheduling") >= messages
