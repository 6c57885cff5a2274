"""How what would have to change is found: what is asked, and what is told of it."""

from collections import Counter

import pytest

from engine.scheduler.cycle import NO_NODES
from engine.scheduler.plugins.registry import PLUGINS
from engine.scheduler.remedies import search
from engine.scheduler.remedies.case import objections
from engine.scheduler.remedies.cluster_changes import RemovePod
from engine.scheduler.remedies.pod_changes import LowerRequest, Tolerate
from engine.scheduler.remedies.registry import REMEDIES
from engine.testing import ZONE, node, pod
from tests.engine.scheduler.remedies.asked import case, feasible, found, reasons, told


def _cluster(count=12):
    nodes = [node(f"n{i:03}").cpu("4").memory("8Gi").zone("abc"[i % 3]) for i in range(count)]
    for each in nodes[::4]:
        each.taint("gpu", "NoSchedule", "true")
    pods = [
        pod(f"p{i}-{k}").cpu("900m").label("app", "x").node(f"n{i:03}")
        for i in range(count)
        for k in range(4)
    ]
    return nodes, pods


def test_a_pod_that_fits_is_not_helped() -> None:
    result = found(pod("web").cpu("1"), [node("n").cpu("2"), node("full").cpu("0")])
    assert result.fits == ("n",)
    assert reasons(result) == {"Insufficient cpu": (("full",), 1)}
    assert told(result, "Insufficient cpu") == []


def test_no_nodes_are_no_reasons_and_nothing_to_copy() -> None:
    result = found(pod("web"), [])
    assert result.decision.message == NO_NODES
    assert (result.reasons, result.together, result.new_node) == ((), None, None)


@pytest.mark.parametrize(
    "web",
    [
        pod("web").cpu("300m"),
        pod("web").cpu("300m").tolerates("gpu"),
        pod("web").label("app", "x").spread(ZONE, {"app": "x"}),
        pod("web").far_from({"app": "x"}),
        pod("web").requires_node("metadata.name", "In", "n001", field=True),
        pod("web").claim("missing"),
    ],
    ids=["requests", "tolerates", "spreads", "alone", "named", "claims"],
)
def test_a_node_without_objections_is_one_where_the_cycle_lets_the_pod_in(web) -> None:
    nodes, pods = _cluster()
    kept = pod("kept").cpu("300m").priority(5).nominated("n002")
    asked = case(web, nodes, [*pods, kept])
    assert {name for name, each in objections(asked).items() if not each} == feasible(asked)


def test_a_reason_says_on_how_many_of_its_nodes_it_is_alone() -> None:
    nodes, pods = _cluster()
    told_of = reasons(found(pod("web").cpu("1"), nodes, pods))
    assert {text: (len(names), alone) for text, (names, alone) in told_of.items()} == {
        "Insufficient cpu": (12, 9),
        "node(s) had untolerated taint(s)": (3, 0),
    }


def test_several_changes_are_told_only_where_no_single_one_helps() -> None:
    gpu = node("gpu").cpu("4").taint("gpu", "NoSchedule", "true")
    small = node("small").cpu("1")
    busy = pod("busy").cpu("4").node("gpu")
    alone = found(pod("web").cpu("2"), [gpu, small], [busy])
    assert told(alone, "Insufficient cpu") == [((LowerRequest("cpu", 2000, 1000),), ("small",))]
    assert alone.together is None
    both = found(pod("web").cpu("2"), [gpu], [busy])
    assert both.together is not None
    kinds = {type(each) for each in both.together.changes}
    assert kinds == {Tolerate, RemovePod}


def test_what_turns_up_once_something_is_changed_is_answered_too() -> None:
    # Taken off the node, the port's holder frees the port, but the memory is missing still.
    nodes = [node("n").cpu("2").memory("1Gi").taint("own", "NoSchedule")]
    holder = pod("holder").host_port(80).cpu("1").node("n")
    result = found(pod("web").host_port(80).cpu("2").memory("2Gi"), nodes, [holder])
    assert result.together is not None
    assert {type(each).__name__ for each in result.together.changes} >= {"Tolerate", "RemovePod"}


def test_what_a_nominated_pod_keeps_counts_as_in_the_cycle() -> None:
    kept = pod("kept").cpu("2").priority(9).nominated("n")
    result = found(pod("web").cpu("1"), [node("n").cpu("2")], [kept])
    assert reasons(result) == {"Insufficient cpu": (("n",), 1)}


def test_the_same_case_gives_the_same_findings() -> None:
    nodes, pods = _cluster()
    web = pod("web").cpu("2").far_from({"app": "x"}, ZONE)
    first, again = (found(web, nodes, pods) for _ in range(2))
    assert first.reasons == again.reasons
    assert (first.together, first.new_node) == (again.together, again.new_node)


def test_the_number_of_questions_does_not_grow_with_the_nodes(monkeypatch) -> None:
    counts: Counter[int] = Counter()
    apply = search.apply

    def counting(way, asked):
        counts[len(asked.snapshot.nodes) // 10] += 1
        return apply(way, asked)

    monkeypatch.setattr(search, "apply", counting)
    for count in (12, 60):
        nodes, pods = _cluster(count)
        web = pod("web").cpu("4").memory("16Gi").far_from({"app": "x"}, ZONE)
        search.findings(case(web, nodes, pods))
    assert counts[6] <= counts[1] + search.NODES_MAX * search.ROUNDS_MAX


def test_who_speaks_for_a_plugin_speaks_for_one_that_there_is() -> None:
    assert set(REMEDIES) <= {name for name, _, _ in PLUGINS}
