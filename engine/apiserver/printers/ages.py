"""Durations and ages for humans, as Kubernetes shortens them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.apiserver.printers.contract import Object
from engine.apiserver.printers.fields import dig

UNKNOWN = "<unknown>"
GO_ZERO_TIME = datetime(1, 1, 1, tzinfo=UTC)


def human_duration(duration: timedelta) -> str:
    """Two or three significant figures: `95s`, `3m20s`, `17m`, `5h4m`, `3d2h`, `2y40d`.

    HumanDuration of staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go, v1.36: up to two
    seconds in the future count as now, for clocks that disagree.
    """
    if duration <= timedelta(seconds=-2):
        return "<invalid>"
    seconds = max(0, duration // timedelta(seconds=1))
    minutes, hours = seconds // 60, seconds // 3600
    days = hours // 24
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return _pair(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _pair(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 24 * 8:
        return _pair(days, "d", hours % 24, "h")
    if hours < 24 * 365 * 2:
        return f"{days}d"
    if hours < 24 * 365 * 8:
        return _pair(days // 365, "y", days % 365, "d")
    return f"{days // 365}y"


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def instant(value: Any) -> datetime | None:
    """A `metav1.Time` or `MicroTime` out of JSON; None when absent, null, zero or unreadable."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return None if time == GO_ZERO_TIME else time


def since(time: datetime | None, now: datetime) -> str:
    """How long ago, or `<unknown>` (translateTimestampSince of printers.go)."""
    return UNKNOWN if time is None else human_duration(now - time)


def age(value: Object, now: datetime) -> str:
    """How long ago the object was created."""
    return since(instant(dig(value, "metadata", "creationTimestamp")), now)
