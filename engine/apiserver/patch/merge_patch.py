"""JSON merge patches (RFC 7386) as the API server applies them.

Source: merge.go of gopkg.in/evanphx/json-patch.v4, which Kubernetes v1.36 vendors. It differs from
the RFC where a list replaces something that is no object: objects in that list lose their nulls.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.patch.errors import BadRequestError, bounded
from engine.apiserver.patch.values import MAP, without_nulls

_JSON_TYPES = {list: "array", str: "string", bool: "bool"}


def object_of(patch: Any, prefix: str) -> dict[str, Any]:
    """The patch, which must be an object; BadRequestError in the words of Go's decoder if not."""
    if isinstance(patch, dict):
        return patch
    kind = json_type(patch)
    raise BadRequestError(f"{prefix}json: cannot unmarshal {kind} into Go value of type {MAP}")


def json_type(value: object) -> str:
    """What Go's decoder calls a value that does not fit."""
    return "object" if isinstance(value, dict) else _JSON_TYPES.get(type(value), "number")


@bounded
def apply_merge_patch(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """The document with the patch merged in; neither changes, and what is equal is shared."""
    if patch is None:
        raise BadRequestError("Invalid JSON Patch")
    return merge(document, object_of(patch, "error decoding patch: "))


def merge(document: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """One level of it: a null takes the field away."""
    result = dict(document)
    for key, value in patch.items():
        current = result.get(key)
        if value is None:
            result.pop(key, None)
        elif not isinstance(current, dict):
            result[key] = without_nulls(value)
        else:
            result[key] = merge(current, value) if isinstance(value, dict) else value
    return result
