"""Schedules of CronJobs, as the library that Kubernetes uses reads them.

    parse("*/15 8-18 * * mon-fri").hour == frozenset(range(8, 19))
    parse("@every 90m").every_ns == 5_400_000_000_000

After parser.go and constantdelay.go of github.com/robfig/cron/v3 (v3.0.1), and for durations
time.ParseDuration of Go; the errors have their texts.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from engine.model.quoting import quote
from engine.model.zones import zone_problem

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip


class _Bounds(NamedTuple):
    low: int
    high: int
    names: dict[str, int]


_FIELDS = (
    _Bounds(0, 59, {}),
    _Bounds(0, 23, {}),
    _Bounds(1, 31, {}),
    _Bounds(1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    _Bounds(0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY = "@every "
_SECOND_NS = 1_000_000_000
_UNITS_NS = {
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": _SECOND_NS,
    "m": 60 * _SECOND_NS, "h": 3600 * _SECOND_NS,
}  # fmt: skip
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_AMOUNT = re.compile(r"(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?(?P<unit>[^0-9.]*)", re.ASCII)
_INT64_MAX = 2**63 - 1


class CronError(ValueError):
    """A text that is no schedule; the message is the library's."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a schedule fires: at the minutes that all fields have, or every so many nanoseconds.

    `any_day` and `any_weekday` say that the field was a star: then only the other one counts,
    where else either is enough. `zone` is the time zone that the text names, if it does.
    """

    minute: frozenset[int] = frozenset()
    hour: frozenset[int] = frozenset()
    day: frozenset[int] = frozenset()
    month: frozenset[int] = frozenset()
    weekday: frozenset[int] = frozenset()
    any_day: bool = False
    any_weekday: bool = False
    every_ns: int = 0
    zone: str = ""


def parse(text: str) -> Schedule:
    """The schedule that a text spells (ParseStandard), else CronError."""
    if not text:
        raise CronError("empty spec string")
    zone = ""
    if text.startswith(("TZ=", "CRON_TZ=")):
        before, space, text = text.partition(" ")
        if not space:
            # The library would panic, of which Kubernetes makes this error.
            panic = "runtime error: slice bounds out of range [:-1]"
            raise CronError(f"invalid schedule format: {panic}")
        zone = before.partition("=")[2]
        if problem := zone_problem(zone):
            raise CronError(f"provided bad location {zone}: {problem}")
        text = text.strip()
    if text.startswith("@"):
        return _descriptor(text, zone)
    return _of_fields(text.split(), zone)


def _descriptor(text: str, zone: str) -> Schedule:
    if text in _DESCRIPTORS:
        return _of_fields(_DESCRIPTORS[text].split(), zone)
    if not text.startswith(_EVERY):
        raise CronError(f"unrecognized descriptor: {text}")
    try:
        duration = _duration(text.removeprefix(_EVERY))
    except CronError as error:
        raise CronError(f"failed to parse duration {text}: {error}") from None
    # Whole seconds, one at the least.
    return Schedule(every_ns=max(duration - duration % _SECOND_NS, _SECOND_NS), zone=zone)


def _of_fields(texts: list[str], zone: str) -> Schedule:
    if len(texts) != len(_FIELDS):
        found = f"found {len(texts)}: [{' '.join(texts)}]"
        raise CronError(f"expected exactly {len(_FIELDS)} fields, {found}")
    parsed = [_field(text, bounds) for text, bounds in zip(texts, _FIELDS, strict=True)]
    (minute, _), (hour, _), (day, any_day), (month, _), (weekday, any_weekday) = parsed
    return Schedule(minute, hour, day, month, weekday, any_day, any_weekday, zone=zone)


def _field(text: str, bounds: _Bounds) -> tuple[frozenset[int], bool]:
    """(its values, whether it is a star)."""
    values: set[int] = set()
    star = False
    for part in filter(None, text.split(",")):
        found, any_value = _range(part, bounds)
        values |= set(found)
        star |= any_value
    return frozenset(values), star


def _range(text: str, bounds: _Bounds) -> tuple[range, bool]:
    range_text, *steps = text.split("/")
    ends = range_text.split("-")
    star = ends[0] in ("*", "?")
    if star:
        start, end = bounds.low, bounds.high
    else:
        start = end = _number(ends[0], bounds.names)
        if len(ends) == 2:
            end = _number(ends[1], bounds.names)
        elif len(ends) > 2:
            raise CronError(f"too many hyphens: {text}")
    step = 1
    if len(steps) > 1:
        raise CronError(f"too many slashes: {text}")
    if steps:
        step = _number(steps[0], {})
        # `N/step` means from N on.
        end = bounds.high if len(ends) == 1 else end
        star = star and step <= 1
    _check(start, end, step, bounds, text)
    return range(start, end + 1, step), star


def _check(start: int, end: int, step: int, bounds: _Bounds, text: str) -> None:
    low, high = bounds.low, bounds.high
    if start < low:
        raise CronError(f"beginning of range ({start}) below minimum ({low}): {text}")
    if end > high:
        raise CronError(f"end of range ({end}) above maximum ({high}): {text}")
    if start > end:
        raise CronError(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise CronError(f"step of range should be a positive number: {text}")


def _number(text: str, names: dict[str, int]) -> int:
    if (named := names.get(text.lower())) is not None:
        return named
    problem = ""
    if not _INTEGER.fullmatch(text):
        problem = "invalid syntax"
    elif len(text) > 20 or not -_INT64_MAX - 1 <= int(text) <= _INT64_MAX:
        problem = "value out of range"
    if problem:
        cause = f"strconv.Atoi: parsing {quote(text)}: {problem}"
        raise CronError(f"failed to parse int from {text}: {cause}")
    if int(text) < 0:
        raise CronError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)


def _duration(text: str) -> int:
    """time.ParseDuration: nanoseconds."""
    invalid = CronError(f"time: invalid duration {quote(text)}")
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if rest == "0":
        return 0
    if not rest:
        raise invalid
    total = 0
    while rest:
        match = _AMOUNT.match(rest)
        whole, part, unit = match.group("whole", "part", "unit") if match else ("", "", "")
        if not whole and not part:
            raise invalid
        if not unit:
            raise CronError(f"time: missing unit in duration {quote(text)}")
        if unit not in _UNITS_NS:
            raise CronError(f"time: unknown unit {quote(unit)} in duration {quote(text)}")
        total += _nanoseconds(whole, part or "", _UNITS_NS[unit], invalid)
        rest = rest[match.end() :] if match else ""
    if total > _INT64_MAX:
        raise invalid
    return sign * total


def _nanoseconds(whole: str, part: str, unit_ns: int, invalid: CronError) -> int:
    if len(whole) > 19:
        raise invalid
    digits = part[:18]  # more of them make no nanosecond
    fraction = int(digits or "0") * unit_ns // int(10 ** len(digits))
    return int(whole or "0") * unit_ns + fraction
