"""Which names are those of time zones.

After time.LoadLocation of Go, whose texts the errors have; the zones are those of zoneinfo.
"""

import zoneinfo


def zone_problem(name: str) -> str:
    """Why there is no such zone; empty where there is one."""
    if name in ("", "UTC", "Local"):
        return ""
    if ".." in name or name[0] in "/\\":
        return "time: invalid location name"
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return f"unknown time zone {name}"
    return ""
