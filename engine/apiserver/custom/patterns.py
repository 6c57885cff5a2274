"""Regular expressions of schemas and rules, in RE2's syntax, as Go has them.

No pattern takes RE2 longer than the text is long, whoever wrote it, and of matches it finds the
ones that Go's regexp finds: the leftmost, and of those the preferred one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from engine.apiserver.custom.json_values import as_characters


class PatternError(ValueError):
    """A pattern that RE2 does not take."""


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches somewhere in the text; raises PatternError."""
    return _compiled(pattern).search(as_characters(text)) is not None


def find(text: str, pattern: str) -> str:
    """The first match, or nothing; raises PatternError."""
    found = _compiled(pattern).search(as_characters(text))
    return found.group() if found else ""


def find_all(text: str, pattern: str, count: int = -1) -> list[str]:
    """The matches one after another, as many as are asked for if that is not below zero.

    Source: Go regexp.go (allMatches), Go 1.26.
    """
    found: list[str] = []
    last_end = -1
    for match in _compiled(pattern).finditer(as_characters(text)):
        if 0 <= count <= len(found):
            break
        # Nothing is no match right behind another.
        if match.end() > match.start() or match.start() != last_end:
            found.append(match.group())
        last_end = match.end()
    return found


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(as_characters(pattern), options)
    except re2.error as error:
        (told,) = error.args
        raise PatternError(told.decode(errors="replace")) from None
