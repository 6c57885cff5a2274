"""Which family of conformance vectors is checked by what.

The checker of `patch.jsonl.zst` is `check` in patch.py beside this file. Families that share one
(`sched_mixed`, `sched_nominated`) find it by what stands before the `_`.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

Checker = Callable[[dict[str, Any]], list[str]]
"""Of one vector, a line for each difference between Kubernetes' result and ours."""


def checker_of(family: str) -> Checker | None:
    """The checker of a family; None if there is no model of it yet."""
    for name in (family, family.partition("_")[0]):
        module = f"tests.conformance.{name}"
        if name.isidentifier() and find_spec(module):
            checker: Checker | None = getattr(import_module(module), "check", None)
            return checker
    return None
