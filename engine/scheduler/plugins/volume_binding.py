"""VolumeBinding: pods go where their volumes are, or can be had.

volume_binding.go and binder.go in pkg/scheduler/framework/plugins/volumebinding (v1.36).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.model.quantity import Quantity
from engine.model.timestamp import SECOND_NS
from engine.scheduler.contract import (
    SKIP,
    SUCCESS,
    FilterPlugin,
    PreBindPlugin,
    PreFilterPlugin,
    Prepared,
    Reserved,
    ReservePlugin,
    ScorePlugin,
    Status,
    error,
    unresolvable,
)
from engine.scheduler.events import (
    UPDATE,
    Action,
    EventWithHint,
    Resource,
    on,
)
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, mapping, text
from engine.scheduler.snapshot import NodeInfo, Objects, Snapshot
from engine.scheduler.volumes.binding import Bindings
from engine.scheduler.volumes.claims import (
    CLAIM_NOT_FOUND,
    SELECTED_NODE,
    WAIT_FOR_FIRST_CONSUMER,
    binding_mode_of,
    class_of,
    is_bound,
    not_for_pod,
    used_claims,
)
from engine.scheduler.volumes.hints import (
    after_capacity_change,
    after_class_change,
    after_csi_driver_change,
    after_csi_node_change,
    uses_claim,
)
from engine.scheduler.volumes.matching import (
    affinity_allows,
    find_volume,
    has_enough_capacity,
    requested_storage,
    topology_allows,
)
from engine.scheduler.writes import Write

# bindTimeoutSeconds: pkg/scheduler/apis/config/v1/defaults.go (v1.36).
BIND_TIMEOUT_SECONDS = 600

REASON_BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind"
REASON_NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity"
REASON_NOT_ENOUGH_SPACE = "node(s) did not have enough free storage"
REASON_NO_VOLUME = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
REASON_IMMEDIATE = "pod has unbound immediate PersistentVolumeClaims"

_LOST = 'persistentvolumeclaim "{}" bound to non-existent persistentvolume "{}"'
_DELETED = 'persistentvolumeclaim "{}" is being deleted'
_EPHEMERAL = 'waiting for ephemeral volume controller to create the persistentvolumeclaim "{}"'
_NO_PROVISIONER = ("", "kubernetes.io/no-provisioner")


@dataclass(frozen=True, slots=True)
class _Claims:
    """The claims of a pod: PodVolumeClaims."""

    objects: Objects
    bound: Sequence[Object]
    to_bind: Sequence[Object]


class _CycleError(Exception):
    """An error that ends the scheduling cycle."""


class VolumeBinding(PreFilterPlugin, FilterPlugin, ScorePlugin, ReservePlugin, PreBindPlugin):
    """Looks at bound volumes, free ones, and what can be provisioned."""

    name = "VolumeBinding"

    def __init__(self, timeout_ns: int = BIND_TIMEOUT_SECONDS * SECOND_NS) -> None:
        self.timeout_ns = timeout_ns

    def events(self) -> tuple[EventWithHint, ...]:
        """Claims, volumes and all that decides which of them a node can have."""
        changed = Action.ADD | UPDATE
        return (
            on(Resource.STORAGE_CLASS, changed, after_class_change),
            on(Resource.CLAIM, changed, uses_claim),
            on(Resource.VOLUME, changed),
            on(Resource.NODE, Action.ADD | Action.UPDATE_NODE_LABEL),
            on(Resource.CSI_NODE, changed, after_csi_node_change),
            on(Resource.CSI_DRIVER, UPDATE, after_csi_driver_change),
            on(Resource.CSI_STORAGE_CAPACITY, changed, after_capacity_change),
        )

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip for pods without claims; a rejection while one cannot be used at all."""
        claims = []
        for name, is_ephemeral in used_claims(pod):
            claim = snapshot.objects.claims.get((pod.namespace, name))
            if claim is None:
                reason = _EPHEMERAL if is_ephemeral else CLAIM_NOT_FOUND
                return Prepared(unresolvable(reason.format(name)))
            if problem := _unusable(pod, claim, name, is_ephemeral):
                return Prepared(unresolvable(problem))
            claims.append(claim)
        return self._sorted(claims, snapshot.objects) if claims else Prepared(SKIP)

    def _sorted(self, claims: Sequence[Object], objects: Objects) -> Prepared:
        bound: list[Object] = []
        to_bind: list[Object] = []
        immediate: list[Object] = []
        for claim in claims:
            if is_bound(claim):
                bound.append(claim)
                continue
            mode = binding_mode_of(claim, objects)
            if mode is None:
                name = class_of(claim)
                return Prepared(error(f'VolumeBindingMode not set for StorageClass "{name}"'))
            delayed = mode == WAIT_FOR_FIRST_CONSUMER and not text(claim, "spec", "volumeName")
            (to_bind if delayed else immediate).append(claim)
        if immediate:
            return Prepared(unresolvable(REASON_IMMEDIATE))
        return Prepared(state=_Claims(objects, bound, to_bind))

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where every volume is, is free, or can be made."""
        try:
            reasons = _bound_conflicts(state, node) + _binding_conflicts(state, node)
        except _CycleError as problem:
            return error(str(problem))
        order = (
            REASON_NODE_CONFLICT, REASON_BIND_CONFLICT, REASON_NOT_ENOUGH_SPACE, REASON_NO_VOLUME,
        )  # fmt: skip
        reasons.sort(key=order.index)
        return unresolvable(*reasons) if reasons else SUCCESS

    def reserve(self, pod: PodInfo, node: NodeInfo, state: Any) -> Reserved:
        """The volumes and claims as they will be bound."""
        if state is None:
            return Reserved()
        matched, to_provision = _found_for(state, node)
        bindings = Bindings.of(matched, to_provision, node.name)
        return Reserved(state=bindings, assumed=bindings.assumed())

    def pre_bind(self, pod: PodInfo, node: NodeInfo, state: Any) -> tuple[Write, ...]:
        """The same, to be written."""
        return () if state is None else state.writes()

    def check(self, pod: PodInfo, node: NodeInfo, state: Any, objects: Objects) -> Status:
        """Success once the controllers have bound them."""
        return SUCCESS if state is None else state.check(node, objects)

    def pre_score(self, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot) -> Prepared:
        """Skip: scoring by capacity is off by default (StorageCapacityScoring)."""
        return Prepared(SKIP)

    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """Never asked for."""
        return 0


def _unusable(pod: PodInfo, claim: Object, name: str, is_ephemeral: bool) -> str:
    """Why a claim cannot be used: podHasPVCs."""
    if text(claim, "status", "phase") == "Lost":
        return _LOST.format(name, text(claim, "spec", "volumeName"))
    if mapping(claim, "metadata").get("deletionTimestamp") is not None:
        return _DELETED.format(name)
    return not_for_pod(pod, claim) if is_ephemeral else ""


def _bound_conflicts(claims: _Claims, node: NodeInfo) -> list[str]:
    """checkBoundClaims."""
    for claim in claims.bound:
        volume = claims.objects.volumes.get(("", text(claim, "spec", "volumeName")))
        if volume is None:
            return [REASON_NO_VOLUME]
        if not affinity_allows(volume, node):
            return [REASON_NODE_CONFLICT]
    return []


def _binding_conflicts(claims: _Claims, node: NodeInfo) -> list[str]:
    """The second half of FindPodVolumes: claims that wait for a first consumer."""
    selected = [_selected_node(claim) for claim in claims.to_bind]
    if any(name is not None and name != node.name for name in selected):
        return [REASON_BIND_CONFLICT]
    return _provisioning_conflicts(_found_for(claims, node)[1], claims.objects, node)


def _selected_node(claim: Object) -> str | None:
    """The node that a claim's volume is being made for."""
    found: str | None = mapping(claim, "metadata", "annotations").get(SELECTED_NODE)
    return found


def _found_for(claims: _Claims, node: NodeInfo) -> tuple[list[tuple[Object, Object]], list[Object]]:
    """(claims with the volumes for them, claims whose volume is to be made) on a node."""
    to_provision = [claim for claim in claims.to_bind if _selected_node(claim) is not None]
    to_match = [claim for claim in claims.to_bind if _selected_node(claim) is None]
    matched: list[tuple[Object, Object]] = []
    # Kubernetes' sort is not stable, but with claims of one size it makes no difference.
    chosen: set[str] = set()
    for claim in sorted(to_match, key=_size):
        found = find_volume(claim, claims.objects.volumes.values(), node, chosen)
        if found is None:
            to_provision.append(claim)
        else:
            chosen.add(text(found, "metadata", "name"))
            matched.append((claim, found))
    return matched, to_provision


def _size(claim: Object) -> Quantity:
    return requested_storage(claim) or Quantity()


def _provisioning_conflicts(
    claims: Sequence[Object], objects: Objects, node: NodeInfo
) -> list[str]:
    """checkVolumeProvisions."""
    for claim in claims:
        name = class_of(claim)
        if not name:
            key = f"{text(claim, 'metadata', 'namespace')}/{text(claim, 'metadata', 'name')}"
            raise _CycleError(f'no class for claim "{key}"')
        storage_class = objects.storage_classes.get(("", name))
        if storage_class is None:
            raise _CycleError(f'failed to find storage class "{name}"')
        if text(storage_class, "provisioner") in _NO_PROVISIONER:
            return [REASON_BIND_CONFLICT]
        if not topology_allows(storage_class, node):
            return [REASON_BIND_CONFLICT]
        if not has_enough_capacity(claim, storage_class, objects, node):
            return [REASON_NOT_ENOUGH_SPACE]
    return []
