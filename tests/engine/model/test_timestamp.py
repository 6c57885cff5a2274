import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.timestamp import (
    TimestampError,
    format_micros,
    format_seconds,
    parse_micros,
    parse_seconds,
)

MICROS = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.5Z", 500_000),
        ("1970-01-01T00:00:00.123456Z", 123_456),
        ("1970-01-01T00:00:00.123456999Z", 123_456),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:30:00-00:30", 0),
        ("1969-12-31T23:59:59.9Z", -100_000),
        ("2026-11-21T03:01:00Z", 1_795_230_060_000_000),
    ],
)
def test_a_time_is_read_to_the_microsecond_in_utc(text, micros):
    assert parse_micros(text) == micros


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-21",
        "2026-11-21T03:01:00",
        "2026-11-21 03:01:00Z",
        "20261121T030100Z",
        "2026-02-30T00:00:00Z",
        "2026-11-21T25:00:00Z",
        "2026-11-21T03:01:00Z\n",
        "٢٠٢٦-11-21T03:01:00Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_what_is_no_rfc_3339_time_is_refused(text):
    with pytest.raises(TimestampError):
        parse_micros(text)


def test_a_time_outside_the_calendar_is_refused():
    with pytest.raises(TimestampError, match="outside the years"):
        format_seconds(10**12)


def test_years_have_four_digits():
    assert format_seconds(-62_135_596_800) == "0001-01-01T00:00:00Z"


def test_a_micro_time_has_six_digits_always():
    assert format_micros(1_000_000) == "1970-01-01T00:00:01.000000Z"


@given(MICROS)
def test_a_micro_time_reads_back(micros):
    assert parse_micros(format_micros(micros)) == micros


@given(MICROS)
def test_a_time_of_seconds_reads_back(micros):
    assert parse_seconds(format_seconds(micros // 1_000_000)) == micros // 1_000_000
