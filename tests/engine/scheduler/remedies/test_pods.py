"""What would have to change where other pods, or none, stand in the way."""

from engine.scheduler.plugins import inter_pod_affinity, node_ports, topology_spread
from engine.scheduler.plugins.scheduling_gates import REASON as GATED
from engine.scheduler.remedies.cluster_changes import AddNode, AddPod, Label, RemovePod
from engine.scheduler.remedies.evidence import InTheWay
from engine.scheduler.remedies.pod_changes import LowerMinDomains, OpenGates, RaiseSkew
from engine.testing import HOSTNAME, ZONE, node, pod
from tests.engine.scheduler.remedies.asked import found, reasons, told

FAR, EXISTING = inter_pod_affinity.REASON_ANTI_AFFINITY, inter_pod_affinity.REASON_EXISTING
NEAR, SPREAD = inter_pod_affinity.REASON_AFFINITY, topology_spread.REASON


def _names(way):
    return [each.name for each in way if isinstance(each, RemovePod)]


def test_the_pod_that_has_the_port_is_named_and_no_other() -> None:
    pods = [pod("holder").host_port(80).node("n"), pod("other").host_port(443).node("n")]
    result = found(pod("web").host_port(80), [node("n")], pods)
    ((way, _),) = told(result, node_ports.REASON)
    assert _names(way) == ["holder"]
    assert result.reasons[0].evidence == (("n", InTheWay(("default/holder",), "80/TCP")),)


def test_the_pods_that_a_pod_stays_away_from_are_named_on_the_node_with_the_fewest() -> None:
    nodes = [node("a"), node("b")]
    pods = [pod(f"web-{n}").label("app", "web").node(where) for n, where in enumerate("aab")]
    result = found(pod("web").far_from({"app": "web"}), nodes, pods)
    assert [(_names(way), fits) for way, fits in told(result, FAR)] == [(["web-2"], ("b",))]
    assert dict(result.reasons[0].evidence)["a"].pods == ("default/web-0", "default/web-1")


def test_in_a_zone_pods_of_other_nodes_are_in_the_way_too_and_another_zone_would_do() -> None:
    nodes = [node("a").zone("z"), node("b").zone("z")]
    other = pod("web-0").label("app", "web").node("b")
    (first, _), (second, _) = told(
        found(pod("web").far_from({"app": "web"}, ZONE), nodes, [other]), FAR
    )
    assert _names(first) == ["web-0"]
    assert second == (AddNode("a", ((ZONE, "another"),)),)


def test_a_pod_on_a_node_that_does_not_want_this_one_is_named() -> None:
    hermit = pod("hermit").far_from({"app": "web"}).node("n")
    result = found(pod("web").label("app", "web"), [node("n")], [hermit])
    ((way, fits),) = told(result, EXISTING)
    assert (_names(way), fits) == (["hermit"], ("n",))


def test_a_pod_that_wants_company_is_told_of_which_kind() -> None:
    result = found(pod("web").near({"app": "cache"}), [node("n")])
    assert told(result, NEAR) == [((AddPod("default", (("app", "cache"),), "n"),), ("n",))]


def test_more_than_a_few_pods_are_not_sent_away_for_one() -> None:
    pods = [pod(f"p{n}").label("app", "web").node("n") for n in range(9)]
    result = found(pod("web").far_from({"app": "web"}), [node("n")], pods)
    assert told(result, FAR) == []
    assert result.new_node is not None
    assert result.new_node.changes == (AddNode("n"),)


def _zones():
    """Two zones with two pods each, and one with none, whose node has no room."""
    nodes = [node("a").zone("a"), node("b").zone("b"), node("c").zone("c").allocatable(pods="0")]
    pods = [pod(f"{z}{n}").label("app", "web").node(z) for z in "ab" for n in range(2)]
    return nodes, pods


def test_the_skew_that_would_have_to_be_allowed_is_told_and_the_zone_that_needs_a_node() -> None:
    nodes, pods = _zones()
    nodes.append(node("d").zone("c").cordoned())
    web = pod("web").label("app", "web").spread(ZONE, {"app": "web"})
    result = found(web, nodes, pods)
    assert told(result, SPREAD) == [((RaiseSkew(0, ZONE, 1, 3),), ("a", "b"))]
    skew = dict(result.reasons[0].evidence)["a"].skews[0]
    assert (skew.value, skew.count, skew.fewest, skew.skew) == ("a", 3, 0, 3)
    assert result.new_node is not None
    assert result.new_node.changes == (AddNode("d"),)


def test_the_constraint_that_is_told_is_the_one_of_the_pods_spec() -> None:
    nodes, pods = _zones()
    web = pod("web").label("app", "web").spread(HOSTNAME, {"x": "y"}, hard=False)
    web.spread(ZONE, {"app": "web"}, skew=2)
    assert told(found(web, nodes, pods), SPREAD) == [((RaiseSkew(1, ZONE, 2, 3),), ("a", "b"))]


def test_domains_that_are_missing_are_asked_for_no_longer() -> None:
    web = pod("web").label("app", "web").spread(ZONE, {"app": "web"}, minDomains=3)
    pods = [pod(f"{z}0").label("app", "web").node(z) for z in "ab"]
    nodes = [node("a").zone("a"), node("b").zone("b")]
    ways = [way for way, _ in told(found(web, nodes, pods), SPREAD)]
    assert ways == [(LowerMinDomains(0, ZONE, 3, 2),), (RaiseSkew(0, ZONE, 1, 2),)]


def test_a_node_in_no_domain_gets_the_label_of_the_one_that_is_behind() -> None:
    web = pod("web").label("app", "web").spread("rack", {"app": "web"})
    full = node("a").label("rack", "r1").allocatable(pods="1")
    empty = node("b").label("rack", "r2").allocatable(pods="0")
    result = found(web, [full, empty, node("c")], [pod("w").label("app", "web").node("a")])
    assert told(result, topology_spread.REASON_LABEL) == [
        ((Label("c", (("rack", "r2"),)),), ("c",))
    ]


def test_a_pod_for_which_a_node_is_kept_counts_there_and_nowhere_else() -> None:
    nodes = [node("a"), node("b")]
    kept = pod("kept").label("app", "web").priority(9).nominated("a")
    other = pod("web-0").label("app", "web").node("b")
    far = pod("web").far_from({"app": "web"})
    ways = [way for way, _ in told(found(far, nodes, [kept, other]), FAR)]
    assert [_names(way) for way in ways] == [["web-0"]]
    alone = told(found(far, nodes[:1], [kept]), FAR)
    assert [_names(way) for way, _ in alone] == [["kept"]]


def test_a_zone_that_only_a_pod_to_come_makes_too_full_is_told_as_such() -> None:
    nodes = [node("a").zone("a"), node("b").zone("b").allocatable(pods="0")]
    kept = pod("kept").label("app", "web").priority(9).nominated("a")
    web = pod("web").label("app", "web").spread(ZONE, {"app": "web"})
    result = found(web, nodes, [kept])
    assert told(result, SPREAD) == [((RaiseSkew(0, ZONE, 1, 2),), ("a",))]


def test_gates_are_to_be_opened() -> None:
    web = pod("web").gate("quota").gate("scan")
    result = found(web, [node("n")])
    assert told(result, GATED.format("quota scan")) == [((OpenGates(("quota", "scan")),), ("n",))]


def test_gates_and_what_else_there_is_are_told_together() -> None:
    result = found(pod("web").gate("quota").cpu("4"), [node("n").cpu("1")])
    assert reasons(result) == {
        "Insufficient cpu": (("n",), 0),
        "waiting for scheduling gates: [quota]": (("n",), 0),
    }
    assert result.together is not None
    assert {type(each).__name__ for each in result.together.changes} == {
        "OpenGates",
        "LowerRequest",
    }
