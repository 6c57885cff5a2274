"""What would have to change where nodes keep a pod out, or are not what it wants."""

import pytest

from engine.scheduler.plugins import node_affinity, node_unschedulable, taint_toleration
from engine.scheduler.remedies.cluster_changes import AddNode, Label, Uncordon, Untaint
from engine.scheduler.remedies.evidence import Unmatched, Untolerated
from engine.scheduler.remedies.pod_changes import Tolerate
from engine.testing import node, pod
from tests.engine.scheduler.remedies.asked import found, told

TAINTED, CORDONED = taint_toleration.REASON, node_unschedulable.REASON


def test_a_taint_needs_its_toleration() -> None:
    result = found(pod("web"), [node("gpu").taint("gpu", "NoSchedule", "true")])
    assert told(result, TAINTED) == [((Tolerate("gpu", "true", "NoSchedule"),), ("gpu",))]
    assert result.reasons[0].evidence == (("gpu", Untolerated(("gpu=true:NoSchedule",))),)


def test_a_taint_without_a_value_is_tolerated_by_its_existence() -> None:
    (way, _), *_ = told(found(pod("web"), [node("n").taint("own", "NoExecute")]), TAINTED)
    assert way[0].toleration == {"key": "own", "operator": "Exists", "effect": "NoExecute"}


def test_all_taints_of_a_node_are_tolerated_together_and_fewer_taints_come_first() -> None:
    both = node("a").taint("x", "NoSchedule", "1").taint("y", "NoExecute", "2")
    one = node("b").taint("z", "NoSchedule", "3").taint("soft", "PreferNoSchedule")
    assert told(found(pod("web"), [both]), TAINTED) == [
        ((Tolerate("x", "1", "NoSchedule"), Tolerate("y", "2", "NoExecute")), ("a",))
    ]
    assert told(found(pod("web"), [both, one]), TAINTED) == [
        ((Tolerate("z", "3", "NoSchedule"),), ("b",))
    ]


def test_one_toleration_lets_a_pod_in_on_all_nodes_with_the_taint() -> None:
    nodes = [node(name).taint("gpu", "NoSchedule", "true") for name in ("a", "b")]
    assert [fits for _, fits in told(found(pod("web"), nodes), TAINTED)] == [("a", "b")]


def test_a_taint_that_stands_for_a_condition_is_not_to_be_tolerated() -> None:
    result = found(pod("web"), [node("n").taint("node.kubernetes.io/not-ready", "NoExecute")])
    assert told(result, TAINTED) == [
        ((Untaint("n", "node.kubernetes.io/not-ready", "", "NoExecute"),), ("n",))
    ]


def test_a_cordoned_node_is_uncordoned_which_takes_its_taint_too() -> None:
    assert told(found(pod("web"), [node("n").cordoned()]), CORDONED) == [((Uncordon("n"),), ("n",))]
    tainted = node("n").cordoned().taint("node.kubernetes.io/unschedulable", "NoSchedule")
    result = found(pod("web"), [tainted])
    assert told(result, CORDONED) == told(result, TAINTED) == []
    assert result.together is not None
    assert result.together.changes == (Uncordon("n"),)


def test_a_node_that_lacks_a_label_gets_it() -> None:
    result = found(pod("web").node_selector("disktype", "ssd"), [node("n1"), node("n2")])
    assert told(result, node_affinity.REASON) == [((Label("n1", (("disktype", "ssd"),)),), ("n1",))]
    assert dict(result.reasons[0].evidence)["n2"] == Unmatched(("disktype=ssd",))


@pytest.mark.parametrize(
    ("operator", "values", "label"),
    [
        ("In", ("b", "a"), "b"),
        ("Exists", (), ""),
        ("Gt", ("7",), "8"),
        ("Lt", ("3",), "2"),
        ("NotIn", ("5",), None),
        ("DoesNotExist", (), None),
    ],
)
def test_required_affinity_is_met_by_a_label_or_its_absence(operator, values, label) -> None:
    known = node("n").label("size", "5") if label != "" else node("n")
    result = found(pod("web").requires_node("size", operator, *values), [known])
    assert told(result, node_affinity.REASON) == [((Label("n", (("size", label),)),), ("n",))]


def test_of_several_terms_the_one_with_the_fewest_labels_is_met() -> None:
    web = pod("web").requires_node("x", "Exists").requires_node("y", "Exists")
    terms = web.spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    terms["nodeSelectorTerms"][0]["matchExpressions"].append({"key": "z", "operator": "Exists"})
    result = found(web, [node("n")])
    assert told(result, node_affinity.REASON) == [((Label("n", (("y", ""),)),), ("n",))]


def test_what_a_node_is_cannot_be_labelled_but_another_node_can_be_so() -> None:
    arch = node("n").label("kubernetes.io/arch", "amd64").cpu("4")
    result = found(pod("web").node_selector("kubernetes.io/arch", "arm64").cpu("1"), [arch])
    (way, fits), *others = told(result, node_affinity.REASON)
    assert way == (AddNode("n", (("kubernetes.io/arch", "arm64"),)),)
    assert fits == ("n+1",)
    assert others == []


def test_terms_that_contradict_each_other_have_no_label() -> None:
    web = pod("web").node_selector("x", "1").requires_node("x", "In", "2")
    result = found(web, [node("n")])
    assert told(result, node_affinity.REASON) == []
    assert result.together is None
    assert result.new_node is None


def test_a_pod_that_names_a_node_that_is_not_there_is_helped_by_nothing() -> None:
    web = pod("web").requires_node("metadata.name", "In", "gone", field=True)
    result = found(web, [node("n")])
    assert [(each.plugins, each.nodes) for each in result.reasons] == [(("NodeAffinity",), ("n",))]
    assert (result.together, result.new_node) == (None, None)
