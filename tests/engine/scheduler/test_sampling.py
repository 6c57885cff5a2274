import pytest

from engine.scheduler.cycle import schedule
from engine.scheduler.framework import Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.profiles import read_profile
from engine.scheduler.sampling import Sampling, by_zones
from engine.scheduler.snapshot import NodeInfo, Objects, Snapshot
from engine.testing import ZONE, pod
from tests.engine.scheduler.test_scheduler import at, roomy, started


@pytest.mark.parametrize(
    ("percentage", "nodes", "enough"),
    [
        (0, 10, 10),
        (0, 99, 99),
        (0, 100, 100),
        (0, 1000, 420),
        (0, 5000, 500),
        (0, 6000, 300),
        (40, 1000, 400),
        (1, 1000, 100),
        (100, 1000, 1000),
    ],
)
def test_of_a_large_cluster_a_share_of_the_nodes_is_enough(percentage, nodes, enough):
    assert Sampling(0, percentage).enough(nodes) == enough


def test_the_next_pod_is_looked_at_where_the_last_one_ended():
    scheduler = started(*(roomy(f"n{i:03}") for i in range(150)), pod("a"), pod("b"))
    first, second = scheduler.step(at(0)), scheduler.step(at(0))
    assert first.decision.feasible == [f"n{i:03}" for i in range(100)]
    expected = [*range(100, 150), *range(50)]
    assert second.decision.feasible == sorted(f"n{i:03}" for i in expected)


def test_a_nominated_node_that_fits_is_taken_and_the_others_wait_for_the_next_pod():
    cleared = pod("a")
    cleared.status["nominatedNodeName"] = "n005"
    scheduler = started(*(roomy(f"n{i:03}") for i in range(150)), cleared, pod("b"))
    first, second = scheduler.step(at(0)), scheduler.step(at(0))
    assert (first.decision.feasible, first.node) == (["n005"], "n005")
    assert second.decision.feasible[0] == "n000"


def test_where_nothing_is_scored_the_first_node_that_fits_is_enough():
    profile = read_profile({"plugins": {"score": {"disabled": [{"name": "*"}]}}}, "a", None, "p")
    nodes = [roomy(name).obj for name in ("n2", "n1")]
    found = schedule(
        Framework(profile),
        Snapshot(nodes, (), Objects()),
        PodInfo(pod("a").obj),
        sampling=Sampling(0, 0),
    )
    assert (found.feasible, found.nodes_sampled) == (["n2"], 1)


def test_the_old_labels_of_zones_come_first():
    old = roomy("a").label("failure-domain.beta.kubernetes.io/zone", "x").label(ZONE, "y")
    nodes = [
        NodeInfo(each.obj)
        for each in (old, roomy("b").label(ZONE, "x"), roomy("c").label(ZONE, "y"))
    ]
    assert [each.name for each in by_zones(nodes)] == ["a", "c", "b"]
