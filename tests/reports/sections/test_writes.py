"""Writes by actor."""

from __future__ import annotations

import pytest

from reports.contract import Figure, Note, Span, Table
from reports.sections import writes
from tests.reports.tiny_log import TinyLog, at_ms

SPAN = Span(at_ms(0), at_ms(120))
SCHEDULER = {"component": "kube-scheduler", "user": "system:kube-scheduler"}


@pytest.fixture
def log() -> TinyLog:
    log = TinyLog()
    for second in range(120):
        log.event(second, **SCHEDULER)
    log.event(60)
    log.event(119.5, user="bob", resource="jobs", outcome="refused", code=403, reason="Forbidden")
    log.event(119.6, user="bob", resource="jobs", outcome="read")
    return log


def built(log: TinyLog) -> tuple[Figure, Table]:
    _, figure, table = writes.build(log.rows("writes"), SPAN)
    assert isinstance(figure, Figure)
    assert isinstance(table, Table)
    return figure, table


def test_people_come_first_and_totals_say_what_was_refused(log: TinyLog) -> None:
    assert built(log)[1].rows == (
        ("kubectl", "2 users", "2", "1", "1", "Forbidden 1", "jobs 1, pods 1"),
        ("kube-scheduler", "system:kube-scheduler", "120", "120", "", "", "pods 120"),
    )


def test_every_write_is_in_one_cell(log: TinyLog) -> None:
    heat, _ = built(log)[0].traces
    people, scheduler = heat["z"]
    assert len(scheduler) == 120
    assert [cell for cell in people if cell is not None] == [0, 0]
    assert all(cell is not None for cell in scheduler)


def test_refusals_are_marked_in_their_lane(log: TinyLog) -> None:
    _, refusals = built(log)[0].traces
    assert refusals["y"] == [0]
    assert refusals["x"][0] == pytest.approx(at_ms(119.5), abs=1000)
    assert "1 refused, Forbidden 1" in refusals["hovertext"][0]


def test_a_refusal_without_reason_shows_its_code() -> None:
    log = TinyLog()
    log.event(0, outcome="refused", code=504, reason=None)
    assert built(log)[1].rows[0][5] == "504 1"


def test_names_are_shown_as_text() -> None:
    log = TinyLog()
    log.event(0, component="<b>")
    heat, _ = built(log)[0].traces
    assert heat["text"][0][0].startswith("&lt;b&gt;<br>1 request<br>")


def test_a_record_without_writes_says_so() -> None:
    (note,) = writes.build(TinyLog().rows("writes"), SPAN)
    assert isinstance(note, Note)


def test_a_time_that_cannot_be_right_stretches_no_axis(log: TinyLog) -> None:
    before = built(log)[0]
    log.event(1e9, doubted="both")
    after, table = built(log)
    assert after.summary.partition("·")[2] == before.summary.partition("·")[2]
    assert table.rows[0][2] == "3"
