"""Our scheduler beside a real one, told the same objects at the same times."""

import pytest

from tests.engine.scheduler.recorded import Recorded, played
from tests.recordings import each


@pytest.mark.parametrize("name", each("rollout", "batch", "crashes", "stateful"))
def test_every_pod_is_bound_where_it_was_and_fails_with_the_messages_that_were_recorded(name):
    recorded = Recorded(name)
    bound, failed = played(recorded)
    assert bound == recorded.bound
    # The real one takes longer, so that several events may be one attempt of its; and it tells
    # no repeated message.
    assert recorded.failed <= failed


@pytest.mark.parametrize("name", each("pressure"))
def test_under_pressure_most_pods_go_where_they_went_whatever_came_first(name):
    recorded = Recorded(name)
    bound, failed = played(recorded)
    assert (recorded.bound & bound).total() > 0.9 * recorded.bound.total()
    assert (recorded.failed & failed).total() > 0.8 * recorded.failed.total()
