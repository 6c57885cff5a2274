"""Small matters of English."""

from collections.abc import Sequence


def counted(number: int, what: str) -> str:
    """`1 file`, `2,000 files`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def times(number: int) -> str:
    """`once`, `twice`, `2,000 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def some(names: Sequence[str], most: int = 4) -> str:
    """`a, b, c, d`, or `a, b, c and 12 more`: no more names than that, unless one alone is left."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"
