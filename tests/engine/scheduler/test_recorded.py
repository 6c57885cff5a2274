"""Our scheduler beside a real one, told the same objects at the same times."""

import pytest

from tests.engine.scheduler.recorded import Played, Recorded
from tests.recordings import each


@pytest.mark.parametrize("name", each("rollout", "batch", "crashes", "stateful"))
def test_every_pod_is_bound_where_it_was_by_the_same_requests(name):
    recorded = Recorded(name)
    ours = Played(recorded)
    assert ours.bound == recorded.bound
    assert recorded.requests <= ours.requests
    # The real one takes longer, so that several events may be one attempt of its; and it tells
    # no repeated message.
    assert recorded.failed <= ours.failed


@pytest.mark.parametrize("name", each("pressure"))
def test_under_pressure_most_pods_go_where_they_went_whatever_came_first(name):
    recorded = Recorded(name)
    ours = Played(recorded)
    assert (recorded.bound & ours.bound).total() > 0.9 * recorded.bound.total()
    assert (recorded.failed & ours.failed).total() > 0.8 * recorded.failed.total()
