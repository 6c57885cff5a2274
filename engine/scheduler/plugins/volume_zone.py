"""VolumeZone: pods go where their volumes' zone labels say.

pkg/scheduler/framework/plugins/volumezone/volume_zone.go (v1.36).
"""

from dataclasses import dataclass
from typing import Any

from engine.scheduler.contract import (
    SKIP,
    SUCCESS,
    FilterPlugin,
    PreFilterPlugin,
    Prepared,
    Status,
    unresolvable,
)
from engine.scheduler.events import UPDATE, Action, Change, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, labels_of, text
from engine.scheduler.snapshot import NodeInfo, Objects, Snapshot
from engine.scheduler.volumes.claims import (
    CLAIM_NOT_FOUND,
    CLASS_NOT_FOUND,
    VOLUME_NOT_FOUND,
    WAIT_FOR_FIRST_CONSUMER,
    class_of,
)
from engine.scheduler.volumes.hints import names_claim

REASON = "node(s) had no available volume zone"
REASON_NO_CLAIM_NAME = "PersistentVolumeClaim had no name"
REASON_NO_VOLUME_NAME = "PersistentVolume had no name"
REASON_NO_CLASS = "PersistentVolumeClaim had no pv name and storageClass name"
REASON_NO_MODE = 'VolumeBindingMode not set for StorageClass "{}"'

# The old labels and those that came after them.
_SUCCESSORS = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
}
TOPOLOGY_LABELS = (*_SUCCESSORS, *_SUCCESSORS.values())


@dataclass(frozen=True, slots=True)
class _Topology:
    key: str
    values: frozenset[str]


class VolumeZone(PreFilterPlugin, FilterPlugin):
    """Compares labels of volumes with those of nodes."""

    name = "VolumeZone"

    def events(self) -> tuple[EventWithHint, ...]:
        """Nodes, claims, volumes and classes may be new or name other zones."""
        changed = Action.ADD | UPDATE
        return (
            on(Resource.STORAGE_CLASS, Action.ADD, _after_new_class),
            on(Resource.NODE, Action.ADD | Action.UPDATE_NODE_LABEL),
            on(Resource.CLAIM, changed, names_claim),
            on(Resource.VOLUME, changed, _after_volume_change),
        )

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip where no volume has such a label."""
        topologies: list[_Topology] = []
        for name in pod.claim_names:
            found = _topologies(name, pod.namespace, snapshot.objects)
            if isinstance(found, Status):
                return Prepared(found)
            topologies += found
        return Prepared(state=topologies) if topologies else Prepared(SKIP)

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success on nodes in the volumes' zones, and on nodes that are in none."""
        if not any(label in node.labels for label in TOPOLOGY_LABELS):
            return SUCCESS
        for topology in state:
            value = node.labels.get(topology.key)
            if value is None:
                value = node.labels.get(_SUCCESSORS.get(topology.key, topology.key))
            if value is None or value not in topology.values:
                return unresolvable(REASON)
        return SUCCESS


def _topologies(name: str, namespace: str, objects: Objects) -> list[_Topology] | Status:
    """What the volume of a claim says of zones, or why the pod cannot be scheduled at all."""
    if not name:
        return unresolvable(REASON_NO_CLAIM_NAME)
    claim = objects.claims.get((namespace, name))
    if claim is None:
        return unresolvable(CLAIM_NOT_FOUND.format(name))
    volume_name = text(claim, "spec", "volumeName")
    if not volume_name:
        problem = _unbound(claim, objects)
        return unresolvable(problem) if problem else []
    volume = objects.volumes.get(("", volume_name))
    if volume is None:
        return unresolvable(VOLUME_NOT_FOUND.format(volume_name))
    return _topologies_of(volume)


def _topologies_of(volume: Object) -> list[_Topology]:
    """What its labels say: getPVTopologies."""
    labels = labels_of(volume)
    found = [_Topology(key, _zones(labels[key])) for key in TOPOLOGY_LABELS if key in labels]
    return [each for each in found if each.values]


def _unbound(claim: Object, objects: Objects) -> str:
    """Why a claim without a volume is not waiting for a first consumer."""
    class_name = class_of(claim)
    if not class_name:
        return REASON_NO_CLASS
    found = objects.storage_classes.get(("", class_name))
    if found is None:
        return CLASS_NOT_FOUND.format(class_name)
    mode = found.get("volumeBindingMode")
    if mode is None:
        return REASON_NO_MODE.format(class_name)
    return "" if mode == WAIT_FOR_FIRST_CONSUMER else REASON_NO_VOLUME_NAME


def _zones(label: str) -> frozenset[str]:
    """The zones in a label such as `a__b`; none if it cannot be read: LabelZonesToSet."""
    zones = [zone.strip() for zone in label.split("__")]
    return frozenset(zones) if all(zones) else frozenset()


def _after_new_class(pod: PodInfo, change: Change) -> bool:
    """Whether its claims wait for a first consumer; the mode never changes."""
    return text(change.new, "volumeBindingMode") == WAIT_FOR_FIRST_CONSUMER


def _after_volume_change(pod: PodInfo, change: Change) -> bool:
    """Whether a volume is new or names other zones."""
    if change.old is None or change.new is None:
        return True
    return _topologies_of(change.old) != _topologies_of(change.new)
