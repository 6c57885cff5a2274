"""JSON as Go's encoder spells it in messages: maps sorted, HTML's characters escaped."""

from __future__ import annotations

from typing import Any

from engine.apiserver.validation.field import marshal


def spelled(value: Any) -> str:
    """A value of a JSON document in one line."""
    return marshal(value)
