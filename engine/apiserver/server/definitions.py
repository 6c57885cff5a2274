"""CustomResourceDefinitions begin their deletion themselves, as their objects must go first.

Source: k8s.io/apiextensions-apiserver pkg/registry/customresourcedefinition/etcd.go (Delete),
pkg/apihelpers/helpers.go (SetCRDCondition), v1.36.
"""

from __future__ import annotations

from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of
from engine.model.timestamp import format_seconds

CLEANUP = "customresourcecleanup.apiextensions.k8s.io"

_TERMINATING = {
    "type": "Terminating",
    "status": "True",
    "reason": "InstanceDeletionPending",
    "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin"
    " soon",
}


def terminating(definition: Object, now_seconds: int) -> Object:
    """A definition once its deletion has begun; `now_seconds` is Unix time."""
    now = format_seconds(now_seconds)
    metadata = {**metadata_of(definition), "deletionTimestamp": now}
    finalizers = metadata.get("finalizers") or []
    if CLEANUP not in finalizers:
        metadata["finalizers"] = [*finalizers, CLEANUP]
    status = definition.get("status") or {}
    conditions = [c for c in status.get("conditions") or [] if c.get("type") != "Terminating"]
    conditions.append({**_TERMINATING, "lastTransitionTime": now})
    return {**definition, "metadata": metadata, "status": {**status, "conditions": conditions}}
