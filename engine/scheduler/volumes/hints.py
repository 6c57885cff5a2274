"""Hints of the volume plugins: of several, and of VolumeBinding, whose file is full.

After volume_binding.go in pkg/scheduler/framework/plugins/volumebinding, and its neighbours
(v1.36).
"""

from collections.abc import Sequence

from engine.scheduler.events import Change
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import mapping, mappings, text, truth
from engine.scheduler.volumes.claims import used_claims
from engine.scheduler.volumes.matching import capacity_of
from engine.scheduler.volumes.migration import MIGRATED_PLUGINS


def uses_claim(pod: PodInfo, change: Change) -> bool:
    """Whether the claim that is new or changed is one of the pod's."""
    return _is_among(change, pod, [name for name, _ in used_claims(pod)])


def names_claim(pod: PodInfo, change: Change) -> bool:
    """The same, but for claims of ephemeral volumes."""
    return _is_among(change, pod, pod.claim_names)


def _is_among(change: Change, pod: PodInfo, names: Sequence[str]) -> bool:
    same = text(change.new, "metadata", "namespace") == pod.namespace
    return same and text(change.new, "metadata", "name") in names


def after_class_change(pod: PodInfo, change: Change) -> bool:
    """Whether a class is new or makes volumes elsewhere; its mode never changes."""
    if change.old is None:
        return True
    old, new = (list(mappings(obj, "allowedTopologies")) for obj in (change.old, change.new))
    return old != new


def after_csi_node_change(pod: PodInfo, change: Change) -> bool:
    """Whether a node is new to the drivers, or other plugins moved to them."""
    if change.old is None:
        return True
    old, new = (
        mapping(obj, "metadata", "annotations").get(MIGRATED_PLUGINS)
        for obj in (change.old, change.new)
    )
    return bool(old != new)


def after_csi_driver_change(pod: PodInfo, change: Change) -> bool:
    """Whether a driver of the pod's inline volumes tells no capacity any more."""
    name = text(change.new, "metadata", "name")
    if not any(text(volume, "csi", "driver") == name for volume in pod.volumes):
        return False
    return truth(change.old, "spec", "storageCapacity") and not truth(
        change.new, "spec", "storageCapacity"
    )


def after_capacity_change(pod: PodInfo, change: Change) -> bool:
    """Whether larger volumes can be made than before."""
    if change.old is None or change.new is None:
        return True
    return capacity_of(change.new) > capacity_of(change.old)
