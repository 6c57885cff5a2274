import pytest

from engine.model.timestamp import SECOND_NS
from engine.scheduler.queue.backoff import Backoff
from engine.scheduler.queue.queued_pod import QueuedPod
from tests.engine.scheduler.queue.waiting import START_NS, at, info, queue, rejected


def seconds_after(count, backoff=None, **more):
    pod = QueuedPod(info("a"), 1, START_NS, unschedulable_count=count, **more)
    until_ns = (backoff or Backoff()).until_ns(pod)
    return None if until_ns is None else (until_ns - START_NS) / SECOND_NS


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, None), (1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (6, 10), (64, 10), (1000, 10)],
)
def test_the_backoff_doubles_with_each_rejection_up_to_the_longest(attempts, seconds):
    assert seconds_after(attempts) == seconds


def test_errors_are_counted_by_themselves():
    assert seconds_after(5, consecutive_errors=1) == 1
    assert seconds_after(0, consecutive_errors=3) == 4


def test_the_backoff_is_what_the_configuration_says():
    backoff = Backoff(3 * SECOND_NS, 20 * SECOND_NS)
    assert [seconds_after(n, backoff) for n in (1, 2, 3, 4)] == [3, 6, 12, 20]


def test_no_longest_backoff_is_none_at_all():
    assert seconds_after(4, Backoff(SECOND_NS, 0)) is None


def test_a_backoff_ends_with_the_second_in_which_it_is_over():
    backoff = Backoff()
    pod = QueuedPod(info("a"), 1, at(0.7), unschedulable_count=1)
    assert backoff.until_ns(pod) == at(1)
    assert backoff.is_backing_off(pod, at(1.99))
    assert not backoff.is_backing_off(pod, at(2))


def test_a_rejection_ends_the_count_of_errors():
    waiting = queue()
    waiting.add(info("a"), at(0))
    rejected(waiting, 0)
    waiting.advance(at(2))
    rejected(waiting, 2)
    waiting.advance(at(10))
    queued = rejected(waiting, 10, "Fit")
    assert (queued.consecutive_errors, queued.unschedulable_count, queued.attempts) == (0, 1, 3)
