"""What the queue does with pods, event by event: after the behaviours that Kubernetes tests."""

import pytest

from engine.scheduler.events import Action, Change, ClusterEvent, Resource
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import Objects
from engine.testing import pod
from tests.engine.scheduler.queue.waiting import (
    Door,
    added,
    at,
    info,
    names,
    queue,
    rejected,
    where,
)

NODE_ADD = ClusterEvent(Resource.NODE, Action.ADD)
NODE_DELETE = ClusterEvent(Resource.NODE, Action.DELETE)


def update(waiting, old, new, seconds):
    waiting.update(Change(old.obj, new.obj, Objects()), at(seconds))


def test_the_most_important_pod_is_first_then_the_oldest():
    waiting = queue()
    for seconds, (name, priority) in enumerate([("a", 0), ("b", 5), ("c", 5), ("d", -1)]):
        waiting.add(info(name, priority), at(seconds))
    assert names(waiting.pop(at(9)) for _ in range(4)) == ["b", "c", "a", "d"]
    assert waiting.pop(at(9)) is None


def test_pods_of_one_priority_and_time_are_taken_as_they_came():
    waiting = queue()
    for name in ("z", "m", "a"):
        waiting.add(info(name), at(0))
    assert names(waiting.active) == ["z", "m", "a"]


def test_a_rejected_pod_waits_for_an_event_however_long_its_backoff():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Fit")
    waiting.advance(at(60))
    assert where(waiting) == ([], [], ["a"])


def test_an_event_moves_a_pod_whose_backoff_has_ended_to_the_active_ones():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Fit")
    waiting.happened(NODE_ADD, added("n"), at(2))
    assert where(waiting) == (["a"], [], [])


def test_an_event_within_the_backoff_makes_the_pod_wait_for_its_end():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Fit")
    waiting.happened(NODE_ADD, added("n"), at(0.5))
    assert where(waiting) == ([], ["a"], [])
    waiting.advance(at(1.9))
    assert where(waiting) == ([], ["a"], [])
    waiting.advance(at(2))
    assert where(waiting) == (["a"], [], [])


@pytest.mark.parametrize(
    ("event", "change"),
    [(NODE_ADD, added("small")), (NODE_DELETE, added("n"))],
    ids=["the hint says skip", "nobody asked for the event"],
)
def test_an_event_that_does_not_help_moves_nothing(event, change):
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Fit")
    waiting.happened(event, change, at(5))
    assert where(waiting) == ([], [], ["a"])


def test_only_the_plugins_that_rejected_a_pod_are_asked():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Any")
    waiting.happened(NODE_ADD, added("n"), at(5))
    assert where(waiting) == ([], [], ["a"])


def test_what_wakes_a_pending_plugin_needs_no_backoff():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, pending=["Fit"])
    waiting.happened(NODE_ADD, added("n"), at(0.1))
    assert where(waiting) == (["a"], [], [])


def test_an_idle_scheduler_takes_a_pod_before_its_backoff_ends():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Fit")
    waiting.happened(NODE_ADD, added("n"), at(0.1))
    assert waiting.next_wake_ns(at(0.2)) == at(0.2)
    assert waiting.pop(at(0.2)).info.name == "a"


def test_a_pod_that_failed_by_an_error_waits_even_for_an_idle_scheduler():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0)
    assert waiting.pop(at(0.5)) is None
    assert waiting.next_wake_ns(at(0.5)) == at(2)
    waiting.advance(at(2))
    assert waiting.pop(at(2)).info.name == "a"


def test_within_a_second_the_more_important_pod_leaves_the_backoff_first():
    waiting = queue()
    waiting.add(info("low", 1), at(0))
    waiting.add(info("high", 2), at(0))
    tried = [waiting.pop(at(0)) for _ in range(2)]
    for seconds, each in zip((0.9, 0.1), tried, strict=True):
        each.unschedulable_plugins = frozenset({"Fit"})
        waiting.put_back(each, at(seconds))
    waiting.happened(NODE_ADD, added("n"), at(0.95))
    assert names(waiting.backing_off) == ["high", "low"]


# In flight


def test_an_event_during_an_attempt_counts_when_the_pod_comes_back():
    waiting = queue()
    waiting.add(info("a"), at(0))
    queued = waiting.pop(at(0))
    waiting.happened(NODE_ADD, added("n"), at(0.1))
    queued.unschedulable_plugins = frozenset({"Fit"})
    waiting.put_back(queued, at(0.2))
    assert where(waiting) == ([], ["a"], [])


def test_an_event_before_an_attempt_does_not_count():
    waiting = queue()
    waiting.add(info("b"), at(0))
    waiting.add(info("a"), at(0))
    waiting.pop(at(0))
    waiting.happened(NODE_ADD, added("n"), at(0.1))
    rejected(waiting, 0.2, "Fit")
    assert where(waiting) == ([], [], ["a"])


def test_events_are_forgotten_when_no_pod_is_in_flight_that_saw_them():
    waiting = queue()
    for name in ("a", "b"):
        waiting.add(info(name), at(0))
    first = waiting.pop(at(0))
    waiting.happened(NODE_ADD, added("n"), at(0.1))
    second = waiting.pop(at(0.2))
    waiting.done(first.uid)
    waiting.happened(NODE_ADD, added("m"), at(0.3))
    found = waiting._in_flight.events_since(second.uid)
    assert [each.change.new_node.name for each in found] == ["m"]
    waiting.done(second.uid)
    assert waiting._in_flight._events == []


def test_an_update_of_a_pod_in_flight_counts_when_it_comes_back():
    waiting = queue()
    gated = pod("a").gate("x")
    waiting.add(info("a"), at(0))
    queued = waiting.pop(at(0))
    update(waiting, gated, pod("a"), 0.1)
    assert where(waiting) == ([], [], [])
    queued.unschedulable_plugins = frozenset({"SchedulingGates"})
    waiting.put_back(queued, at(0.2))
    assert where(waiting) == ([], ["a"], [])


def test_a_pod_that_is_activated_in_flight_comes_back_to_the_queue():
    waiting = queue()
    waiting.add(info("a"), at(0))
    queued = waiting.pop(at(0))
    waiting.activate(queued.info, at(0.1))
    queued.unschedulable_plugins = frozenset({"Fit"})
    waiting.put_back(queued, at(0.2))
    assert where(waiting) == ([], ["a"], [])


def test_activating_one_pod_does_not_wake_another():
    waiting = queue()
    for name in ("a", "b"):
        waiting.add(info(name), at(0))
    first, second = waiting.pop(at(0)), waiting.pop(at(0))
    waiting.activate(first.info, at(0.1))
    second.unschedulable_plugins = frozenset({"Fit"})
    waiting.put_back(second, at(0.2))
    assert where(waiting) == ([], [], ["b"])


# Gates


def test_a_gated_pod_enters_the_queue_when_its_last_gate_is_gone():
    waiting = queue()
    two, one = pod("a").gate("x").gate("y"), pod("a").gate("x")
    waiting.add(PodInfo(two.obj), at(0))
    assert where(waiting) == ([], [], ["a"])
    update(waiting, two, one, 1)
    assert where(waiting) == ([], [], ["a"])
    update(waiting, one, pod("a"), 2)
    assert where(waiting) == (["a"], [], [])


def test_a_gated_pod_is_moved_by_no_event_that_its_gate_did_not_ask_for():
    waiting = queue()
    waiting.add(PodInfo(pod("a").gate("x").obj), at(0))
    waiting.happened(NODE_ADD, added("n"), at(1))
    waiting.advance(at(1000))
    assert where(waiting) == ([], [], ["a"])
    assert waiting.next_wake_ns(at(1000)) is None


def test_a_pod_is_asked_for_its_gates_when_its_backoff_begins_not_when_it_ends():
    door = Door()
    waiting = queue(door=door)
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Fit")
    waiting.happened(NODE_ADD, added("n"), at(0.1))
    door.shut = True
    waiting.advance(at(5))
    assert where(waiting) == (["a"], [], [])


def test_a_gate_that_shuts_meanwhile_keeps_a_pod_out():
    door = Door()
    waiting = queue(door=door)
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Fit")
    door.shut = True
    waiting.happened(NODE_ADD, added("n"), at(0.1))
    assert where(waiting) == ([], [], ["a"])
    assert waiting.unschedulable[0].gating_plugin == "Door"


# Time


def test_a_pod_that_waits_for_longer_than_five_minutes_is_tried_again():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 7, "Fit")
    assert waiting.next_wake_ns(at(8)) == at(330)
    waiting.advance(at(329))
    assert where(waiting) == ([], [], ["a"])
    waiting.advance(at(330))
    assert where(waiting) == (["a"], [], [])


def test_five_minutes_to_the_second_are_not_longer_than_five_minutes():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Fit")
    waiting.advance(at(300))
    assert where(waiting) == ([], [], ["a"])
    waiting.advance(at(330))
    assert where(waiting) == (["a"], [], [])


def test_an_empty_queue_has_nothing_to_wake_for():
    assert queue().next_wake_ns(at(0)) is None


# Updates and deletions


def test_an_update_of_an_active_pod_sorts_it_in_again():
    waiting = queue()
    waiting.add(info("a", 1), at(0))
    waiting.add(info("b", 2), at(0))
    update(waiting, pod("a").priority(1), pod("a").priority(3), 1)
    assert names(waiting.active) == ["a", "b"]


def test_an_update_that_no_plugin_waits_for_leaves_a_pod_where_it_is():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0, "Fit")
    update(waiting, pod("a"), pod("a").label("x", "y"), 5)
    assert where(waiting) == ([], [], ["a"])
    assert waiting.unschedulable[0].info.labels == {"x": "y"}


def test_an_update_of_a_pod_that_backs_off_does_not_shorten_it():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0)
    update(waiting, pod("a"), pod("a").label("x", "y"), 0.1)
    assert where(waiting) == ([], ["a"], [])
    assert waiting.backing_off[0].info.labels == {"x": "y"}


@pytest.mark.parametrize("plugins", [None, [], ["Fit"]], ids=["active", "backing off", "waiting"])
def test_a_deleted_pod_is_gone_wherever_it_was(plugins):
    waiting = queue()
    waiting.add(info("a"), at(0))
    if plugins is not None:
        rejected(waiting, 0, *plugins)
    waiting.delete(info("a"))
    assert where(waiting) == ([], [], [])


def test_activating_a_pod_ends_its_wait():
    waiting = queue()
    for name, plugins in (("a", ["Fit"]), ("b", [])):
        waiting.add(info(name), at(0))
        rejected(waiting, 0, *plugins)
    waiting.activate(info("a"), at(0.1))
    waiting.activate(info("b"), at(0.1))
    waiting.activate(info("unknown"), at(0.1))
    assert sorted(names(waiting.active)) == ["a", "b"]
    assert names(waiting) == names(waiting.active)


# Nominated pods


def nominated(waiting):
    return {node: [pod.name for pod in pods] for node, pods in waiting.nominator.by_node().items()}


def test_a_pod_that_comes_with_a_node_is_nominated_for_it():
    waiting = queue()
    waiting.add(PodInfo(pod("a").nominated("n1").obj), at(0))
    waiting.add(info("b"), at(0))
    assert nominated(waiting) == {"n1": ["a"]}


def test_the_scheduler_may_nominate_before_the_api_server_knows():
    waiting = queue()
    waiting.add(info("a"), at(0))
    waiting.nominator.add(info("a"), "n1")
    update(waiting, pod("a"), pod("a").label("x", "y"), 1)
    assert nominated(waiting) == {"n1": ["a"]}
    update(waiting, pod("a"), pod("a").nominated("n2"), 2)
    assert nominated(waiting) == {"n2": ["a"]}
    update(waiting, pod("a").nominated("n2"), pod("a"), 3)
    assert nominated(waiting) == {}


def test_a_nomination_ends_with_the_pod():
    waiting = queue()
    waiting.add(PodInfo(pod("a").nominated("n1").obj), at(0))
    waiting.delete(info("a"))
    assert nominated(waiting) == {}
