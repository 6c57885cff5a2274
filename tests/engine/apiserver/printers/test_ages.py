from datetime import UTC, datetime, timedelta

import pytest

from engine.apiserver.printers.ages import age, human_duration, instant

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 365 * 86400


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-2.0, "<invalid>"),
        (-1.999, "0s"),
        (0, "0s"),
        (0.999, "0s"),
        (119.999, "119s"),
        (120, "2m"),
        (121, "2m1s"),
        (10 * MINUTE - 1, "9m59s"),
        (10 * MINUTE, "10m"),
        (180 * MINUTE - 1, "179m"),
        (180 * MINUTE, "3h"),
        (3 * HOUR + MINUTE, "3h1m"),
        (8 * HOUR - 1, "7h59m"),
        (8 * HOUR, "8h"),
        (48 * HOUR - 1, "47h"),
        (2 * DAY, "2d"),
        (2 * DAY + HOUR, "2d1h"),
        (8 * DAY - 1, "7d23h"),
        (8 * DAY, "8d"),
        (2 * YEAR - 1, "729d"),
        (2 * YEAR, "2y"),
        (2 * YEAR + DAY, "2y1d"),
        (8 * YEAR - 1, "7y364d"),
        (8 * YEAR + DAY, "8y"),
    ],
)
def test_a_duration_has_two_or_three_figures(seconds, shown):
    assert human_duration(timedelta(seconds=seconds)) == shown


@pytest.mark.parametrize("value", [None, "", "yesterday", 7, "0001-01-01T00:00:00Z"])
def test_what_is_no_time_has_an_unknown_age(now, value):
    assert age({"metadata": {"creationTimestamp": value}}, now) == "<unknown>"


def test_a_time_is_read_in_any_zone_and_to_the_microsecond():
    expected = datetime(2026, 11, 21, 2, 0, 0, 123456, UTC)
    assert instant("2026-11-21T03:00:00.123456+01:00") == expected
