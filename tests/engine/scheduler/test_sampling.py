import pytest

from engine.scheduler.sampling import Sampling
from engine.testing import pod
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
