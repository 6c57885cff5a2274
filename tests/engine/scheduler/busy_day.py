"""Prints what the scheduler would write in a small cluster where much happens, by a seed."""

import sys

from engine.kernel.chance import Stream
from engine.model.timestamp import SECOND_NS
from engine.scheduler.configuration import Configuration
from engine.scheduler.outcome import drawn_from
from engine.scheduler.scheduler import Scheduler
from engine.testing import ZONE, node, pod

START_NS = 1_800_000_000 * SECOND_NS


def told_at(second):
    """What informers see in a second."""
    if second < 4:
        yield node(f"n{second}").cpu("2").memory("4Gi").zone("ab"[second % 2]).obj
    name, app = f"p{second}", "xyz"[second % 3]
    made = pod(name).cpu("700m").priority(second % 4 * 10).label("app", app)
    yield (made.far_from({"app": app}) if second % 2 else made.spread(ZONE, {"app": app})).obj


def lines(seed):
    """One for each outcome."""
    draw = drawn_from(Stream(seed, "scheduler/node"))
    scheduler = Scheduler(Configuration(), start_ns=START_NS, draw=draw)
    for second in range(30):
        now_ns = START_NS + second * SECOND_NS
        for obj in told_at(second):
            scheduler.told(obj, now_ns)
        while scheduler.next_wake_ns(now_ns) == now_ns:
            outcome = scheduler.step(now_ns)
            if outcome is None:
                break
            victims = [victim.name for victim in outcome.victims]
            yield f"{second} {outcome.pod.key} {outcome.node} {victims} {outcome.writes}"
            settle(scheduler, outcome, now_ns)


def settle(scheduler, outcome, now_ns):
    """The API server does what it is asked to."""
    if outcome.victims:
        scheduler.victims_deleted(outcome.pod, now_ns)
        for victim in outcome.victims:
            scheduler.told(victim.obj, now_ns, deleted=True)
    if outcome.node:
        spec = {**outcome.pod.spec, "nodeName": outcome.node}
        scheduler.told({**outcome.pod.obj, "spec": spec}, now_ns)
        scheduler.answered(outcome.pod.uid, now_ns)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines(7))
