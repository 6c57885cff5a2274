"""Defaulting vectors: objects as they are sent, and as the API server holds them with defaults."""

from typing import Any

from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.typed_form import typed_form


def check(vector: dict[str, Any]) -> list[str]:
    """How our answer differs from Kubernetes'; empty where it does not."""
    obj = typed_form(vector["input"])
    apply_defaults(obj)
    return _differences("", obj, vector["output"])


def _differences(path: str, ours: Any, theirs: Any) -> list[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [
            line
            for key in sorted(ours.keys() | theirs.keys())
            for line in _differences(f"{path}.{key}", ours.get(key, "-"), theirs.get(key, "-"))
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [
            line
            for index, (our, their) in enumerate(zip(ours, theirs, strict=True))
            for line in _differences(f"{path}[{index}]", our, their)
        ]
    same = ours == theirs and type(ours) is type(theirs)
    return [] if same else [f"{path}: {ours!r} instead of {theirs!r}"]
