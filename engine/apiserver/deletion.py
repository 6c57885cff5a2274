"""What a delete does to an object: at once, gracefully, or when its last finalizer goes.

Source: k8s.io/apiserver pkg/registry/rest/delete.go (BeforeDelete), pkg/registry/generic/registry/
store.go (Delete, Update, ShouldDeleteDuringUpdate), pkg/registry/core/pod/strategy.go
(CheckGracefulDelete), v1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from engine.model.timestamp import format_seconds

Object = dict[str, Any]

class Deletion(Enum):
    """What became of an object that a delete answered with."""

    REMOVED = "removed"
    """Gone without a last version: its kind has no graceful deletion."""
    MARKED_AND_REMOVED = "marked and removed"
    """Stored with a zero grace period, then gone: two revisions."""
    MARKED = "marked"
    """Stored with a deletionTimestamp; somebody else will finish."""


def fate_of_deleted(answer: Mapping[str, Any]) -> Deletion:
    """Tell from the object that a delete answered with what the delete did.

    An answer without deletionTimestamp is the last body of an object that is gone. A zero grace
    period with nothing left to finalize means that the mark was stored and then the object removed.
    """
    metadata = answer.get("metadata") or {}
    if not metadata.get("deletionTimestamp"):
        return Deletion.REMOVED
    if metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds") != 0:
        return Deletion.MARKED
    return Deletion.MARKED_AND_REMOVED


def emptied(answer: Mapping[str, Any]) -> bool:
    """Whether an update left a deleted object without finalizers, so that it was removed.

    Such an update stores nothing: it answers with the old resourceVersion and the object is gone
    (ShouldDeleteDuringUpdate). A Namespace keeps its finalizers in the spec.
    """
    metadata = answer.get("metadata") or {}
    if not metadata.get("deletionTimestamp") or metadata.get("finalizers"):
        return False
    if answer.get("kind") == "Namespace":
        return not (answer.get("spec") or {}).get("finalizers")
    if answer.get("kind") == "CustomResourceDefinition":
        return True  # its registry marks it without a grace period
    return metadata.get("deletionGracePeriodSeconds") == 0


def pod_grace_seconds(pod: Mapping[str, Any], requested: int | None) -> int:
    """The grace period in seconds that deleting `pod` gets (podStrategy.CheckGracefulDelete)."""
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    period = requested if requested is not None else spec.get("terminationGracePeriodSeconds", 0)
    if not spec.get("nodeName") or status.get("phase") in ("Succeeded", "Failed"):
        return 0
    return 1 if period < 0 else int(period)


def mark_deleted(obj: Object, grace_seconds: int, now_seconds: int) -> Object:
    """The object as stored when its deletion begins: timestamp, grace and generation.

    `now_seconds` is Unix time. A second mark only shortens the grace period: the timestamp moves
    back by the old period and forward by the new one, never before now (BeforeDelete).
    """
    metadata = dict(obj["metadata"])
    metadata["deletionTimestamp"] = format_seconds(now_seconds + grace_seconds)
    metadata["deletionGracePeriodSeconds"] = grace_seconds
    if metadata.get("generation", 0) > 0 and not obj["metadata"].get("deletionTimestamp"):
        metadata["generation"] += 1
    return {**obj, "metadata": metadata}
