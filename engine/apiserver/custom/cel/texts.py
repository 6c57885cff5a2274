"""Where a regular expression matches in a text.

Source: k8s.io/apiserver pkg/cel/library/regex.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from engine.apiserver.custom.cel.contract import Function, member
from engine.apiserver.custom.patterns import PatternError, find, find_all


def _told(run: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with what a pattern can be at fault for."""

    @wraps(run)
    def telling(*args: Any) -> Any:
        try:
            return run(*args)
        except PatternError as error:
            raise ValueError(f"Illegal regex: {error}") from None

    return telling


FUNCTIONS: tuple[Function, ...] = (
    member("find", _told(find), "STRING", "STRING"),
    member("findAll", _told(find_all), "STRING", "STRING"),
    member("findAll", _told(find_all), "STRING", "STRING", "INT"),
)
"""Where regular expressions match, as Go's regexp says."""
