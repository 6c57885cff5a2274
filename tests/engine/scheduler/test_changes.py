import pytest

from engine.scheduler.changes import node_events, pod_events
from engine.scheduler.events import UPDATE, Action, ClusterEvent, Resource
from engine.scheduler.pod_info import PodInfo
from engine.testing import node, pod


@pytest.mark.parametrize(
    ("old", "new", "actions"),
    [
        (pod("a"), pod("a"), [UPDATE]),
        (pod("a"), pod("a").label("x", "y"), [Action.UPDATE_POD_LABEL]),
        (pod("a").cpu("2"), pod("a").cpu("1"), [Action.UPDATE_POD_SCALE_DOWN]),
        (pod("a").cpu("1"), pod("a"), [Action.UPDATE_POD_SCALE_DOWN]),
        (pod("a").cpu("1"), pod("a").cpu("2"), [UPDATE]),
        (pod("a"), pod("a").tolerates("k"), [Action.UPDATE_POD_TOLERATION]),
        (pod("a").gate("x"), pod("a"), [Action.UPDATE_POD_SCHEDULING_GATES_ELIMINATED]),
        (pod("a").gate("x").gate("y"), pod("a").gate("x"), [UPDATE]),
        (
            pod("a").gate("x"),
            pod("a").label("x", "y"),
            [Action.UPDATE_POD_LABEL, Action.UPDATE_POD_SCHEDULING_GATES_ELIMINATED],
        ),
    ],
)
def test_an_update_of_a_pod_is_the_events_that_say_what_changed(old, new, actions):
    found = pod_events(PodInfo(old.obj), PodInfo(new.obj))
    assert found == [ClusterEvent(Resource.UNSCHEDULED_POD, action) for action in actions]


def test_a_pod_on_a_node_has_events_of_its_own():
    [event] = pod_events(PodInfo(pod("a").obj), PodInfo(pod("a").node("n").obj))
    assert event.resource is Resource.ASSIGNED_POD


def ready(status):
    made = node("n")
    made.status["conditions"] = [{"type": "Ready", "status": status, "lastHeartbeatTime": status}]
    return made


@pytest.mark.parametrize(
    ("old", "new", "actions"),
    [
        (node("n"), node("n"), []),
        (node("n").cordoned(), node("n"), [Action.UPDATE_NODE_TAINT]),
        (node("n"), node("n").cordoned(), []),
        (node("n"), node("n").taint("k", "NoSchedule"), [Action.UPDATE_NODE_TAINT]),
        (node("n").cpu("1"), node("n").cpu("2"), [Action.UPDATE_NODE_ALLOCATABLE]),
        (node("n").cpu("1"), node("n").cpu("1000m"), []),
        (node("n"), node("n").zone("a"), [Action.UPDATE_NODE_LABEL]),
        (node("n"), node("n").annotation("k", "v"), [Action.UPDATE_NODE_ANNOTATION]),
        (ready("False"), ready("True"), [Action.UPDATE_NODE_CONDITION]),
    ],
)
def test_an_update_of_a_node_is_what_counts_of_it(old, new, actions):
    found = node_events(old.obj, new.obj)
    assert found == [ClusterEvent(Resource.NODE, action) for action in actions]


@pytest.mark.parametrize(
    ("wanted", "event", "expected"),
    [
        ((Resource.POD, Action.ADD), (Resource.ASSIGNED_POD, Action.ADD), True),
        ((Resource.POD, Action.ADD), (Resource.UNSCHEDULED_POD, Action.ADD), True),
        ((Resource.NODE, Action.ADD), (Resource.POD, Action.ADD), False),
        ((Resource.NODE, UPDATE), (Resource.NODE, Action.UPDATE_NODE_LABEL), True),
        ((Resource.NODE, Action.UPDATE_NODE_LABEL), (Resource.NODE, UPDATE), False),
        ((Resource.NODE, Action.ADD | Action.DELETE), (Resource.NODE, Action.DELETE), True),
    ],
)
def test_an_event_matches_what_is_as_general_or_more(wanted, event, expected):
    assert ClusterEvent(*wanted).matches(ClusterEvent(*event)) is expected
