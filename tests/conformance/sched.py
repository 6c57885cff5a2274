"""One scheduling cycle: what each plugin says, the decision, its message, and preemption."""

from typing import Any

from engine.scheduler.explanation import explain
from engine.scheduler.framework import Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.profiles import default_profile
from engine.scheduler.result import result
from engine.scheduler.snapshot import Objects, Snapshot, by_name
from tests.conformance.differences import differences

_FRAMEWORK = Framework(default_profile())

# What the vectors call the kinds of objects, and what a snapshot calls them.
_KINDS = {
    "services": "services",
    "replicationcontrollers": "replication_controllers",
    "replicasets": "replica_sets",
    "statefulsets": "stateful_sets",
    "pvs": "volumes",
    "pvcs": "claims",
    "storageclasses": "storage_classes",
    "csinodes": "csi_nodes",
    "csidrivers": "csi_drivers",
    "csistoragecapacities": "csi_storage_capacities",
    "volumeattachments": "volume_attachments",
    "pdbs": "pod_disruption_budgets",
    "namespaces": "namespaces",
}


def objects_of(vector: dict[str, Any]) -> Objects:
    """What a vector has besides nodes and pods."""
    return Objects(**{ours: by_name(vector.get(name, ())) for name, ours in _KINDS.items()})


def check(vector: dict[str, Any]) -> list[str]:
    """How our result differs from Kubernetes'."""
    snapshot = Snapshot(vector["nodes"], vector.get("pods", ()), objects_of(vector))
    actual = result(explain(_FRAMEWORK, snapshot, PodInfo(vector["pod"])))
    expected = vector["result"]
    if len(expected.get("best", ())) == 1:
        # One feasible node, or a nominated one, needs no scores; the vectors may have them.
        for key in ("score", "total"):
            if key not in expected:
                actual.pop(key, None)
    return differences(expected, actual)
