"""InterPodAffinity and PodTopologySpread: plugins that look at other pods."""

import pytest

from engine.testing import HOSTNAME, ZONE, node, other, pod
from tests.engine.scheduler.scene import decide, scores, verdict

WEB, API = {"app": "web"}, {"app": "api"}


def zoned(name, zone):
    return node(name).zone(zone).cpu("10").memory("10Gi")


def running(name, on, labels=WEB, namespace="default"):
    builder = pod(name, namespace).node(on)
    for key, value in labels.items():
        builder.label(key, value)
    return builder


def test_required_affinity_wants_a_matching_pod_in_the_same_domain():
    nodes = [zoned("n1", "a"), zoned("n2", "a"), zoned("n3", "b")]
    found = decide(pod("x").near(WEB, ZONE), nodes, [running("w", "n1")])
    assert found.feasible == ["n1", "n2"]
    assert found.rejected["n3"].reasons == ("node(s) didn't match pod affinity rules",)


def test_the_first_pod_of_a_group_that_wants_each_other_is_let_in():
    first = pod("x").label("app", "web").near(WEB, ZONE)
    assert decide(first, [zoned("n1", "a")]).feasible == ["n1"]
    stranger = pod("x").label("app", "api").near(WEB, ZONE)
    assert decide(stranger, [zoned("n1", "a")]).feasible == []


def test_required_anti_affinity_holds_both_ways():
    nodes = [zoned("n1", "a"), zoned("n2", "b")]
    own = decide(pod("x").far_from(WEB, ZONE), nodes, [running("w", "n1")])
    assert own.rejected["n1"].reasons == ("node(s) didn't match pod anti-affinity rules",)
    theirs = decide(pod("x").label("app", "api"), nodes, [running("w", "n1").far_from(API, ZONE)])
    assert theirs.rejected["n1"].reasons == (
        "node(s) didn't satisfy existing pods anti-affinity rules",
    )
    assert own.feasible == theirs.feasible == ["n2"]


@pytest.mark.parametrize(
    ("scope", "near"),
    [
        ({}, False),
        ({"namespaces": ["prod"]}, True),
        ({"namespaceSelector": {}}, True),
        ({"namespaceSelector": {"matchLabels": {"env": "live"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"env": "test"}}}, False),
    ],
)
def test_terms_speak_of_the_own_namespace_unless_they_name_or_select_others(scope, near):
    asked = pod("x").near(WEB, ZONE)
    rule = "requiredDuringSchedulingIgnoredDuringExecution"
    asked.spec["affinity"]["podAffinity"][rule][0] |= scope
    namespaces = [
        other("v1", "Namespace", "default"),
        other("v1", "Namespace", "prod").label("env", "live"),
    ]
    pods = [running("w", "n1", namespace="prod")]
    found = verdict("InterPodAffinity", asked, zoned("n1", "a"), pods, namespaces=namespaces)
    assert found[0] == ("Success" if near else "UnschedulableAndUnresolvable")


def test_preferences_of_both_sides_are_added_and_spread_from_0_to_100():
    nodes = [zoned("n1", "a"), zoned("n2", "b"), zoned("n3", "c")]
    asked = pod("x").label("app", "api").near(WEB, ZONE, weight=10).far_from(WEB, ZONE, weight=4)
    pods = [running("w", "n1"), running("v", "n2", API).near(API, ZONE, weight=3)]
    found = scores("InterPodAffinity", asked, nodes, pods)
    assert found == {"n1": (6, 100), "n2": (3, 50), "n3": (0, 0)}


def test_a_required_term_of_a_running_pod_counts_one_point():
    nodes = [zoned("n1", "a"), zoned("n2", "b")]
    pods = [running("w", "n1").near(API, ZONE)]
    asked = pod("x").label("app", "api")
    assert scores("InterPodAffinity", asked, nodes, pods) == {"n1": (1, 100), "n2": (0, 0)}
    assert scores("InterPodAffinity", pod("y"), nodes, pods) is None


def test_a_hard_constraint_keeps_a_domain_from_growing_beyond_the_emptiest_by_more_than_the_skew():
    nodes = [zoned("n1", "a"), zoned("n2", "b")]
    pods = [running("w1", "n1"), running("w2", "n1"), running("w3", "n2")]
    asked = pod("x").label("app", "web").spread(ZONE, WEB)
    found = decide(asked, nodes, pods)
    assert found.feasible == ["n2"]
    assert found.rejected["n1"].reasons == ("node(s) didn't match pod topology spread constraints",)


def test_pods_that_are_being_deleted_or_of_other_namespaces_are_not_counted():
    pods = [running("w1", "n1").terminating(), running("w2", "n1", namespace="other")]
    asked = pod("x").label("app", "web").spread(ZONE, WEB)
    assert decide(asked, [zoned("n1", "a"), zoned("n2", "b")], pods).feasible == ["n1", "n2"]


def test_a_node_without_the_topology_label_cannot_be_helped():
    bare = node("n").cpu("1").memory("1Gi")
    assert verdict("PodTopologySpread", pod("x").spread(ZONE, WEB), bare) == (
        "UnschedulableAndUnresolvable",
        "node(s) didn't match pod topology spread constraints (missing required label)",
    )


def test_with_fewer_domains_than_wanted_the_emptiest_is_taken_for_empty():
    nodes = [zoned("n1", "a"), zoned("n2", "b")]
    pods = [running("w1", "n1"), running("w2", "n2")]
    asked = pod("x").label("app", "web")
    assert decide(asked.spread(ZONE, WEB, minDomains=3), nodes, pods).feasible == []


def test_tainted_nodes_make_no_domain_where_taints_are_honored():
    nodes = [zoned("n1", "a"), zoned("n2", "b").taint("k", "NoSchedule")]
    pods = [running("w1", "n1")]
    asked = pod("x").label("app", "web")
    assert decide(asked.spread(ZONE, WEB), nodes, pods).feasible == []
    honoring = pod("x").label("app", "web").spread(ZONE, WEB, nodeTaintsPolicy="Honor")
    assert decide(honoring, nodes, pods).feasible == ["n1"]


def test_match_label_keys_count_only_pods_with_the_same_value():
    nodes = [zoned("n1", "a"), zoned("n2", "b")]
    pods = [running("w1", "n1", WEB | {"version": "1"})]
    asked = pod("x").label("app", "web").label("version", "2")
    keyed = asked.spread(ZONE, WEB, matchLabelKeys=["version"])
    assert decide(keyed, nodes, pods).feasible == ["n1", "n2"]


def test_a_soft_constraint_likes_the_emptier_domain():
    nodes = [zoned("n1", "a"), zoned("n2", "b")]
    pods = [running("w1", "n1"), running("w2", "n1")]
    asked = pod("x").label("app", "web").spread(ZONE, WEB, hard=False)
    # 2 pods * ln(2 domains + 2) = 2.77
    assert scores("PodTopologySpread", asked, nodes, pods) == {"n1": (3, 0), "n2": (0, 100)}


def test_pods_of_a_service_spread_over_hosts_and_zones_by_default():
    nodes = [zoned("n1", "a"), zoned("n2", "b")]
    service = other("v1", "Service", "web", "default", spec={"selector": WEB})
    asked = pod("x").label("app", "web")
    found = scores("PodTopologySpread", asked, nodes, [running("w", "n1")], services=[service])
    # Host: 1 * ln(4) + 2; zone: 1 * ln(4) + 4; and without the pod 2 + 4.
    assert found == {"n1": (9, 66), "n2": (6, 100)}
    assert scores("PodTopologySpread", asked, nodes, [running("w", "n1")]) is None


def test_an_empty_selector_counts_no_pods():
    asked = pod("x").spread(HOSTNAME, {}, hard=False)
    pods = [running("w1", "n1")]
    found = scores("PodTopologySpread", asked, [zoned("n1", "a"), zoned("n2", "b")], pods)
    assert found == {"n1": (0, 100), "n2": (0, 100)}
