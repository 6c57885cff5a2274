"""Small matters of English."""


def counted(number: int, what: str) -> str:
    """`1 file`, `2,000 files`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def times(number: int) -> str:
    """`once`, `twice`, `2,000 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
