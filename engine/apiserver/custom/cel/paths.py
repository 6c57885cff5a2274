"""The field that a rule speaks of: `.spec.size`, or `.labels['a.b']`.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/schema/cel/validation.go (ValidFieldPath),
v1.36.
"""

from __future__ import annotations

import re

from engine.apiserver.custom.schema import Schema, others_of, properties_of
from engine.apiserver.validation.field import Path

_STEP = re.compile(r"\.([^.\[\]]+)|\['((?:\\.|[^'\\])*)'\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def field_path(text: str, schema: Schema) -> Path | None:
    """The path as errors show it; None if the schema has no such field."""
    path, position = Path(), 0
    current: Schema | None = schema
    while position < len(text):
        step = _STEP.match(text, position)
        if step is None or current is None:
            return None
        name = step[1] or _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1]), step[2] or "")
        if properties_of(current):
            path, current = path.child(name), properties_of(current).get(name)
        else:
            path, current = path.key(name), others_of(current)
        position = step.end()
    return path if path and current is not None else None
