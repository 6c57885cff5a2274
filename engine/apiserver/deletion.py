"""What a delete does to an object: at once, gracefully, or when its last finalizer goes.

Source: k8s.io/apiserver pkg/registry/rest/delete.go (BeforeDelete), pkg/registry/generic/registry/
store.go (Delete, updateForGracefulDeletionAndFinalizers, ShouldDeleteDuringUpdate),
pkg/registry/core/pod/strategy.go (CheckGracefulDelete), v1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from engine.model.timestamp import format_seconds, parse_seconds

Object = dict[str, Any]

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
"""The garbage collector's finalizers (FinalizerDeleteDependents and FinalizerOrphanDependents)."""

ORPHANED_BY_DEFAULT = frozenset({("batch", "jobs"), ("", "replicationcontrollers")})
"""(group, resource) whose dependents stay unless the delete says otherwise: their v1 strategies'
DefaultGarbageCollectionPolicy (pkg/registry/batch/job, pkg/registry/core/replicationcontroller)."""


CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
"""CustomResourceCleanupFinalizer (apiextensions v1 types.go)."""

DEFINITION_TERMINATING = {
    "type": "Terminating",
    "status": "True",
    "reason": "InstanceDeletionPending",
    "message": (
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"
    ),
}


class Deletion(Enum):
    """What became of an object that was deleted."""

    REMOVED = "removed"
    """Gone without a last version: its kind has no graceful deletion."""
    MARKED_AND_REMOVED = "marked and removed"
    """Stored with a zero grace period, then gone: two revisions."""
    MARKED = "marked"
    """Stored with a deletionTimestamp; somebody else will finish."""
    NOTHING = "nothing"
    """It was on its way already."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The outcome of a delete, and the object as it was stored with the mark, if it was."""

    fate: Deletion
    stored: Object | None = None


def delete(
    obj: Object,
    finalizers: Sequence[str],
    grace_seconds: int | None,
    now_seconds: int,
    *,
    graceful: bool,
) -> Deleted:
    """Delete `obj`, which gets `finalizers` (see finalizers_after).

    `grace_seconds` is what the request asked for, None for the object's own; `graceful` is whether
    the kind ends by itself, as pods do. `now_seconds` is Unix time.
    """
    metadata = obj["metadata"]
    if obj.get("kind") == "Namespace" and (obj.get("spec") or {}).get("finalizers"):
        return _terminating(obj, finalizers, now_seconds)
    if obj.get("kind") == "CustomResourceDefinition" and not metadata.get("deletionTimestamp"):
        return _definition_terminating(obj, finalizers, now_seconds)
    if not metadata.get("deletionTimestamp"):
        if not graceful and not finalizers:
            return Deleted(Deletion.REMOVED)
        grace = pod_grace_seconds(obj, grace_seconds) if graceful else 0
        return _marked(obj, finalizers, now_seconds + grace, grace)
    left = metadata.get("deletionGracePeriodSeconds")
    if graceful and left:
        if grace_seconds is None or grace_seconds >= left:
            return Deleted(Deletion.NOTHING)
        return _shortened(obj, finalizers, grace_seconds, now_seconds)
    if not finalizers:
        return Deleted(Deletion.REMOVED)
    if list(finalizers) == metadata.get("finalizers"):
        return Deleted(Deletion.NOTHING)
    end = min(parse_seconds(metadata["deletionTimestamp"]), now_seconds)
    return _marked(obj, finalizers, end, 0)


def _terminating(namespace: Object, finalizers: Sequence[str], now_seconds: int) -> Deleted:
    """A namespace stays, in another phase, until what is in it is gone and it is finalized.

    Source: pkg/registry/core/namespace/storage/storage.go (Delete), v1.36.
    """
    if namespace["metadata"].get("deletionTimestamp"):
        return Deleted(Deletion.NOTHING)
    metadata = {**namespace["metadata"], "deletionTimestamp": format_seconds(now_seconds)}
    if finalizers:
        metadata["finalizers"] = list(finalizers)
    status = {**(namespace.get("status") or {}), "phase": "Terminating"}
    return Deleted(Deletion.MARKED, {**namespace, "metadata": metadata, "status": status})


def _definition_terminating(
    definition: Object, finalizers: Sequence[str], now_seconds: int
) -> Deleted:
    """A definition stays until its custom resources are gone.

    Source: k8s.io/apiextensions-apiserver pkg/registry/customresourcedefinition/etcd.go (Delete),
    v1.36.
    """
    now = format_seconds(now_seconds)
    kept = list(finalizers) if CLEANUP in finalizers else [*finalizers, CLEANUP]
    metadata = {**definition["metadata"], "deletionTimestamp": now, "finalizers": kept}
    status = definition.get("status") or {}
    others = [c for c in status.get("conditions") or [] if c.get("type") != "Terminating"]
    conditions = [*others, {**DEFINITION_TERMINATING, "lastTransitionTime": now}]
    status = {**status, "conditions": conditions}
    return Deleted(Deletion.MARKED, {**definition, "metadata": metadata, "status": status})


def _shortened(
    obj: Object, finalizers: Sequence[str], grace_seconds: int, now_seconds: int
) -> Deleted:
    """A second delete only shortens the grace period, and never to an end before now."""
    metadata = obj["metadata"]
    grace = 1 if grace_seconds < 0 else grace_seconds
    end = parse_seconds(metadata["deletionTimestamp"]) - metadata["deletionGracePeriodSeconds"]
    end += grace
    if end <= now_seconds:  # a fraction of a second has passed since
        return _marked(obj, finalizers, now_seconds, min(grace, 1))
    return _marked(obj, finalizers, end, grace)


def _marked(obj: Object, finalizers: Sequence[str], end_seconds: int, grace: int) -> Deleted:
    metadata = dict(obj["metadata"])
    if not metadata.get("deletionTimestamp") and metadata.get("generation", 0) > 0:
        metadata["generation"] += 1
    metadata["deletionTimestamp"] = format_seconds(end_seconds)
    metadata["deletionGracePeriodSeconds"] = grace
    if finalizers:
        metadata["finalizers"] = list(finalizers)
    fate = Deletion.MARKED if grace > 0 or finalizers else Deletion.MARKED_AND_REMOVED
    return Deleted(fate, {**obj, "metadata": metadata})


def finalizers_after(
    finalizers: Sequence[str],
    propagation_policy: str | None,
    orphan_dependents: bool | None,
    *,
    orphan_by_default: bool = False,
) -> list[str]:
    """The finalizers of an object once its deletion has begun.

    deletionFinalizersForGarbageCollection: what the request says, else a finalizer that is there,
    else the default of the kind.
    """
    if orphan_dependents is not None:
        wanted = ORPHAN if orphan_dependents else ""
    elif propagation_policy:
        wanted = {"Orphan": ORPHAN, "Foreground": FOREGROUND}.get(propagation_policy, "")
    else:
        present = [f for f in finalizers if f in (ORPHAN, FOREGROUND)]
        wanted = present[0] if present else ORPHAN if orphan_by_default else ""
    kept = [f for f in finalizers if f not in (ORPHAN, FOREGROUND)]
    after = [*kept, wanted] if wanted else kept
    return list(finalizers) if set(after) == set(finalizers) else after


def pod_grace_seconds(pod: Mapping[str, Any], requested: int | None) -> int:
    """The grace period in seconds that deleting `pod` gets (podStrategy.CheckGracefulDelete)."""
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    period = spec.get("terminationGracePeriodSeconds") if requested is None else requested
    if not spec.get("nodeName") or status.get("phase") in ("Succeeded", "Failed"):
        return 0
    return 1 if (period or 0) < 0 else int(period or 0)


def fate_of_deleted(metadata: Mapping[str, Any]) -> Deletion:
    """Tell from the metadata that a delete answered with what the delete did.

    An answer without deletionTimestamp is the last body of an object that is gone. A zero grace
    period with nothing left to finalize means that the mark was stored and then the object removed.
    """
    if not metadata.get("deletionTimestamp"):
        return Deletion.REMOVED
    if metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds") != 0:
        return Deletion.MARKED
    return Deletion.MARKED_AND_REMOVED


def emptied(kind: str | None, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> bool:
    """Whether an update left a deleted object without finalizers, so that it was removed.

    Such an update stores nothing: it answers with the old resourceVersion and the object is gone
    (ShouldDeleteDuringUpdate). A Namespace keeps finalizers in its spec, too.
    """
    if not metadata.get("deletionTimestamp") or metadata.get("finalizers"):
        return False
    if kind == "Namespace" and spec.get("finalizers"):
        return False
    return metadata.get("deletionGracePeriodSeconds") in (None, 0)
