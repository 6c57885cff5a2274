"""NodeVolumeLimits: a driver can attach only so many volumes to a node.

pkg/scheduler/framework/plugins/nodevolumelimits/csi.go (v1.36).
"""

from collections import Counter
from typing import Any

from engine.scheduler.contract import (
    SKIP,
    SUCCESS,
    FilterPlugin,
    PreFilterPlugin,
    Prepared,
    Status,
    error,
    unresolvable,
    unschedulable,
)
from engine.scheduler.events import UPDATE, Action, Change, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, at, integer, mapping, mappings, text
from engine.scheduler.snapshot import NodeInfo, Objects, Snapshot
from engine.scheduler.volumes.claims import (
    CLAIM_NOT_FOUND,
    class_of,
    not_for_pod,
    used_claims,
)
from engine.scheduler.volumes.hints import uses_claim
from engine.scheduler.volumes.migration import (
    DRIVER_OF,
    inline_handle,
    is_migratable,
    is_migrated,
)

REASON = "node(s) exceed max volume count"
_NO_NAME = "PersistentVolumeClaim had no name"

Attached = dict[tuple[str, str], str]
"""The driver of each volume, by (driver, handle)."""


class NodeVolumeLimits(PreFilterPlugin, FilterPlugin):
    """Counts volumes by driver, each once."""

    name = "NodeVolumeLimits"

    def events(self) -> tuple[EventWithHint, ...]:
        """Volumes are detached, drivers can attach more, or a claim is there at last."""
        return (
            on(Resource.CSI_NODE, Action.ADD),
            on(Resource.CSI_NODE, UPDATE, _after_limits_change),
            on(Resource.POD, Action.DELETE, _after_pod_deletion),
            on(Resource.CLAIM, Action.ADD, uses_claim),
            on(Resource.VOLUME_ATTACHMENT, Action.DELETE, _after_detachment),
        )

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip for pods whose volumes no driver attaches."""
        if any(used_claims(pod)) or any(map(is_migratable, pod.volumes)):
            return Prepared(state=snapshot.objects)
        return Prepared(SKIP)

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where the pod's new volumes can be attached, too."""
        objects: Objects = state
        csi_node = objects.csi_nodes.get(("", node.name))
        wanted: Attached = {}
        problem = _collect(pod, csi_node, objects, wanted, is_new=True)
        if problem is not None:
            return problem
        limits = _limits(csi_node)
        if not wanted or not limits:
            return SUCCESS
        attached: Attached = {}
        for other in node.pods:
            problem = _collect(other, csi_node, objects, attached, is_new=False)
            if problem is not None:
                return problem
        counts = Counter(attached.values())
        new = Counter(driver for key, driver in wanted.items() if key not in attached)
        for key, driver in _attachments(node.name, objects).items():
            if key not in attached:
                counts[driver] += 1
        if any(d in limits and counts[d] + count > limits[d] for d, count in new.items()):
            return unschedulable(REASON)
        return SUCCESS


def _limits(csi_node: Object | None) -> dict[str, int]:
    """How many volumes each driver can attach: getVolumeLimits."""
    return {
        text(driver, "name"): integer(driver, "allocatable", "count")
        for driver in mappings(csi_node, "spec", "drivers")
        if at(driver, "allocatable", "count") is not None
    }


def _attachments(node: str, objects: Objects) -> Attached:
    """Volumes that are attached whether or not a pod uses them: getNodeVolumeAttachmentInfo."""
    found: Attached = {}
    for attachment in objects.volume_attachments.values():
        driver = text(attachment, "spec", "attacher")
        name = text(attachment, "spec", "source", "persistentVolumeName")
        if text(attachment, "spec", "nodeName") != node or not driver or not name:
            continue
        volume = objects.volumes.get(("", name))
        handle = text(volume, "spec", "csi", "volumeHandle")
        if handle:
            found[driver, handle] = driver
    return found


def _collect(
    pod: PodInfo, csi_node: Object | None, objects: Objects, found: Attached, *, is_new: bool
) -> Status | None:
    """Add a pod's volumes, or say why they cannot be told: filterAttachableVolumes."""
    for volume in pod.volumes:
        _collect_inline(volume, csi_node, found)
    for name, is_ephemeral in used_claims(pod):
        if not name:
            return error(_NO_NAME)
        claim = objects.claims.get((pod.namespace, name))
        if claim is None:
            if is_new:
                missing = CLAIM_NOT_FOUND.format(name)
                return unresolvable(f"looking up PVC {pod.namespace}/{name}: {missing}")
            continue
        if is_ephemeral and (problem := not_for_pod(pod, claim)):
            return error(problem)
        driver, handle = _driver_of(claim, csi_node, objects)
        if driver and handle:
            found[driver, handle] = driver
    return None


def _collect_inline(volume: Object, csi_node: Object | None, found: Attached) -> None:
    plugin, handle = inline_handle(volume)
    if plugin and is_migrated(plugin, csi_node):
        found[DRIVER_OF[plugin], handle] = DRIVER_OF[plugin]


def _driver_of(claim: Object, csi_node: Object | None, objects: Objects) -> tuple[str, str]:
    """(driver, volume handle) of a claim, empty if it is not attached by a driver."""
    volume = objects.volumes.get(("", text(claim, "spec", "volumeName")))
    if volume is None:
        return _driver_of_class(claim, csi_node, objects)
    source = mapping(volume, "spec", "csi")
    if source:
        return text(source, "driver"), text(source, "volumeHandle")
    plugin, handle = inline_handle(mapping(volume, "spec"))
    if not plugin or not is_migrated(plugin, csi_node):
        return "", ""
    return DRIVER_OF[plugin], handle


def _driver_of_class(claim: Object, csi_node: Object | None, objects: Objects) -> tuple[str, str]:
    """The driver that will make the volume, and a handle that no real volume has."""
    name = class_of(claim)
    storage_class = objects.storage_classes.get(("", name)) if name else None
    if storage_class is None:
        return "", ""
    metadata = mapping(claim, "metadata")
    # Kubernetes prefixes it with chance; a NUL serves, too, since handles hold none.
    handle = f"\0{text(metadata, 'namespace')}/{text(metadata, 'name')}"
    provisioner = text(storage_class, "provisioner")
    if provisioner in DRIVER_OF:
        return (DRIVER_OF[provisioner], handle) if is_migrated(provisioner, csi_node) else ("", "")
    return provisioner, handle


def _after_limits_change(pod: PodInfo, change: Change) -> bool:
    """Whether a driver can attach more than before."""
    old, new = _limits(change.old), _limits(change.new)
    return any(count > old.get(driver, 0) for driver, count in new.items())


def _after_pod_deletion(pod: PodInfo, change: Change) -> bool:
    """Whether the pod that went may have had a volume attached."""
    gone = change.old_pod
    if gone is None or not gone.holds_room:
        return False
    return any(used_claims(gone)) or any(map(is_migratable, gone.volumes))


def _after_detachment(pod: PodInfo, change: Change) -> bool:
    """Whether the pod uses volumes of a driver that has one less to attach."""
    if pod.claim_names:
        return True
    driver = text(change.old, "spec", "attacher")
    return any(DRIVER_OF.get(inline_handle(volume)[0]) == driver for volume in pod.volumes)
