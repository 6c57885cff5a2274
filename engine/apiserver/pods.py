"""The writes to pods that answer with a Status: binding and eviction.

Source: pkg/registry/core/pod/storage/storage.go (assignPod, setPodNodeAndMetadata) and
eviction.go (addConditionAndDeletePod), plugin/pkg/admission/podtopologylabels, v1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.model.timestamp import format_seconds

Object = dict[str, Any]

TOPOLOGY_LABELS = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")
"""What a binding copies from the node (podtopologylabels admission.go, defaultConfig, v1.36)."""

EVICTED_BY_API = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "EvictionByEvictionAPI",
    "message": "Eviction API: evicting",
}
"""The condition that an eviction sets (registry/core/pod/storage/eviction.go, v1.36)."""


def bind(
    pod: Object,
    node: str,
    binding_metadata: Mapping[str, Any],
    node_labels: Mapping[str, str] | None,
    now_seconds: int,
) -> Object:
    """The pod after a binding: node, topology labels, PodScheduled condition.

    `binding_metadata` may hold labels and annotations for the pod; where the node is, its own
    `node_labels` say. They are None where the node was never seen. `now_seconds` is Unix time.
    """
    metadata = dict(pod["metadata"])
    annotations = binding_metadata.get("annotations")
    if annotations:
        metadata["annotations"] = {**(metadata.get("annotations") or {}), **annotations}
    copied = {k: node_labels[k] for k in TOPOLOGY_LABELS if k in node_labels} if node_labels else {}
    given = binding_metadata.get("labels") or {}
    labels = {**(metadata.get("labels") or {}), **given, **copied}
    if labels:
        metadata["labels"] = labels
    status = dict(pod.get("status") or {})
    status.pop("nominatedNodeName", None)  # ClearingNominatedNodeNameAfterBinding, on since v1.35
    status["conditions"] = with_condition(
        status.get("conditions") or (), {"type": "PodScheduled", "status": "True"}, now_seconds
    )
    return {
        **pod,
        "metadata": metadata,
        "spec": {**pod["spec"], "nodeName": node},
        "status": status,
    }


def with_condition(
    conditions: Sequence[Object], new: Mapping[str, Any], now_seconds: int
) -> list[Object]:
    """The conditions with `new` in the place of its type (pkg/api/v1/pod util.go).

    The time of the last transition is kept while the status stays the same.
    """
    entry: Object = {
        **new,
        "lastProbeTime": None,
        "lastTransitionTime": format_seconds(now_seconds),
    }
    for old in conditions:
        if old.get("type") == new["type"] and old.get("status") == new["status"]:
            entry["lastTransitionTime"] = old.get("lastTransitionTime")
    result = [entry if c.get("type") == new["type"] else c for c in conditions]
    return result if any(c is entry for c in result) else [*result, entry]
