"""VolumeRestrictions: disks that cannot be mounted twice.

pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go (v1.36).
"""

from dataclasses import dataclass
from typing import Any

from engine.scheduler.contract import (
    SKIP,
    SUCCESS,
    AdjustingPlugin,
    FilterPlugin,
    Prepared,
    Status,
    unresolvable,
    unschedulable,
)
from engine.scheduler.events import Action, Change, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, has, mapping, strings, text, truth
from engine.scheduler.snapshot import NodeInfo, Snapshot
from engine.scheduler.volumes.claims import CLAIM_NOT_FOUND
from engine.scheduler.volumes.hints import names_claim

REASON_DISK = "node(s) had no available disk"
REASON_READ_WRITE_ONCE_POD = (
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode "
    "already in-use by another pod"
)

READ_WRITE_ONCE_POD = "ReadWriteOncePod"
_CHECKED = ("gcePersistentDisk", "awsElasticBlockStore", "rbd", "iscsi")


@dataclass(slots=True)
class _State:
    claims: frozenset[str]
    """The pod's claims that one pod at a time may use."""
    uses: int


class VolumeRestrictions(AdjustingPlugin, FilterPlugin):
    """Compares a pod's disks with those of the pods on a node, its claims with all in use."""

    name = "VolumeRestrictions"

    def events(self) -> tuple[EventWithHint, ...]:
        """A disk or a claim gets free, a node is new, or a claim is there at last."""
        return (
            on(Resource.POD, Action.DELETE, _after_pod_deletion),
            on(Resource.NODE, Action.ADD),
            on(Resource.CLAIM, Action.ADD, names_claim),
        )

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip for pods with neither."""
        exclusive: dict[str, None] = {}
        for name in pod.claim_names:
            claim = snapshot.objects.claims.get((pod.namespace, name))
            if claim is None:
                return Prepared(unresolvable(CLAIM_NOT_FOUND.format(name)))
            if READ_WRITE_ONCE_POD in strings(claim, "spec", "accessModes"):
                exclusive[name] = None
        in_use = snapshot.claims_in_use() if exclusive else set()
        uses = sum((pod.namespace, name) in in_use for name in exclusive)
        if not uses and not any(has(volume, kind) for volume in pod.volumes for kind in _CHECKED):
            return Prepared(SKIP)
        return Prepared(state=_State(frozenset(exclusive), uses))

    def copied(self, state: Any) -> Any:
        """A copy with a count of its own."""
        return _State(state.claims, state.uses)

    def adjust(self, state: Any, pod: PodInfo, other: PodInfo, node: NodeInfo, delta: int) -> None:
        """Count uses by another pod; by name alone, as Kubernetes does."""
        state.uses += delta * sum(name in state.claims for name in other.claim_names)

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where no disk is in the way."""
        for volume in pod.volumes:
            if any(conflict(volume, other) for each in node.pods for other in each.volumes):
                return unschedulable(REASON_DISK)
        return unschedulable(REASON_READ_WRITE_ONCE_POD) if state.uses > 0 else SUCCESS


def conflict(volume: Object, other: Object) -> bool:
    """Whether two volumes are one disk that cannot be shared: isVolumeConflict."""
    for kind in _CHECKED:
        if not has(volume, kind) or not has(other, kind):
            continue
        mine, others = mapping(volume, kind), mapping(other, kind)
        if not _is_same_disk(kind, mine, others):
            continue
        shared = truth(mine, "readOnly") and truth(others, "readOnly")
        # Two pods cannot share an EBS volume even for reading.
        if kind == "awsElasticBlockStore" or not shared:
            return True
    return False


def _is_same_disk(kind: str, mine: Object, others: Object) -> bool:
    if kind == "rbd":
        monitors = set(strings(mine, "monitors"))
        return not monitors.isdisjoint(strings(others, "monitors")) and all(
            text(mine, name) == text(others, name) for name in ("pool", "image")
        )
    name = {"gcePersistentDisk": "pdName", "awsElasticBlockStore": "volumeID", "iscsi": "iqn"}[kind]
    return text(mine, name) == text(others, name)


def _after_pod_deletion(pod: PodInfo, change: Change) -> bool:
    """Whether the pod that went used a disk or a claim of this one.

    Whether the claim is for one pod only is not looked at, as Kubernetes has it.
    """
    gone = change.old_pod
    if gone is None or gone.namespace != pod.namespace:
        return False
    if any(conflict(volume, other) for volume in pod.volumes for other in gone.volumes):
        return True
    return not set(pod.claim_names).isdisjoint(gone.claim_names)
