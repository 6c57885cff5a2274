"""Times as Kubernetes writes them: RFC 3339, in whole seconds or in microseconds.

`metav1.Time` and `metav1.MicroTime`: time.go and micro_time.go in
staging/src/k8s.io/apimachinery/pkg/apis/meta/v1 (v1.36). What follows the microsecond is cut off.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from engine.errors import KubeRewindError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_PER_SECOND = 1_000_000

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:[.,](\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)


SECOND_NS = 1_000_000_000
"""A second as the engine counts time."""


class TimestampError(KubeRewindError, ValueError):
    """A text that is no RFC 3339 time, or one outside the years 1 to 9999."""


def parse_micros(text: str) -> int:
    """Microseconds since the Unix epoch of an RFC 3339 time, else TimestampError."""
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise TimestampError(f"{text!r} is no RFC 3339 time such as 2026-11-21T03:01:00Z")
    date, clock, fraction, sign, hours, minutes = found.groups()
    try:
        moment = datetime.fromisoformat(f"{date}T{clock}+00:00")
    except ValueError as error:
        raise TimestampError(f"{text!r} is no time: {error}") from None
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    since_epoch = moment - _EPOCH - (offset if sign == "+" else -offset)
    return since_epoch // _MICROSECOND + int((fraction or "")[:6].ljust(6, "0"))


def parse_seconds(text: str) -> int:
    """Unix time of an RFC 3339 time, the fraction cut off, else TimestampError."""
    return parse_micros(text) // _MICROSECONDS_PER_SECOND


@lru_cache(maxsize=4096)
def format_seconds(seconds: int) -> str:
    """`metav1.Time` of a Unix time: `2026-11-21T03:01:00Z`."""
    return _moment(seconds * _MICROSECONDS_PER_SECOND).isoformat(timespec="seconds") + "Z"


def format_micros(micros: int) -> str:
    """`metav1.MicroTime` of microseconds since the epoch: `2026-11-21T03:01:00.123456Z`."""
    return _moment(micros).isoformat(timespec="microseconds") + "Z"


def _moment(micros: int) -> datetime:
    """In UTC; without a zone, for the "Z" that Kubernetes writes."""
    try:
        return (_EPOCH + timedelta(microseconds=micros)).replace(tzinfo=None)
    except OverflowError:
        raise TimestampError(f"{micros} µs since 1970 is outside the years 1 to 9999") from None
