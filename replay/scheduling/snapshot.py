"""The cluster as the scheduler sees it, out of a state of the log."""

from __future__ import annotations

import orjson

from engine.scheduler.reading import Object, mapping, text
from engine.scheduler.snapshot import Objects, Snapshot, by_name
from ingest.log.state import StoredState

Store = tuple[str, str]
"""The group and the name of the resource that objects are stored as."""

Key = tuple[str, str]
"""Namespace (empty if there is none) and name."""

NODES, PODS = ("", "nodes"), ("", "pods")
OTHERS: dict[str, Store] = {
    "services": ("", "services"),
    "replication_controllers": ("", "replicationcontrollers"),
    "replica_sets": ("apps", "replicasets"),
    "stateful_sets": ("apps", "statefulsets"),
    "volumes": ("", "persistentvolumes"),
    "claims": ("", "persistentvolumeclaims"),
    "storage_classes": ("storage.k8s.io", "storageclasses"),
    "csi_nodes": ("storage.k8s.io", "csinodes"),
    "csi_drivers": ("storage.k8s.io", "csidrivers"),
    "csi_storage_capacities": ("storage.k8s.io", "csistoragecapacities"),
    "volume_attachments": ("storage.k8s.io", "volumeattachments"),
    "pod_disruption_budgets": ("policy", "poddisruptionbudgets"),
    "namespaces": ("", "namespaces"),
}
"""By the field of `Objects`."""


def snapshot_of(state: StoredState, pod: Object) -> Snapshot:
    """All that counts when `pod` is scheduled; it takes no room itself."""
    others = {kind: by_name(_objects(state, store)) for kind, store in OTHERS.items()}
    pods = [each for each in _objects(state, PODS) if key_of(each) != key_of(pod)]
    return Snapshot(_objects(state, NODES), pods, Objects(**others))


def with_node(pod: Object, node: str) -> Object:
    """The pod on a node."""
    return {**pod, "spec": {**mapping(pod, "spec"), "nodeName": node}}


def count_unseen(state: StoredState) -> int:
    """How many objects that count were there whose body is not in the log."""
    stores = (NODES, PODS, *OTHERS.values())
    return sum(state.count_unseen(*store, None, None) for store in stores)


def _objects(state: StoredState, store: Store) -> list[Object]:
    found: list[Object] = [orjson.loads(body) for body in state.bodies(*store, None, None)]
    return sorted(found, key=key_of)


def key_of(obj: Object) -> Key:
    """By which an object of its kind is found."""
    return text(obj, "metadata", "namespace"), text(obj, "metadata", "name")
