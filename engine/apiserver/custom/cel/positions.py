"""Where something stands in a text or a list.

Source: cel-go ext/strings.go (v0.26), k8s.io/apiserver pkg/cel/library/lists.go, v1.36. One name is
that of both functions, and the library takes no more overloads of its own: macros.py renames them.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.custom.cel.contract import SCALARS, Function, equal


def _first(values: list[Any], wanted: Any) -> int:
    return next((i for i, value in enumerate(values) if equal(value, wanted)), -1)


def _last(values: list[Any], wanted: Any) -> int:
    found = _first(values[::-1], wanted)
    return -1 if found < 0 else len(values) - 1 - found


def _index(text: str, part: str, start: int = 0) -> int:
    if start < 0:
        raise ValueError(f"index out of range: {start}")
    if not part:
        return start
    return text.find(part, start)


def _last_index(text: str, part: str, start: int | None = None) -> int:
    if not part:
        return len(text) if start is None else start
    if start is None:
        return text.rfind(part)
    if not 0 <= start < len(text):
        raise ValueError(f"index out of range: {start}")
    return text.rfind(part, 0, start + len(part))


FUNCTIONS: tuple[Function, ...] = (
    *(Function("indexOf_", ("LIST", kind), _first) for kind in SCALARS),
    *(Function("lastIndexOf_", ("LIST", kind), _last) for kind in SCALARS),
    Function("indexOf_", ("STRING", "STRING"), _index),
    Function("indexOf_", ("STRING", "STRING", "INT"), _index),
    Function("lastIndexOf_", ("STRING", "STRING"), _last_index),
    Function("lastIndexOf_", ("STRING", "STRING", "INT"), _last_index),
)
