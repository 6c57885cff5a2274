"""A small cluster, and what would have to change in it: every remedy is held against the model."""

from engine.scheduler.cycle import schedule
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.remedies.case import Case
from engine.scheduler.remedies.change import apply
from engine.scheduler.remedies.search import findings
from tests.engine.scheduler.scene import DEFAULT, snapshot


def case(pod, nodes, pods=(), framework=DEFAULT, **objects):
    return Case(framework, snapshot(nodes, pods, **objects), PodInfo(pod.obj))


def found(pod, nodes, pods=(), framework=DEFAULT, **objects):
    return verified(case(pod, nodes, pods, framework, **objects))


def verified(asked):
    """The findings; whatever they promise, kube-scheduler's own cycle must say of the changed case,
    and must not have said before."""
    result = findings(asked)
    for remedy in remedies(result):
        assert feasible(apply(remedy.changes, asked)) == set(remedy.fits) != set()
        assert not set(remedy.fits) & feasible(asked)
        for change in remedy.changes:
            fewer = tuple(each for each in remedy.changes if each != change)
            assert not feasible(apply(fewer, asked))
    return result


def remedies(result):
    own = [remedy for reason in result.reasons for remedy in reason.remedies]
    return [*own, *(each for each in (result.together, result.new_node) if each)]


def feasible(asked):
    if any(not each.pre_enqueue(asked.pod).succeeded for each in asked.framework.pre_enqueue):
        return set()
    return set(schedule(asked.framework, asked.snapshot, asked.pod).feasible)


def told(result, text):
    """[(changes, nodes)] of the remedies of the reason with this text."""
    (reason,) = [each for each in result.reasons if each.text == text]
    return [(remedy.changes, remedy.fits) for remedy in reason.remedies]


def reasons(result):
    return {each.text: (each.nodes, each.alone) for each in result.reasons}
