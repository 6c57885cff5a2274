"""The API server against a real one: recorded requests, answers and what etcd stored."""

import pytest

from tests.recorded_requests import replayed

# Of successful requests, the answers; of refused ones, code and reason; of all, what was stored.
# What is missing is mostly the place of a refused request among those of the same moment, which no
# log has.
FLOORS = {"done": 0.998, "stored": 0.999, "refused": 0.95}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["api", "rollout", "node-failure"])
def test_recorded_requests_are_answered_and_stored_as_they_were(name: str) -> None:
    result = replayed(name)
    for what, floor in FLOORS.items():
        assert result.held[what] > 15
        assert result.share(what) >= floor, result.differ[:20]
