import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scheduler.contract import FilterPlugin
from engine.scheduler.cycle import NotModelledError
from engine.testing import ZONE, node, pod
from tests.engine.scheduler.scene import DEFAULT, decide, explained


def roomy(name):
    return node(name).cpu("4").memory("4Gi").zone(name[-1])


def test_the_node_with_the_highest_total_is_best():
    found = decide(pod("a").cpu("1"), [roomy("n1"), roomy("n2")], [pod("r").node("n1").cpu("2")])
    assert found.best == ["n2"]
    assert found.totals["n2"] > found.totals["n1"]
    assert (found.node, found.message) == ("n2", "")


def test_equal_nodes_are_all_best_and_the_first_by_name_is_taken():
    found = decide(pod("a"), [roomy("n2"), roomy("n1")])
    assert found.best == ["n1", "n2"]
    assert found.node == "n1"


def test_the_message_counts_reasons_and_sorts_them_as_texts():
    nodes = [roomy(f"n{i}").taint("k", "NoSchedule") for i in range(10)]
    nodes += [roomy(f"m{i}").cordoned() for i in range(2)]
    assert decide(pod("a"), nodes).message == (
        "0/12 nodes are available: 10 node(s) had untolerated taint(s), 2 node(s) were "
        "unschedulable. no new claims to deallocate, preemption: 0/12 nodes are available: "
        "12 Preemption is not helpful for scheduling."
    )


def test_a_rejection_before_the_nodes_are_looked_at_stands_alone():
    found = decide(pod("a").claim("c"), [roomy("n1")])
    assert found.message == (
        '0/1 nodes are available: persistentvolumeclaim "c" not found. not found'
    )
    assert found.preemption is None


def test_an_empty_cluster_has_a_message_of_its_own():
    found = decide(pod("a"), [])
    assert (found.reason, found.message) == (
        "Unschedulable",
        "no nodes available to schedule pods",
    )


def test_a_pod_takes_the_node_that_it_is_nominated_for_without_scores():
    nodes = [roomy("n1"), roomy("n2")]
    pods = [pod("r").node("n1").cpu("2")]
    assert decide(pod("a").cpu("1").nominated("n1"), nodes, pods).best == ["n1"]


def test_room_that_is_kept_for_a_more_important_pod_is_not_free():
    waiting = pod("w").priority(10).cpu("4").nominated("n1")
    found = decide(pod("a").cpu("1"), [roomy("n1"), roomy("n2")], [waiting])
    assert found.feasible == ["n2"]
    lesser = pod("w").priority(-1).cpu("4").nominated("n1")
    assert decide(pod("a").cpu("1"), [roomy("n1")], [lesser]).feasible == ["n1"]


def test_a_pod_must_fit_with_and_without_those_that_are_nominated():
    waiting = pod("w").priority(10).label("app", "web").nominated("n1")
    asked = pod("a").near({"app": "web"})
    found = decide(asked, [roomy("n1")], [waiting])
    assert found.feasible == []


def test_what_every_plugin_says_does_not_stop_at_the_first():
    crowded = roomy("n1").cordoned().taint("k", "NoSchedule")
    found = explained(pod("a").cpu("9"), [crowded])
    assert sorted(found.verdicts["n1"]) == [
        "NodeResourcesFit",
        "NodeUnschedulable",
        "TaintToleration",
    ]
    assert found.decision.rejected["n1"].plugin == "NodeUnschedulable"


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("resourceClaims", [{"name": "gpu"}], "dynamic resources"),
        ("schedulingGroup", {"podGroupName": "g"}, "gang scheduling"),
        ("workloadRef", {"name": "w"}, "gang scheduling"),
    ],
)
def test_what_is_not_modelled_is_refused_by_name(field, value, what):
    asked = pod("a")
    asked.spec[field] = value
    with pytest.raises(NotModelledError, match=f"pod default/a: not modelled: {what}"):
        decide(asked, [roomy("n1")])


LABELS = {"app": "web"}
pods_on_nodes = st.lists(
    st.tuples(st.sampled_from(["n1", "n2", "n3"]), st.sampled_from(["0", "500m", "1"])),
    max_size=6,
)
asked_pods = st.sampled_from(
    [
        pod("a").cpu("1").label("app", "web"),
        pod("a").cpu("1").label("app", "web").spread(ZONE, LABELS),
        pod("a").cpu("1").near(LABELS, weight=5).far_from(LABELS, ZONE, weight=3),
        pod("a").cpu("4").priority(5),
    ]
)


@settings(max_examples=40)
@given(pods_on_nodes, asked_pods, st.permutations(["n1", "n2", "n3"]))
def test_the_order_of_nodes_changes_nothing(running, asked, order):
    pods = [
        pod(f"r{i}").node(on).cpu(cpu).label("app", "web").started(f"2026-01-01T00:00:0{i}Z")
        for i, (on, cpu) in enumerate(running)
    ]
    first = decide(asked, [roomy("n1"), roomy("n2"), roomy("n3")], pods)
    second = decide(asked, [roomy(name) for name in order], pods)
    assert (first.best, first.totals, first.message, first.rejected) == (
        second.best,
        second.totals,
        second.message,
        second.rejected,
    )


@settings(max_examples=20)
@given(pods_on_nodes, asked_pods)
def test_a_node_that_does_not_fit_changes_no_raw_score_of_what_is_on_the_others(running, asked):
    pods = [pod(f"r{i}").node(on).cpu(cpu) for i, (on, cpu) in enumerate(running)]
    nodes = [roomy("n1"), roomy("n2"), roomy("n3")]
    before = decide(asked, nodes, pods)
    after = decide(asked, [*nodes, roomy("n4").cordoned()], pods)
    for plugin in ("NodeResourcesFit", "NodeResourcesBalancedAllocation", "TaintToleration"):
        assert before.scores.get(plugin) == after.scores.get(plugin)
    assert before.feasible == after.feasible


def test_a_framework_serves_any_number_of_cycles():
    assert decide(pod("a"), [roomy("n1")], framework=DEFAULT).best == ["n1"]
    assert decide(pod("b"), [roomy("n2")], framework=DEFAULT).best == ["n2"]


def test_a_plugin_that_leaves_out_what_its_extension_point_asks_cannot_be_made():
    class Silent(FilterPlugin):
        name = "Silent"

    with pytest.raises(TypeError, match="filter"):
        Silent()
