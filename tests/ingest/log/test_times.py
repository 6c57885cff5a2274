"""The times that --at takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.log.times import Instant, Revision, Span, TimeError, duration, parse, show

SECOND = 10**6
DAY = 86400 * SECOND
THREE_O_CLOCK = 1795230000 * SECOND  # 2026-11-21T03:00:00Z
SPAN = Span(THREE_O_CLOCK, THREE_O_CLOCK + 600 * SECOND)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-21T03:01:00Z", 60),
        ("2026-11-21t04:01:00+01:00", 60),
        ("2026-11-21 03:01:00.5+00", 60.5),
        ("2026-11-21T03:01", 60),
        ("2026-11-22", 21 * 3600),
        ("03:01", 60),
        ("3:01:30.25", 90.25),
        ("03:01Z", 60),
        ("-1m", 540),
        ("-1m30s", 510),
        ("+2m", 120),
        ("now", 600),
        (" -0s ", 600),
    ],
)
def test_a_time_is_read_in_each_of_its_forms(text: str, seconds: float) -> None:
    assert parse(text, SPAN) == Instant(SPAN.first + int(seconds * SECOND))


def test_a_revision_is_no_instant() -> None:
    assert parse("rv:2048", SPAN) == Revision(2048)


def test_a_clock_time_is_the_last_one_that_the_trace_covers() -> None:
    week = Span(SPAN.first, SPAN.last + 7 * DAY)
    assert parse("03:05", week) == Instant(SPAN.first + 7 * DAY + 300 * SECOND)
    assert parse("20:00", week) == Instant(SPAN.first + 6 * DAY + 17 * 3600 * SECOND)


def test_a_clock_time_after_the_end_of_one_day_stays_on_that_day() -> None:
    assert parse("04:00", SPAN) == Instant(SPAN.first + 3600 * SECOND)


@pytest.mark.parametrize("text", ["02:59", "-11m", "2026-11-20", "0001-01-01T00:00:00+23:00"])
def test_a_time_before_the_trace_is_refused_with_its_start(text: str) -> None:
    with pytest.raises(TimeError, match=r"before the trace, which begins at 2026-11-21T03:00:00Z$"):
        parse(text, SPAN)


@pytest.mark.parametrize(
    "text",
    ["", "x", "-", "+", "-1", "25:00", "2026-02-30", "rv:", "rv:-1", "rv:x", "1m", "03:01\nDROP"],
)
def test_what_is_no_time_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(TimeError, match="is no time: write ") as raised:
        parse(text, SPAN)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1h30m", 5400 * SECOND),
        ("1.5h", 5400 * SECOND),
        (".5s", SECOND // 2),
        ("5.s", 5 * SECOND),
        ("2d", 2 * DAY),
        ("250ms", SECOND // 4),
        ("7us", 7),
        ("1999ns", 1),
        ("1", None),
        ("1m x", None),
        ("", None),
    ],
)
def test_durations_are_gos_and_days(text: str, microseconds: int | None) -> None:
    assert duration(text) == microseconds


@given(st.integers(0, 4 * 10**15))
def test_what_is_shown_reads_as_the_same_instant(microseconds: int) -> None:
    assert parse(show(microseconds), Span(0, 0)) == Instant(microseconds)
