"""Labels and times in words."""

import pytest

from reports.contract import Span
from reports.figures import clipped, count, duration, label, moment, time_axis, visible


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0.0 s"),
        (4_249, "4.2 s"),
        (59_400, "59 s"),
        (59_600, "1 min"),
        (171_000, "2 min 51 s"),
        (3_600_000 + 180_000, "1 h 3 min"),
        (90 * 3_600_000, "3 d 18 h"),
    ],
)
def test_a_duration_has_at_most_two_units(ms: float, words: str) -> None:
    assert duration(ms) == words


def test_a_moment_after_the_year_9999_is_shown_as_its_end() -> None:
    assert moment(253_402_300_800_000) == "9999-12-31 23:59:59"


def test_a_moment_is_utc_with_its_date() -> None:
    assert moment(1795230031450) == "2026-11-21 03:00:31"
    assert moment(1795230031450, 1) == "2026-11-21 03:00:31.4"


def test_a_label_shows_html_as_text() -> None:
    assert label("<b>&amp;") == "&lt;b&gt;&amp;amp;"


def test_a_label_is_clipped_before_it_is_escaped() -> None:
    assert label("<" * 50, 5) == "&lt;&lt;…&lt;&lt;"


def test_clipping_keeps_both_ends() -> None:
    assert clipped("web-5d9c8b7f6-abcde", 11) == "web-5…abcde"
    assert clipped("web", 3) == "web"


def test_controls_and_turned_writing_become_visible() -> None:
    assert visible("a\x1b[31m\u202eb\u2028") == "a\ufffd[31m\ufffdb\ufffd"


def test_counts_have_their_plural() -> None:
    assert count(1, "pod") == "1 pod"
    assert count(2131, "stretch", "stretches") == "2,131 stretches"


def test_the_axis_covers_a_record_of_one_instant() -> None:
    first, last = time_axis(Span(5.0, 5.0))["range"]
    assert first < 5 < last
