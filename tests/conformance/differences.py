"""Where two JSON values differ, for people."""

import json
from collections.abc import Iterator
from typing import Any

ABSENT = object()
SHOWN_MAX = 300


def differences(expected: Any, actual: Any) -> list[str]:
    """A line for each place where they differ; empty if they are equal as JSON (1 is 1.0)."""
    return list(_walk("", expected, actual))


def _walk(path: str, expected: Any, actual: Any) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in sorted(expected.keys() | actual.keys()):
            yield from _walk(f"{path}.{key}", expected.get(key, ABSENT), actual.get(key, ABSENT))
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, pair in enumerate(zip(expected, actual, strict=True)):
            yield from _walk(f"{path}[{index}]", *pair)
    elif isinstance(expected, bool) is not isinstance(actual, bool) or expected != actual:
        yield f"{path or '.'}: expected {_shown(expected)}, got {_shown(actual)}"


def _shown(value: Any) -> str:
    text = "nothing" if value is ABSENT else json.dumps(value, sort_keys=True, default=str)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
