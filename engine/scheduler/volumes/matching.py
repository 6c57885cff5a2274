"""Which volume a claim could be bound to on a node, or whether one could be made there.

After FindMatchingVolume in staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go, and
binder.go in pkg/scheduler/framework/plugins/volumebinding (v1.36). In-tree volumes that a node's
CSI driver took over are not translated: their node affinity is read as it is.
"""

from collections.abc import Iterable

from engine.model.quantity import Quantity
from engine.model.selector import SelectorError
from engine.scheduler.affinity import read_selector
from engine.scheduler.node_selector import NodeSelector
from engine.scheduler.reading import (
    Object,
    at,
    labels_of,
    mapping,
    mappings,
    strings,
    text,
    truth,
)
from engine.scheduler.resources import amounts_of
from engine.scheduler.snapshot import NodeInfo, Objects
from engine.scheduler.volumes.claims import class_of


def affinity_allows(volume: Object, node: NodeInfo) -> bool:
    """Whether a volume can be used on a node: CheckNodeAffinity."""
    affinity = mapping(volume, "spec", "nodeAffinity")
    if affinity.get("required") is None:
        return True
    return NodeSelector.of(mapping(affinity, "required")).matches(node.labels, "")


def requested_storage(claim: Object) -> Quantity | None:
    """How much a claim requests."""
    return amounts_of(claim, "spec", "resources", "requests").get("storage")


def find_volume(
    claim: Object, volumes: Iterable[Object], node: NodeInfo, taken: set[str]
) -> Object | None:
    """The volume that was made for the claim, else the smallest that fits; None if none does."""
    wanted = requested_storage(claim) or Quantity()
    best: tuple[Quantity, Object] | None = None
    for volume in volumes:
        if text(volume, "metadata", "name") in taken or not _is_of_kind(claim, volume):
            continue
        is_free = at(volume, "spec", "claimRef") is None
        size = amounts_of(volume, "spec", "capacity").get("storage", Quantity())
        if size < wanted or not (is_free or _is_bound_to(volume, claim)):
            continue
        if not is_free:
            return volume if affinity_allows(volume, node) else None
        if _suits(claim, volume, node) and (best is None or size < best[0]):
            best = (size, volume)
    return best[1] if best else None


def _is_bound_to(volume: Object, claim: Object) -> bool:
    """Whether a volume's claimRef names a claim: IsVolumeBoundToClaim."""
    reference = mapping(volume, "spec", "claimRef")
    if any(text(reference, n) != text(claim, "metadata", n) for n in ("namespace", "name")):
        return False
    uid = text(reference, "uid")
    return not uid or uid == text(claim, "metadata", "uid")


def _is_of_kind(claim: Object, volume: Object) -> bool:
    """Whether class, mode and attributes class are the same, and the volume stays.

    The scheduler asks for the volumes of the claim's class only (ListPVs).
    """
    if class_of(claim) != class_of(volume):
        return False
    if at(volume, "metadata", "deletionTimestamp") is not None:
        return False
    modes = [text(obj, "spec", "volumeMode") or "Filesystem" for obj in (claim, volume)]
    attributes = [text(obj, "spec", "volumeAttributesClassName") for obj in (claim, volume)]
    return modes[0] == modes[1] and attributes[0] == attributes[1]


def _suits(claim: Object, volume: Object, node: NodeInfo) -> bool:
    """Whether a free volume is what the claim wants and can be used on the node."""
    if text(volume, "status", "phase") != "Available":
        return False
    if at(claim, "spec", "selector") is not None:
        try:
            selector = read_selector(mapping(claim, "spec"), "selector")
        except SelectorError:
            return False
        if not selector.matches(labels_of(volume)):
            return False
    offered = strings(volume, "spec", "accessModes")
    if any(mode not in offered for mode in strings(claim, "spec", "accessModes")):
        return False
    return affinity_allows(volume, node)


def topology_allows(storage_class: Object, node: NodeInfo) -> bool:
    """Whether a class makes volumes for a node: MatchTopologySelectorTerms."""
    terms = mappings(storage_class, "allowedTopologies")
    if not terms:
        return True
    return any(
        all(
            node.labels.get(text(expression, "key")) in strings(expression, "values")
            for expression in mappings(term, "matchLabelExpressions")
        )
        for term in terms
        if mappings(term, "matchLabelExpressions")
    )


def has_enough_capacity(
    claim: Object, storage_class: Object, objects: Objects, node: NodeInfo
) -> bool:
    """Whether a driver that tells its capacity has enough of it for the node: hasEnoughCapacity."""
    wanted = requested_storage(claim)
    driver = objects.csi_drivers.get(("", text(storage_class, "provisioner")))
    if wanted is None or driver is None or not truth(driver, "spec", "storageCapacity"):
        return True
    class_name = text(storage_class, "metadata", "name")
    return any(
        text(capacity, "storageClassName") == class_name
        and capacity_of(capacity) >= wanted.value()
        and _has_access(node, capacity)
        for capacity in objects.csi_storage_capacities.values()
    )


def capacity_of(capacity: Object) -> int:
    """The largest volume that can be made, -1 if nothing is known."""
    for name in ("maximumVolumeSize", "capacity"):
        if capacity.get(name) is not None:
            return Quantity.from_json(capacity[name]).value()
    return -1


def _has_access(node: NodeInfo, capacity: Object) -> bool:
    try:
        return read_selector(capacity, "nodeTopology").matches(node.labels)
    except SelectorError:
        return False
