"""Permit plugins make pods wait that have their node; none of the default profile does."""

from dataclasses import replace

from engine.model.timestamp import SECOND_NS
from engine.scheduler.configuration import Configuration
from engine.scheduler.contract import SUCCESS, WAIT, PermitPlugin, unschedulable
from engine.scheduler.events import Action, Resource, on
from engine.scheduler.profiles import default_profile
from engine.scheduler.scheduler import Scheduler
from engine.testing import pod
from tests.engine.scheduler.test_scheduler import START_NS, at, requests, roomy


class Doorman(PermitPlugin):
    """Says the same to every pod."""

    name = "Doorman"

    def __init__(self, status):
        self._status = status

    def events(self):
        return (on(Resource.NODE, Action.ADD),)

    def permit(self, pod, node):
        return self._status, 5 * SECOND_NS


def started(status, *builders):
    profile = default_profile()
    points = {**profile.points, "permit": (Doorman(status),)}
    configuration = Configuration({"default-scheduler": replace(profile, points=points)})
    scheduler = Scheduler(configuration, start_ns=START_NS)
    for each in (roomy("n1"), *builders):
        scheduler.told(each.obj, START_NS)
    return scheduler


def test_a_pod_that_waits_keeps_its_room_and_is_bound_when_it_is_allowed():
    scheduler = started(WAIT, pod("a").cpu("2"), pod("b").cpu("2"))
    outcome = scheduler.step(at(0))
    assert requests(outcome) == [("patch", "pods", "a", "status")]
    assert outcome.writes[0].body == {"status": {"nominatedNodeName": "n1"}}
    assert scheduler.step(at(0)).node == ""
    allowed = scheduler.allow(outcome.pod.uid, "Doorman", at(1))
    assert requests(allowed) == [("create", "pods", "a", "binding")]


def test_a_pod_that_waits_for_too_long_is_rejected_by_the_plugin():
    scheduler = started(WAIT, pod("a"))
    scheduler.step(at(0))
    assert scheduler.next_wake_ns(at(0)) == at(5)
    outcome = scheduler.step(at(5))
    assert outcome.events[0].note == (
        "0/1 nodes are available: 1 rejected due to timeout at plugin Doorman."
    )
    [waiting] = scheduler.queue.unschedulable
    assert waiting.unschedulable_plugins == {"Doorman"}


def test_a_pod_that_is_rejected_gives_its_room_back():
    scheduler = started(unschedulable("no"), pod("a").cpu("2"))
    outcome = scheduler.step(at(0))
    assert outcome.events[0].note == "0/1 nodes are available: 1 no."
    assert scheduler.cache.snapshot({}).nodes[0].pods == []


def test_what_a_rejected_pod_gives_back_wakes_others_but_not_itself():
    scheduler = started(WAIT, pod("a").cpu("2"), pod("b").cpu("2"))
    scheduler.step(at(0))
    scheduler.step(at(0))
    scheduler.step(at(5))
    assert [each.info.name for each in scheduler.queue.unschedulable] == ["a"]
    assert scheduler.step(at(5)).pod.name == "b"


def test_a_pod_that_is_deleted_while_it_waits_gives_its_room_back():
    scheduler = started(WAIT, pod("a").cpu("2"))
    scheduler.step(at(0))
    scheduler.told(pod("a").cpu("2").obj, at(1), deleted=True)
    assert scheduler.cache.snapshot({}).nodes[0].pods == []
    assert scheduler.step(at(1)).events[0].reason == "FailedScheduling"
    assert list(scheduler.queue) == []


def test_a_pod_that_is_let_go_at_once_is_bound_at_once():
    assert requests(started(SUCCESS, pod("a")).step(at(0))) == [("create", "pods", "a", "binding")]
