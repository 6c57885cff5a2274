"""Plugins that look at a node alone: its name, taints, labels, ports, features, images."""

import pytest

from engine.scheduler.configuration import read_configuration
from engine.scheduler.framework import Framework
from engine.testing import node, pod
from tests.engine.scheduler.scene import decide, explained, scores, verdict

UNRESOLVABLE = "UnschedulableAndUnresolvable"
ROOMY = {"cpu": "10", "memory": "10Gi"}


def roomy(name):
    return node(name).allocatable(**ROOMY)


def test_a_gated_pod_is_kept_out_of_the_queue_by_the_names_of_its_gates():
    kept = explained(pod("a").gate("x.io/one").gate("x.io/two"), [roomy("n")]).pre_enqueue
    assert kept["SchedulingGates"].reasons == ("waiting for scheduling gates: [x.io/one x.io/two]",)
    assert explained(pod("a"), [roomy("n")]).pre_enqueue == {}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("", ("Success",)),
        ("n", ("Success",)),
        ("m", (UNRESOLVABLE, "node(s) didn't match the requested node name")),
    ],
)
def test_a_pod_that_names_a_node_fits_only_there(wanted, expected):
    asked = pod("a")
    asked.spec["nodeName"] = wanted
    assert verdict("NodeName", asked, roomy("n")) == expected


def test_a_cordoned_node_takes_only_pods_that_tolerate_it():
    cordoned = roomy("n").cordoned()
    tolerant = pod("a").tolerates("node.kubernetes.io/unschedulable", "NoSchedule")
    assert verdict("NodeUnschedulable", tolerant, cordoned) == ("Success",)
    assert verdict("NodeUnschedulable", pod("a"), cordoned) == (
        UNRESOLVABLE,
        "node(s) were unschedulable",
    )


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (pod("a"), False),
        (pod("a").tolerates("k"), True),
        (pod("a").tolerates("k", "NoSchedule", "v"), True),
        (pod("a").tolerates("k", "NoSchedule", "w"), False),
        (pod("a").tolerates("k", "NoExecute"), False),
        (pod("a").tolerates(""), True),
        (pod("a").tolerates("other"), False),
    ],
)
def test_a_taint_keeps_out_pods_that_do_not_tolerate_key_value_and_effect(asked, fits):
    tainted = roomy("n").taint("k", "NoSchedule", "v")
    expected = ("Success",) if fits else (UNRESOLVABLE, "node(s) had untolerated taint(s)")
    assert verdict("TaintToleration", asked, tainted) == expected


def test_nodes_are_liked_less_for_each_taint_that_prefers_no_pods():
    nodes = [
        roomy("none"),
        roomy("one").taint("a", "PreferNoSchedule"),
        roomy("two").taint("a", "PreferNoSchedule").taint("b", "PreferNoSchedule"),
    ]
    assert scores("TaintToleration", pod("a"), nodes) == {
        "none": (0, 100),
        "one": (1, 50),
        "two": (2, 0),
    }
    tolerant = pod("a").tolerates("a", "NoSchedule").tolerates("b", "PreferNoSchedule")
    assert scores("TaintToleration", tolerant, nodes)["two"] == (1, 0)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (pod("a").node_selector("disk", "ssd"), True),
        (pod("a").node_selector("disk", "hdd"), False),
        (pod("a").requires_node("gen", "Gt", "6"), True),
        (pod("a").requires_node("gen", "Gt", "7"), False),
        (pod("a").requires_node("gen", "Gt", "-5"), False),
        (pod("a").requires_node("gen", "Gt", "-5").requires_node("disk", "Exists"), True),
        (pod("a").requires_node("disk", "In", "hdd").node_selector("disk", "ssd"), False),
        (pod("a").requires_node("metadata.name", "NotIn", "n", field=True), False),
        (pod("a").requires_node("metadata.name", "NotIn", "m", field=True), True),
    ],
)
def test_node_affinity_is_any_term_and_the_selector_and_bad_terms_match_nothing(asked, fits):
    labelled = roomy("n").label("disk", "ssd").label("gen", "7")
    reason = "node(s) didn't match Pod's node affinity/selector"
    expected = ("Success",) if fits else (UNRESOLVABLE, reason)
    assert verdict("NodeAffinity", asked, labelled) == expected


def test_terms_that_all_name_nodes_narrow_the_search_to_them():
    asked = pod("a").requires_node("metadata.name", "In", "n2", field=True)
    found = decide(asked, [roomy("n1"), roomy("n2"), roomy("n3")])
    assert found.pre_filtered.nodes == {"n2"}
    assert found.best == ["n2"]
    missing = pod("a").requires_node("metadata.name", "In", "gone", field=True)
    assert decide(missing, [roomy("n1"), roomy("n2")]).message == (
        "0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims "
        "to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for "
        "scheduling."
    )


def test_preferred_node_affinity_scores_by_weight_in_relation_to_the_highest():
    asked = pod("a").prefers_node(20, "disk", "In", "ssd").prefers_node(30, "zone", "Exists")
    nodes = [roomy("x").label("disk", "ssd"), roomy("y").label("zone", "1"), roomy("z")]
    assert scores("NodeAffinity", asked, nodes) == {"x": (20, 66), "y": (30, 100), "z": (0, 0)}
    assert scores("NodeAffinity", pod("b"), nodes) is None


def test_a_preferred_term_that_cannot_be_read_ends_the_cycle_in_an_error():
    asked = pod("a").prefers_node(1, "gen", "Gt", "-5")
    found = decide(asked, [roomy("x"), roomy("y")])
    assert found.reason == "SchedulerError"
    assert found.message.startswith(
        'running PreScore plugin "NodeAffinity": [0].matchExpressions[0].values[0][gen]: '
        'Invalid value: "-5": a valid label must be'
    )
    assert decide(asked, [roomy("x")]).best == ["x"]


def test_the_affinity_that_a_profile_adds_is_required_of_all_its_pods():
    added = {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {"matchExpressions": [{"key": "pool", "operator": "In", "values": ["a"]}]}
            ]
        }
    }
    configuration = {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "profiles": [
            {"pluginConfig": [{"name": "NodeAffinity", "args": {"addedAffinity": added}}]}
        ],
    }
    framework = Framework(read_configuration(configuration).profiles["default-scheduler"])
    found = decide(pod("a"), [roomy("x").label("pool", "a"), roomy("y")], framework=framework)
    assert found.rejected["y"].reasons == ("node(s) didn't match scheduler-enforced node affinity",)


@pytest.mark.parametrize(
    ("wanted", "taken", "free"),
    [
        (("80",), ("80",), False),
        (("80",), ("81",), True),
        (("80", "10.0.0.1"), ("80", "10.0.0.2"), True),
        (("80", "10.0.0.1"), ("80", "0.0.0.0"), False),
        (("80", "0.0.0.0"), ("80", "10.0.0.1"), False),
        (("80", "", "UDP"), ("80", "", "TCP"), True),
    ],
)
def test_a_host_port_is_free_unless_the_same_protocol_has_it_on_an_address_in_common(
    wanted, taken, free
):
    running = pod("r").node("n").host_port(int(taken[0]), *taken[1:])
    asked = pod("a").host_port(int(wanted[0]), *wanted[1:])
    reason = "node(s) didn't have free ports for the requested pod ports"
    expected = ("Success",) if free else ("Unschedulable", reason)
    assert verdict("NodePorts", asked, roomy("n"), [running]) == expected


def test_pods_that_need_a_feature_fit_where_it_is_declared():
    asked = pod("a")
    asked.spec.update(hostNetwork=True, hostUsers=False)
    declaring = roomy("n")
    declaring.status["declaredFeatures"] = ["UserNamespacesHostNetworkSupport"]
    reason = "node(s) didn't match Pod's required features"
    assert verdict("NodeDeclaredFeatures", asked, declaring) == ("Success",)
    assert verdict("NodeDeclaredFeatures", asked, roomy("n")) == (UNRESOLVABLE, reason)
    assert verdict("NodeDeclaredFeatures", pod("b"), roomy("n")) is None


def test_images_count_by_size_and_by_how_many_nodes_have_them():
    nodes = [roomy("x").image("app:latest", 1000 * 1024 * 1024), roomy("y")]
    # Half of the size, since one of two nodes has it: (500 - 23) / (1000 - 23).
    assert scores("ImageLocality", pod("a").image("app"), nodes) == {"x": (48, 48), "y": (0, 0)}
