from ingest.shown import Shown
from tests.ingest.request_rows import at, created, patched, thing


def shown(*requests):
    found = Shown()
    found.add(requests, oldest=0)
    return found


def test_a_revision_counts_from_its_answer_on():
    found = shown(created(thing("a", 7), 0, 10), created(thing("b", 5), 0, 20))
    assert [found.before(at(t)) for t in (9, 10, 11, 99)] == [0, 0, 7, 7]


def test_what_was_shown_stays_shown_when_old_answers_are_forgotten():
    found = shown(created(thing("a", 7), 0, 10))
    found.add([created(thing("b", 9), 50, 60)], oldest=at(40))
    assert (found.before(at(41)), found.before(at(61))) == (7, 9)


def test_refused_and_dry_requests_show_nothing():
    refused, dry = (
        created(thing("a", 7), 0, 10, dry_run=True),
        patched(thing("a", 7), 0, 10, code=409),
    )
    assert shown(refused, dry).before(at(99)) == 0


def test_a_creation_that_seems_too_late_tells_how_far_clocks_differ():
    found = shown(created(thing("a", 7), 0, 10), created(thing("b", 5), 3_000, 3_010))
    assert found.skew_us == 2_990_000


def test_an_update_that_changed_nothing_tells_nothing_about_clocks():
    assert shown(created(thing("a", 7), 0, 10), patched(thing("b", 5), 3_000, 3_010)).skew_us == 0
