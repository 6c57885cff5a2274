import pytest

from engine.apiserver.typed.times import TimeError, microseconds, seconds


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-21T03:01:00Z", "2026-11-21T03:01:00Z"),
        ("2026-11-21T03:01:00.999+02:00", "2026-11-21T01:01:00Z"),
        ("2026-11-21T3:01:00Z", "2026-11-21T03:01:00Z"),
        ("0001-01-01T00:00:00Z", None),
    ],
)
def test_a_time_is_written_in_whole_seconds_of_utc(text, written):
    assert seconds(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-21T03:01:00.123456Z", "2026-11-21T03:01:00.123456Z"),
        ("2026-11-21T03:01:00.000001-01:00", "2026-11-21T04:01:00.000001Z"),
        ("0001-01-01T00:00:00.000000Z", None),
    ],
)
def test_a_micro_time_is_written_in_microseconds_of_utc(text, written):
    assert microseconds(text) == written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", 'parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"'),
        (
            "2026-11-21",
            'parsing time "2026-11-21" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
        ),
        ("2026-13-01T00:00:00Z", 'parsing time "2026-13-01T00:00:00Z": month out of range'),
        ("2026-02-30T00:00:00Z", 'parsing time "2026-02-30T00:00:00Z": day out of range'),
        ("2026-01-01T24:00:00Z", 'parsing time "2026-01-01T24:00:00Z": hour out of range'),
        ("2026-01-01T00:00:00Zx", 'parsing time "2026-01-01T00:00:00Zx": extra text: "x"'),
    ],
)
def test_what_is_no_time_is_refused_in_the_words_of_go(text, why):
    with pytest.raises(TimeError) as refused:
        seconds(text)
    assert str(refused.value) == why


def test_a_micro_time_has_all_of_its_digits():
    with pytest.raises(TimeError, match=r'cannot parse "Z" as ".000000"$'):
        microseconds("2026-11-21T03:01:00Z")
