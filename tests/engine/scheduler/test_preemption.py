import pytest

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.preemption import CandidateNumber, split_by_budget
from engine.testing import node, other, pod
from tests.engine.scheduler.scene import decide


def single(name):
    return node(name).cpu("2").memory("4Gi")


def running(name, on, priority=0, cpu="1", minute=0):
    builder = pod(name).node(on).cpu(cpu).priority(priority)
    return builder.started(f"2026-01-01T00:{minute:02}:00Z").label("app", name[:1])


def budget(app, allowed, **status):
    spec = {"selector": {"matchLabels": {"app": app}}}
    return other(
        "policy/v1", "PodDisruptionBudget", f"b-{app}", "default",
        spec=spec, status={"disruptionsAllowed": allowed, **status},
    )  # fmt: skip


def preempted(found):
    """(node, victims, violations) of each candidate."""
    return [
        (each.node, [victim.name for victim in each.victims], each.violations)
        for each in found.preemption.candidates
    ]


def test_the_fewest_and_least_important_pods_have_to_go():
    pods = [running("a", "n", 1), running("b", "n", 0, "500m"), running("c", "n", 0, "500m", 1)]
    found = decide(pod("x").priority(9).cpu("500m"), [single("n")], pods)
    assert preempted(found) == [("n", ["c"], 0)]
    assert found.message == "0/1 nodes are available: 1 Insufficient cpu."


def test_pods_of_the_same_priority_stay():
    found = decide(pod("x").cpu("1"), [single("n")], [running("a", "n"), running("b", "n")])
    assert preempted(found) == []
    assert found.preemption.rejected["n"].reasons == (
        "No preemption victims found for incoming pod",
    )
    assert found.preemption.clears_nominated_node


def test_a_node_where_preemption_does_not_help_says_why():
    pods = [running("a", "n", 5), running("b", "n", 0)]
    found = decide(pod("x").priority(1).cpu("2"), [single("n")], pods)
    assert found.preemption.rejected["n"].reasons == ("Insufficient cpu",)
    assert found.message == (
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: "
        "0/1 nodes are available: 1 Insufficient cpu."
    )


def test_a_pod_that_never_preempts_says_so():
    asked = pod("x").priority(9).cpu("1")
    asked.spec["preemptionPolicy"] = "Never"
    found = decide(asked, [single("n")], [running("a", "n", cpu="2")])
    assert not found.preemption.eligible
    assert found.message.endswith("preemption: not eligible due to preemptionPolicy=Never.")


def test_a_pod_waits_while_its_victims_end_on_the_nominated_node():
    leaving = running("a", "n", cpu="2").terminating()
    leaving.status["conditions"] = [
        {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"}
    ]
    asked = pod("x").priority(9).cpu("1").nominated("n")
    found = decide(asked, [single("n")], [leaving])
    assert found.preemption.eligible_message == (
        "not eligible due to a terminating pod on the nominated node."
    )
    leaving.status["conditions"][0]["reason"] = "EvictionByEvictionAPI"
    assert decide(asked, [single("n")], [leaving]).preemption.eligible


def test_budgets_are_spent_from_the_most_important_pod_on():
    pods = [PodInfo(running(f"a{i}", "n").obj) for i in range(3)]
    violating, others = split_by_budget(pods, [budget("a", 2).obj])
    assert ([each.name for each in violating], [each.name for each in others]) == (
        ["a2"],
        ["a0", "a1"],
    )
    gone_already = budget("a", 0, disruptedPods={"a0": "2026-01-01T00:00:00Z"})
    assert [p.name for p in split_by_budget(pods, [gone_already.obj])[1]] == ["a0"]


def test_pods_that_a_budget_protects_are_spared_first():
    pods = [running("a", "n", 0), running("b", "n", 1)]
    asked = pod("x").priority(9).cpu("1")
    budgets = [budget("a", 0)]
    found = decide(asked, [single("n")], pods, pod_disruption_budgets=budgets)
    assert preempted(found) == [("n", ["b"], 0)]


@pytest.mark.parametrize(
    ("first", "second", "best"),
    [
        # (name, priority, cpu, minute of the start) of what runs on n1 and on n2
        ([("a", 0, "2", 0)], [("b", 0, "2", 0)], ["n2"]),
        ([("c", 3, "2", 0)], [("d", 2, "2", 0)], ["n2"]),
        ([("c", 2, "1", 0), ("d", 1, "1", 0)], [("e", 2, "1", 0), ("f", 0, "1", 0)], ["n2"]),
        ([("c", 1, "1", 0), ("d", 1, "1", 0)], [("e", 1, "2", 0)], ["n2"]),
        ([("c", 1, "2", 5)], [("d", 1, "2", 9)], ["n2"]),
        ([("c", 1, "2", 5)], [("d", 1, "2", 5)], ["n1", "n2"]),
    ],
    ids=["violations", "highest priority", "sum", "number", "latest start", "tie"],
)
def test_the_best_node_is_found_by_one_rule_after_the_other(first, second, best):
    pods = [
        running(name, on, priority, cpu, minute)
        for on, found in (("n1", first), ("n2", second))
        for name, priority, cpu, minute in found
    ]
    asked = pod("x").priority(9).cpu("2")
    nodes = [single("n1"), single("n2")]
    found = decide(asked, nodes, pods, pod_disruption_budgets=[budget("a", 0)])
    assert [each.node for each in found.preemption.best] == best


@pytest.mark.parametrize(("nodes", "enough"), [(5, 5), (100, 100), (500, 100), (5000, 500)])
def test_a_tenth_of_the_nodes_but_a_hundred_at_the_least_are_enough_candidates(nodes, enough):
    assert CandidateNumber().of(nodes) == enough
