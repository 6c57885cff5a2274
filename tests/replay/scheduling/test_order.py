from replay.scheduling.decided import Decided
from replay.scheduling.order import REQUEST_US, in_order


def _decided(name, event, recorded, since, *, taken=None, priority=0):
    return Decided(
        event=event,
        namespace="shop",
        name=name,
        uid=name,
        own=1,
        own_revision=1,
        until=None,
        revision=None,
        recorded=recorded,
        taken=recorded if taken is None else taken,
        priority=priority,
        since=since,
    )


def _names(*decisions):
    return [each.name for each in in_order(decisions)]


def _failed(**changes):
    return _decided("failed", "FailedScheduling", 100_000, 50, **changes)


def test_a_binding_that_arrives_just_after_a_pod_behind_it_failed_was_decided_before() -> None:
    at = 100_000 + REQUEST_US
    assert _names(_failed(), _decided("longer", "Scheduled", at, 49)) == ["longer", "failed"]
    assert _names(_failed(), _decided("later", "Scheduled", at, 51)) == ["failed", "later"]
    assert _names(_failed(), _decided("late", "Scheduled", at + 1, 49)) == ["failed", "late"]


def test_the_more_important_pod_stands_ahead_in_the_queue() -> None:
    important = _decided("important", "Scheduled", 100_001, 51, priority=1)
    assert _names(_failed(), important) == ["important", "failed"]
    assert _names(_failed(priority=2), important) == ["failed", "important"]


def test_a_pod_that_was_never_tried_stays_where_its_last_write_puts_it() -> None:
    new = _decided("new", "Scheduled", 100_002, 49, taken=100_001)
    assert _names(_failed(), new) == ["failed", "new"]
