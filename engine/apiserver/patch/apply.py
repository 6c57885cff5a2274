"""The door: a patch request's body, applied to an object by its media type."""

from __future__ import annotations

from typing import Any

from engine.apiserver.patch.errors import PatchError, UnknownMediaTypeError
from engine.apiserver.patch.json_patch import apply_json_patch
from engine.apiserver.patch.merge_patch import apply_merge_patch
from engine.apiserver.patch.strategic.merge import apply_strategic_merge_patch

__all__ = ["JSON_PATCH", "MERGE_PATCH", "STRATEGIC_MERGE_PATCH", "PatchError", "apply_patch"]

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json"


def apply_patch(
    document: dict[str, Any], patch: Any, media_type: str, api_version: str, kind: str
) -> Any:
    """The patched object, as JSON that no type has seen yet; PatchError if it does not apply.

    `document` is the object in the version that the request speaks, as the server prints it;
    neither it nor the patch changes, and the result shares what did not change. `api_version` and
    `kind` say what a strategic merge patch goes by.
    """
    if media_type == JSON_PATCH:
        return apply_json_patch(document, patch)
    if media_type == MERGE_PATCH:
        return apply_merge_patch(document, patch)
    if media_type == STRATEGIC_MERGE_PATCH:
        return apply_strategic_merge_patch(document, patch, api_version, kind)
    raise UnknownMediaTypeError
