"""Schedules of CronJobs."""

import pytest

from engine.model.cron import CronError, parse
from tests.vectors import read

SECOND_NS = 1_000_000_000


def test_a_schedule_has_the_values_of_its_fields():
    schedule = parse("*/20 8-10,12 1 jan,3 mon-fri/2")
    assert schedule.minute == {0, 20, 40}
    assert schedule.hour == {8, 9, 10, 12}
    assert schedule.day == {1}
    assert schedule.month == {1, 3}
    assert schedule.weekday == {1, 3, 5}


def test_a_star_says_that_any_day_will_do():
    schedule = parse("0 0 * * ?")
    assert (schedule.any_day, schedule.any_weekday) == (True, True)
    assert parse("0 0 */2 * 1").any_day is False


def test_a_start_with_a_step_goes_on_to_the_end():
    assert parse("50/5 * * * *").minute == {50, 55}


def test_a_descriptor_is_a_schedule():
    assert parse("@weekly") == parse("0 0 * * 0")
    assert parse("@every 1h30m0.5s").every_ns == 5400 * SECOND_NS
    assert parse("@every 5ms").every_ns == SECOND_NS


def test_a_schedule_can_name_its_zone():
    assert parse("TZ=Europe/Berlin 0 3 * * *").zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty spec string"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("5-3 * * * *", "beginning of range (5) beyond end of range (3): 5-3"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        (
            "+ * * * *",
            'failed to parse int from +: strconv.Atoi: parsing "+": invalid syntax',
        ),
        ("@every 5", 'failed to parse duration @every 5: time: missing unit in duration "5"'),
        (
            "@every 5d",
            'failed to parse duration @every 5d: time: unknown unit "d" in duration "5d"',
        ),
        ("TZ=../x * * * * *", "provided bad location ../x: time: invalid location name"),
        ("TZ=UTC", "invalid schedule format: runtime error: slice bounds out of range [:-1]"),
    ],
)
def test_what_is_no_schedule_says_why(text, problem):
    with pytest.raises(CronError) as caught:
        parse(text)
    assert str(caught.value) == problem


def test_what_kubernetes_cannot_read_cannot_be_read():
    for vector in read("cron"):
        if vector["type"] != "next":
            continue
        try:
            parse(vector["schedule"])
            problem = None
        except CronError as error:
            problem = str(error)
        assert problem == vector.get("error"), vector["id"]
