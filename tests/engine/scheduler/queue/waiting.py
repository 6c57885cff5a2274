"""A queue with two plugins of our own, and times in seconds."""

from engine.model.timestamp import SECOND_NS
from engine.scheduler.contract import SUCCESS, unresolvable
from engine.scheduler.events import Action, Change, Resource, on
from engine.scheduler.plugins.priority_sort import PrioritySort
from engine.scheduler.plugins.scheduling_gates import SchedulingGates
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.queue.backoff import Backoff
from engine.scheduler.queue.hints import Hints
from engine.scheduler.queue.options import QueueOptions
from engine.scheduler.queue.scheduling_queue import SchedulingQueue
from engine.scheduler.snapshot import Objects
from engine.testing import node, pod

PROFILE = "default-scheduler"
START_NS = 1_800_000_000 * SECOND_NS

EVENTS = {
    "Fit": (on(Resource.NODE, Action.ADD, lambda pod, change: change.new_node.name != "small"),),
    "Any": (on(Resource.POD, Action.DELETE),),
    "SchedulingGates": SchedulingGates().events(),
}


def at(seconds):
    return START_NS + int(seconds * SECOND_NS)


class Door:
    """A PreEnqueue plugin that can be shut."""

    name = "Door"

    def __init__(self):
        self.shut = False

    def pre_enqueue(self, pod):
        return unresolvable("shut") if self.shut else SUCCESS


def queue(*, door=None, backoff=None):
    gates = [SchedulingGates()] if door is None else [door, SchedulingGates()]
    options = QueueOptions(
        PrioritySort(), Hints({PROFILE: EVENTS}), {PROFILE: gates}, backoff or Backoff()
    )
    return SchedulingQueue(options, START_NS)


def info(name, priority=0):
    return PodInfo(pod(name).priority(priority).obj)


def added(name):
    return Change(None, node(name).obj, Objects())


def rejected(waiting, seconds, *plugins, pending=()):
    """Try the next pod and put it back."""
    queued = waiting.pop(at(seconds))
    queued.unschedulable_plugins = frozenset(plugins)
    queued.pending_plugins = frozenset(pending)
    waiting.put_back(queued, at(seconds))
    return queued


def names(pods):
    return [each.info.name for each in pods]


def where(waiting):
    return (names(waiting.active), names(waiting.backing_off), names(waiting.unschedulable))
