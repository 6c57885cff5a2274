"""Regular expressions of schemas, in RE2's syntax, as Go has them.

The CEL library brings RE2 along: it knows the same syntax as Go, and no pattern takes it longer
than the text is long, whoever wrote it.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any

from engine.apiserver.custom.json_values import as_characters


class PatternError(ValueError):
    """A pattern that RE2 does not take."""


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches somewhere in the text; raises PatternError."""
    found = _expression(as_characters(pattern)).eval(data={"text": as_characters(text)}).value()
    if not isinstance(found, bool):
        raise PatternError(str(found).partition(": ")[2] or str(found))
    return found


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> Any:
    return _environment().compile(f"text.matches({json.dumps(pattern, ensure_ascii=False)})")


@cache
def _environment() -> Any:
    from cel_expr_python import cel

    return cel.NewEnv(variables={"text": cel.Type.STRING})
