"""What a JSON, merge or strategic patch makes of a document, and how its faults are refused.

Source: k8s.io/apiserver pkg/endpoints/handlers/patch.go (applyPatchToCurrentObject of jsonPatcher
and smpPatcher, applyPatchToObject), v1.36.
"""

from __future__ import annotations

from typing import Any

from engine.apiserver.patch.apply import apply_patch
from engine.apiserver.patch.errors import PatchError
from engine.apiserver.patch.json_patch import unknown_in_operations
from engine.apiserver.printers.gotext import sprint
from engine.apiserver.validation import field
from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Object, Write


def patched_document(
    write: Write, live: Object, media_type: str, api_version: str, kind: str
) -> Any:
    """The document that the patch makes; RefusedError if it does not apply."""
    try:
        return apply_patch(live, write.body, media_type, api_version, kind)
    except PatchError as error:
        answer = error.status()
        raise status.RefusedError(
            answer["code"], answer.get("reason", ""), answer["message"], answer.get("details")
        ) from None


def unfit(write: Write, document: Any, why: str) -> status.RefusedError:
    """What a patch makes is no object of the kind: that is the patch's fault."""
    shown = sprint(write.body) if write.patch_type == "strategic" else field.marshal(document)
    return status.invalid("", "", "", [field.invalid("patch", shown, why)])


def check_strictly(write: Write, document: Any, unknown: list[str]) -> None:
    """Refuse a patch with unknown fields in what it makes, or in itself, if that was asked for."""
    if not write.is_strict:
        return
    if write.patch_type == "strategic":
        faults = sorted(unknown)
    else:
        of_patch = unknown_in_operations(write.body) if write.patch_type == "json" else []
        faults = [f"json patch {fault}" for fault in of_patch] + unknown
    if faults:
        raise unfit(write, document, strict_error(faults))


def strict_error(faults: list[str]) -> str:
    """Why a body is refused that has what nobody asked for."""
    return f"strict decoding error: {', '.join(faults)}"
