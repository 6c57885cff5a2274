"""What is told to the columnar scheduler counts, and what columns do not cover is read plainly."""

import pytest

from engine.scheduler.columns import cluster
from engine.scheduler.columns.scheduler import ColumnarScheduler
from engine.scheduler.cycle import NotModelledError
from engine.scheduler.snapshot import Objects, by_name
from engine.testing import ZONE, node, other, pod
from tests.engine.scheduler.columns.clusters import PROFILES, profile

DEFAULT = PROFILES["default"]
WEB = {"app": "web"}


def roomy(name):
    return node(name).cpu("4").memory("8Gi")


def scheduler(nodes, pods=(), framework=DEFAULT, **objects):
    named = {kind: by_name(each.obj for each in found) for kind, found in objects.items()}
    return ColumnarScheduler(
        framework, [each.obj for each in nodes], [each.obj for each in pods], Objects(**named)
    )


def test_an_assumed_pod_takes_its_room():
    columns = scheduler([node("n1").cpu("1"), node("n2").cpu("1")])
    nodes = []
    for name in ("a", "b", "c"):
        placement = columns.place(pod(name).cpu("1").obj)
        nodes.append(placement.node)
        if placement.node:
            columns.assume(placement)
    assert nodes == ["n1", "n2", ""]


def test_a_pod_told_of_twice_counts_once():
    columns = scheduler([node("n1").cpu("2")])
    placement = columns.place(pod("a").cpu("1").obj)
    columns.assume(placement)
    columns.add(pod("a").cpu("1").node("n1").obj)
    assert columns.place(pod("b").cpu("1").obj).node == "n1"


def test_a_pod_that_is_gone_or_has_ended_leaves_its_room():
    running = [pod(name).cpu("1").node("n1") for name in ("a", "b")]
    columns = scheduler([node("n1").cpu("2")], running)
    assert columns.place(pod("c").cpu("2").obj).node == ""
    columns.remove(running[0].obj)
    columns.add(running[1].phase("Succeeded").obj)
    assert columns.place(pod("c").cpu("2").obj).node == "n1"


def test_a_port_that_two_pods_had_is_taken_while_one_of_them_is_there():
    running = [pod(name).host_port(80).node("n1") for name in ("a", "b")]
    columns = scheduler([roomy("n1")], running)
    asked = pod("c").host_port(80).obj
    for gone, node_name in zip(running, ("", "n1"), strict=True):
        columns.place(asked)
        columns.remove(gone.obj)
        assert columns.place(asked).node == node_name


def test_where_no_node_fits_the_plain_reading_says_why_and_whom_to_evict():
    columns = scheduler([node("n1").cpu("1")], [pod("a").cpu("1").node("n1").priority(1)])
    placement = columns.place(pod("b").cpu("1").priority(2).obj)
    assert (placement.node, placement.best, placement.totals) == ("", [], {})
    assert "Insufficient cpu" in placement.decision.message
    assert [each.node for each in placement.decision.preemption.best] == ["n1"]


def test_without_nodes_there_is_nowhere_to_go():
    assert (
        scheduler([]).place(pod("a").obj).decision.message == "no nodes available to schedule pods"
    )


def test_the_order_of_nodes_does_not_matter():
    nodes = [roomy(name).zone(zone) for name, zone in (("n1", "a"), ("n2", "b"), ("n3", "a"))]
    running = [pod("w", "default").label("app", "web").node("n3")]
    asked = pod("x").label("app", "web").spread(ZONE, WEB).near(WEB, weight=9).obj
    first = scheduler(nodes, running).place(asked)
    second = scheduler(nodes[::-1], running).place(asked)
    assert (first.best, first.totals) == (second.best, second.totals)
    assert first.best == ["n2"]


def test_a_new_node_takes_the_pods_that_were_bound_to_it():
    columns = scheduler([node("n1").cpu("1")], [pod("a").cpu("1").node("n2")])
    columns.update_node(node("n2").cpu("2").obj)
    assert columns.place(pod("b").cpu("2").obj).node == ""
    assert columns.place(pod("b").cpu("1").obj).best == ["n1", "n2"]


def test_a_node_that_moves_takes_its_zone_along():
    nodes = [roomy("n1").zone("a"), roomy("n2").zone("b")]
    columns = scheduler(nodes, [pod("w").label("app", "web").node("n1")])
    asked = pod("x").label("app", "web").spread(ZONE, WEB).obj
    assert columns.place(asked).feasible == ["n2"]
    columns.update_node(roomy("n2").zone("a").obj)
    assert columns.place(asked).feasible == ["n1", "n2"]


def test_a_node_that_is_tainted_does_not_count_where_taints_are_honored():
    nodes = [roomy(name).zone(zone) for name, zone in (("n1", "a"), ("n2", "b"))]
    columns = scheduler(nodes, [pod("w").label("app", "web").node("n1")])
    asked = pod("x").label("app", "web").spread(ZONE, WEB, nodeTaintsPolicy="Honor").obj
    assert columns.place(asked).feasible == ["n2"]
    columns.update_node(roomy("n2").zone("b").taint("k", "NoSchedule").obj)
    assert columns.place(asked).feasible == ["n1"]


def test_a_nodes_heartbeat_leaves_all_columns_as_they_are(monkeypatch):
    columns = scheduler([roomy("n1")])
    asked = pod("a").cpu("1").obj
    columns.place(asked)
    beating = roomy("n1")
    beating.status["conditions"] = [{"type": "Ready", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}]
    with monkeypatch.context() as patched:
        patched.setattr(cluster, "NodeInfo", None)
        columns.update_node(beating.obj)
    assert columns.place(asked).node == "n1"


def test_a_node_that_is_gone_takes_no_pods():
    columns = scheduler([roomy("n1"), roomy("n2")], [pod("a").cpu("1").node("n2")])
    columns.remove_node("n1")
    assert columns.place(pod("b").obj).best == ["n2"]


def test_a_service_that_comes_later_spreads_its_pods():
    nodes = [roomy("n1"), roomy("n2")]
    columns = scheduler(nodes, [pod("w").label("app", "web").node("n1")])
    asked = pod("x").label("app", "web").obj
    before = columns.place(asked).totals
    service = other("v1", "Service", "web", "default", spec={"selector": WEB})
    columns.update_objects(Objects(services=by_name([service.obj])))
    after = columns.place(asked).totals
    assert before["n1"] - before["n2"] > after["n1"] - after["n2"]


def test_a_namespace_that_gets_a_label_is_selected():
    running = pod("w", "prod").label("app", "web").node("n1")
    columns = scheduler([roomy("n1")], [running], namespaces=[other("v1", "Namespace", "prod")])
    asked = pod("x").near(WEB)
    [term] = asked.spec["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    term["namespaceSelector"] = {"matchLabels": {"env": "live"}}
    assert columns.place(asked.obj).node == ""
    labelled = other("v1", "Namespace", "prod").label("env", "live")
    columns.update_objects(Objects(namespaces=by_name([labelled.obj])))
    assert columns.place(asked.obj).node == "n1"


def test_what_was_counted_for_others_is_given_up_in_time(monkeypatch):
    monkeypatch.setattr(cluster, "_COUNTED_BYTES_MAX", 3 * 2 * 8)
    monkeypatch.setattr(cluster, "_MEMO_MAX", 3)
    columns = scheduler([roomy("n1").zone("a"), roomy("n2").zone("b")])
    nodes = []
    for number in range(12):
        labels = {"app": f"app-{number // 2}"}
        asked = pod(f"p{number}").label("app", labels["app"]).spread(ZONE, labels)
        placement = columns.place(asked.obj)
        columns.assume(placement)
        nodes.append(placement.node)
    assert nodes == ["n1", "n2"] * 6


def test_terms_of_pods_that_come_later_keep_a_pod_away_too():
    columns = scheduler([roomy(name) for name in ("n1", "n2", "n3")])
    asked = pod("x").label("app", "web").label("tier", "1").obj
    for number, labels in enumerate(({"app": "web"}, {"tier": "1"}), 1):
        columns.add(pod(f"p{number}").far_from(labels).node(f"n{number}").obj)
        assert columns.place(asked).feasible == ["n2", "n3"][number - 1 :]


def test_a_constraint_that_selects_all_counts_no_pod():
    nodes = [roomy(name).zone(zone) for name, zone in (("n1", "a"), ("n2", "b"))]
    columns = scheduler(nodes, [pod(name).node("n1") for name in ("a", "b")])
    assert columns.place(pod("x").spread(ZONE, {}).obj).feasible == ["n1", "n2"]


@pytest.mark.parametrize(("weight", "best"), [(1, "n2"), (7, "n1")])
def test_the_profile_says_how_much_required_terms_of_others_count(weight, best):
    needy = pod("a").near({"app": "web"}).node("n1")
    choosy = pod("b").near({"app": "web"}, weight=3).node("n2")
    framework = profile(InterPodAffinity={"hardPodAffinityWeight": weight})
    columns = scheduler([roomy("n1"), roomy("n2")], [needy, choosy], framework)
    assert columns.place(pod("x").label("app", "web").obj).best == [best]


# What columns do not cover


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (pod("a").claim("data"), "volumes that are attached"),
        (pod("a").volume(ephemeral={"volumeClaimTemplate": {}}), "volumes that are attached"),
        (pod("a").volume(azureDisk={"diskURI": "d"}), "volumes that are attached"),
        (pod("a").volume(rbd={"image": "i"}), "disks that cannot be shared"),
        (pod("a").memory("9007199254740993"), "amounts that are too large"),
        (pod("a").near({"a": "?"}), "terms of inter-pod affinity that cannot be read"),
        (pod("a").spread(ZONE, {"a": "?"}), "topology spread constraints that cannot be read"),
        (pod("a").prefers_node(1, "?", "Exists"), "terms of node affinity that cannot be read"),
    ],
)
def test_a_pod_that_is_not_covered_is_read_plainly(asked, what):
    placement = scheduler([roomy("n1")]).place(asked.obj)
    assert placement.uncovered == what
    assert placement.decision is not None


def test_what_the_model_does_not_know_is_refused_here_too():
    asked = pod("a")
    asked.spec["resourceClaims"] = [{"name": "gpu"}]
    with pytest.raises(NotModelledError, match="dynamic resources"):
        scheduler([roomy("n1")]).place(asked.obj)


def test_volumes_that_can_be_had_anywhere_are_covered():
    asked = pod("a").volume(configMap={"name": "c"}).volume(emptyDir={}).volume(secret={})
    assert scheduler([roomy("n1")]).place(asked.obj).uncovered == ""


def test_room_for_nominated_pods_is_kept_by_the_plain_reading():
    waiting = pod("w").cpu("4").priority(5).nominated("n1")
    columns = scheduler([roomy("n1"), roomy("n2")], [waiting])
    lesser = columns.place(pod("a").cpu("1").obj)
    assert (lesser.uncovered, lesser.best) == ("room that is kept for nominated pods", ["n2"])
    higher = columns.place(pod("b").cpu("1").priority(9).obj)
    assert (higher.uncovered, higher.best) == ("", ["n1", "n2"])
    assert columns.place(waiting.obj).best == ["n1"]
    columns.assume(columns.place(waiting.obj))
    assert columns.place(pod("a").cpu("1").obj).uncovered == ""


def test_nodes_with_amounts_beyond_float64_are_read_plainly_until_they_change():
    columns = scheduler([node("n1").memory("16Ei"), roomy("n2")])
    asked = pod("a").memory("1Gi").obj
    assert columns.place(asked).uncovered == "nodes with amounts that are too large"
    columns.update_node(roomy("n1").obj)
    assert columns.place(asked).uncovered == ""


@pytest.mark.parametrize(
    ("plugins", "what"),
    [
        (
            {"filter": {"disabled": [{"name": "NodeAffinity"}]}},
            "NodeAffinity is enabled at only one of preFilter and filter",
        ),
        (
            {"multiPoint": {"enabled": [{"name": "ImageLocality", "weight": 1 << 40}]}},
            "the weight of ImageLocality",
        ),
    ],
)
def test_a_profile_that_is_not_covered_is_read_plainly(plugins, what):
    placement = scheduler([roomy("n1")], framework=profile(plugins=plugins)).place(pod("a").obj)
    assert (placement.uncovered, placement.node) == (what, "n1")
