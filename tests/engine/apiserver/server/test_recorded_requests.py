"""The API server against a real one: recorded requests, answers and what etcd stored."""

import pytest

from tests.recorded_requests import replayed

# Of successful requests, the answers; of refused ones, code and reason; of all, what was stored.
FLOORS = {"done": 0.995, "stored": 0.995, "refused": 0.95}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["api", "rollout", "node-failure"])
def test_recorded_requests_are_answered_and_stored_as_they_were(name: str) -> None:
    result = replayed(name)
    for what, floor in FLOORS.items():
        assert result.held[what] > 30
        assert result.share(what) >= floor, result.differ[:20]
