"""Defaulting vectors: objects as they are sent, and as the API server holds them with defaults."""

from typing import Any

from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.typed_form import typed_form
from tests.conformance.differences import differences


def check(vector: dict[str, Any]) -> list[str]:
    """How our answer differs from Kubernetes'; empty where it does not."""
    obj = typed_form(vector["input"])
    apply_defaults(obj)
    return differences(vector["output"], obj)
