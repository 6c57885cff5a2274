"""Whatever happens, a pod is in one place."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scheduler.events import Action, Change, ClusterEvent, Resource
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import Objects
from engine.testing import pod
from tests.engine.scheduler.queue.waiting import added, at, names, queue

NAMES = st.sampled_from("abcd")
PLUGINS = st.sampled_from([(), ("Fit",), ("Any",), ("Fit", "Any")])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), NAMES, st.booleans()),
        st.tuples(st.just("delete"), NAMES),
        st.tuples(st.just("ungate"), NAMES),
        st.tuples(st.just("activate"), NAMES),
        st.tuples(st.just("pop")),
        st.tuples(st.just("put back"), PLUGINS),
        st.tuples(st.just("bound")),
        st.tuples(st.just("event"), st.sampled_from(["n", "small"])),
        st.tuples(st.just("wait"), st.sampled_from([0.3, 1, 11, 400])),
    ),
    max_size=40,
)


class Run:
    """A queue beside the set of pods that should be somewhere."""

    def __init__(self):
        self.queue, self.known, self.flying, self.now = queue(), {}, [], 0.0

    def take(self, step, *args):
        self.queue.advance(at(self.now))
        getattr(self, step.replace(" ", "_"))(*args)

    def add(self, name, gated):
        if name not in self.known:
            made = pod(name).gate("x") if gated else pod(name)
            self.known[name] = made.obj
            self.queue.add(PodInfo(made.obj), at(self.now))

    def delete(self, name):
        if self.known.pop(name, None) is not None:
            self.queue.delete(PodInfo(pod(name).obj))

    def ungate(self, name):
        if name in self.known:
            change = Change(self.known[name], pod(name).obj, Objects())
            self.known[name] = pod(name).obj
            self.queue.update(change, at(self.now))

    def activate(self, name):
        self.queue.activate(PodInfo(pod(name).obj), at(self.now))

    def pop(self):
        queued = self.queue.pop(at(self.now))
        if queued is not None:
            self.flying.append(queued)

    def put_back(self, plugins):
        if self.flying:
            queued = self.flying.pop(0)
            if queued.info.name in self.known:
                queued.unschedulable_plugins = frozenset(plugins)
                self.queue.put_back(queued, at(self.now))
            else:
                self.queue.done(queued.uid)

    def bound(self):
        if self.flying:
            queued = self.flying.pop(0)
            self.known.pop(queued.info.name, None)
            self.queue.done(queued.uid)

    def event(self, name):
        self.queue.happened(ClusterEvent(Resource.NODE, Action.ADD), added(name), at(self.now))

    def wait(self, seconds):
        self.now += seconds


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_pod_is_ever_lost_or_in_two_places(steps):
    run = Run()
    for step in steps:
        if step[0] == "add" and step[1] in [each.info.name for each in run.flying]:
            continue  # a new pod of that name would have another uid
        run.take(*step)
        waiting = names(run.queue)
        flying = [each.info.name for each in run.flying if each.info.name in run.known]
        assert sorted(waiting + flying) == sorted(run.known)


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_the_queue_wakes_no_later_than_it_has_something_to_do(steps):
    run = Run()
    for step in steps:
        if step[0] == "add" and step[1] in [each.info.name for each in run.flying]:
            continue
        run.take(*step)
    for _ in range(20):
        wake_ns = run.queue.next_wake_ns(at(run.now))
        if wake_ns is None:
            break
        run.queue.advance(wake_ns)
        queued = run.queue.pop(wake_ns)
        assert queued is not None
        run.queue.done(queued.uid)
