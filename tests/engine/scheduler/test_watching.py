"""What the scheduler makes of objects that come, change and go."""

from engine.testing import node, pod
from tests.engine.scheduler.queue.waiting import names
from tests.engine.scheduler.test_scheduler import at, roomy, started


def changed(made, version):
    """The same object, as it was written later."""
    metadata = {**made.obj["metadata"], "resourceVersion": version}
    return {**made.obj, "metadata": metadata}


def waiting_for_room(*running):
    """One node that is full, and a pod that was rejected for it."""
    scheduler = started(roomy("n1"), *running, pod("a").cpu("2"))
    while scheduler.step(at(0)) is not None:
        pass
    assert names(scheduler.queue.unschedulable) == ["a"]
    return scheduler


def test_a_pod_that_ends_gives_its_room_back_as_if_it_were_gone():
    scheduler = waiting_for_room(pod("r").cpu("2").node("n1"))
    scheduler.told(pod("r").cpu("2").node("n1").phase("Succeeded").obj, at(2))
    assert scheduler.step(at(2)).node == "n1"


def test_a_pod_that_has_ended_already_takes_no_room():
    ended = pod("r").cpu("2").node("n1").phase("Failed")
    assert started(roomy("n1"), ended, pod("a").cpu("2")).step(at(0)).node == "n1"


def test_a_running_pod_that_shrinks_makes_room():
    scheduler = waiting_for_room(pod("r").cpu("1").node("n1"))
    scheduler.told(pod("r").node("n1").obj, at(2))
    assert scheduler.step(at(2)).node == "n1"


def test_a_heartbeat_wakes_nobody():
    scheduler = waiting_for_room(pod("r").cpu("2").node("n1"))
    beat = roomy("n1")
    beat.status["conditions"] = [{"type": "Ready", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}]
    scheduler.told(beat.obj, at(2))
    assert names(scheduler.queue.unschedulable) == ["a"]


def test_a_node_that_goes_takes_its_room_along():
    scheduler = started(roomy("n1"), roomy("n2"))
    scheduler.told(roomy("n1").obj, at(1), deleted=True)
    scheduler.told(pod("a").obj, at(1))
    assert scheduler.step(at(1)).decision.best == ["n2"]


def test_a_pod_that_another_one_bound_leaves_the_queue():
    scheduler = started(node("n1"), pod("a").cpu("2"))
    scheduler.told(pod("a").cpu("2").node("n1").obj, at(1))
    assert list(scheduler.queue) == []


def test_the_same_version_again_is_nothing_new():
    scheduler = started(roomy("n1"))
    scheduler.told(changed(pod("a").cpu("3"), "5"), at(0))
    scheduler.step(at(0))
    scheduler.told(changed(pod("a").cpu("1"), "5"), at(2))
    assert scheduler.step(at(2)) is None


def test_a_nomination_that_ends_wakes_pods_that_are_no_more_important():
    kept = pod("k").cpu("2").priority(5).nominated("n1").gate("x")
    scheduler = started(roomy("n1"), kept, pod("a").cpu("2"))
    scheduler.queue.nominator.add(scheduler.queue.unschedulable[0].info)
    assert scheduler.step(at(0)).node == ""
    scheduler.told(kept.obj, at(2), deleted=True)
    assert scheduler.step(at(2)).node == "n1"


def test_a_pod_that_is_deleted_while_it_is_bound_gives_its_room_back():
    scheduler = started(roomy("n1"), pod("a").cpu("2"), pod("b").cpu("2"))
    scheduler.step(at(0))
    scheduler.step(at(0))
    scheduler.told(pod("a").cpu("2").obj, at(2), deleted=True)
    assert scheduler.step(at(2)).pod.name == "b"
    refused = scheduler.answered("Pod/default/a", at(2.1), 'pods "a" not found')
    assert [event.note for event in refused.events] == ['pods "a" not found']
    assert list(scheduler.queue) == []


def test_objects_of_other_kinds_are_passed_over():
    scheduler = started(roomy("n1"))
    scheduler.told({"kind": "ConfigMap", "metadata": {"name": "c", "namespace": "x"}}, at(1))
    assert scheduler.next_wake_ns(at(1)) is None
