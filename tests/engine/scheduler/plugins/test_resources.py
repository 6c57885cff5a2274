"""NodeResourcesFit and NodeResourcesBalancedAllocation."""

import pytest

from engine.scheduler.configuration import read_configuration
from engine.scheduler.framework import Framework
from engine.testing import node, pod
from tests.engine.scheduler.scene import decide, scores, verdict


def framework_with(strategy):
    configuration = {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "profiles": [
            {"pluginConfig": [{"name": "NodeResourcesFit", "args": {"scoringStrategy": strategy}}]}
        ],
    }
    return Framework(read_configuration(configuration).profiles["default-scheduler"])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (pod("a").cpu("1"), ("Success",)),
        (pod("a").cpu("1001m"), ("Unschedulable", "Insufficient cpu")),
        (pod("a").cpu("2001m"), ("UnschedulableAndUnresolvable", "Insufficient cpu")),
        (
            pod("a").cpu("2").memory("2Gi"),
            ("UnschedulableAndUnresolvable", "Insufficient cpu", "Insufficient memory"),
        ),
        (
            pod("a").request_of("example.com/fpga", "1"),
            ("UnschedulableAndUnresolvable", "Insufficient example.com/fpga"),
        ),
        (pod("a").request_of("example.com/fpga", "0"), ("Success",)),
        (pod("a").init_container(cpu="1500m"), ("Unschedulable", "Insufficient cpu")),
        (
            pod("a").cpu("500m").init_container(sidecar=True, cpu="501m"),
            ("Unschedulable", "Insufficient cpu"),
        ),
    ],
)
def test_a_node_needs_what_the_pod_requests_beside_what_is_taken(asked, expected):
    half_full = [pod("r").node("n").cpu("1")]
    small = node("n").cpu("2").memory("1Gi")
    assert verdict("NodeResourcesFit", asked, small, half_full) == expected


def test_a_node_takes_only_so_many_pods_and_those_that_ended_do_not_count():
    single = node("n").cpu("1").memory("1Gi").allocatable(pods="1")
    running = pod("r").node("n")
    assert verdict("NodeResourcesFit", pod("a"), single, [running]) == (
        "Unschedulable",
        "Too many pods",
    )
    ended = pod("r").node("n").phase("Succeeded")
    assert verdict("NodeResourcesFit", pod("a"), single, [ended]) == ("Success",)


def test_the_emptier_node_is_liked_and_pods_without_requests_are_thought_to_need_some():
    nodes = [node("x").cpu("1").memory("2000Mi"), node("y").cpu("10").memory("20000Mi")]
    # 100m and 200MB of memory are assumed.
    assert scores("NodeResourcesFit", pod("a"), nodes) == {"x": (90, 90), "y": (99, 99)}


def test_most_allocated_likes_the_fuller_node():
    nodes = [node("x").cpu("10").memory("10Gi"), node("y").cpu("2").memory("2Gi")]
    framework = framework_with({"type": "MostAllocated", "resources": [{"name": "cpu"}]})
    found = scores("NodeResourcesFit", pod("a").cpu("1"), nodes, framework=framework)
    assert found == {"x": (10, 10), "y": (50, 50)}


def test_requested_to_capacity_ratio_follows_the_line_of_its_shape():
    shape = [{"utilization": 0, "score": 0}, {"utilization": 50, "score": 10}]
    strategy = {
        "type": "RequestedToCapacityRatio",
        "resources": [{"name": "cpu", "weight": 3}],
        "requestedToCapacityRatio": {"shape": shape},
    }
    nodes = [node("x").cpu("10").memory("1Gi"), node("y").cpu("2").memory("1Gi")]
    found = scores("NodeResourcesFit", pod("a").cpu("1"), nodes, framework=framework_with(strategy))
    assert found == {"x": (20, 20), "y": (100, 100)}


def test_a_node_that_the_pod_makes_more_balanced_is_liked():
    nodes = [node("x").cpu("10").memory("10Gi"), node("y").cpu("10").memory("10Gi")]
    full_of_cpu = [pod("r").node("x").cpu("5")]
    asked = pod("a").cpu("0").memory("5Gi")
    found = scores("NodeResourcesBalancedAllocation", asked, nodes, full_of_cpu)
    # From a deviation of 0.25 to none; from none to 0.25.
    assert found == {"x": (87, 87), "y": (62, 62)}
    assert scores("NodeResourcesBalancedAllocation", pod("b"), nodes) is None


def test_requests_of_the_whole_pod_count_for_fitting_but_not_for_the_score_of_fitting():
    asked = pod("a").cpu("1")
    asked.spec["resources"] = {"requests": {"cpu": "4"}}
    nodes = [node("x").cpu("4").memory("1Gi"), node("y").cpu("3").memory("1Gi")]
    found = decide(asked, nodes)
    assert found.feasible == ["x"]
    asked.spec["resources"] = {"requests": {"cpu": "3"}}
    raw = decide(asked, nodes).scores["NodeResourcesFit"].raw
    assert raw == {"x": 77, "y": 73}
