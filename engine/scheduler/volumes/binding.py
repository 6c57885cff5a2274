"""Which volumes a pod's claims are bound to on the node that was chosen, and until when it waits.

After AssumePodVolumes, bindAPIUpdate and checkBindings in
pkg/scheduler/framework/plugins/volumebinding/binder.go, and GetBindVolumeToClaim in
staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go (v1.36). A claim whose provisioner
gives up loses its selected node, which is an error here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.scheduler.contract import SUCCESS, WAIT, Assumed, Status, error
from engine.scheduler.reading import Object, at, mapping, text
from engine.scheduler.snapshot import NodeInfo, Objects
from engine.scheduler.volumes.claims import SELECTED_NODE, is_bound
from engine.scheduler.volumes.matching import affinity_allows
from engine.scheduler.writes import Write

BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"


@dataclass(frozen=True, slots=True)
class Matched:
    """A claim and the volume that it shall be bound to."""

    claim: Object
    volume: Object


@dataclass(frozen=True, slots=True)
class Bindings:
    """What a pod's claims need on a node; both empty where all are bound."""

    matched: Sequence[Matched]
    """Each volume as it shall be."""
    to_provision: Sequence[Object]
    """Claims as they shall be."""
    unchanged: frozenset[str]
    """Names of volumes that name their claim already."""

    @classmethod
    def of(
        cls, matched: Sequence[tuple[Object, Object]], to_provision: Sequence[Object], node: str
    ) -> "Bindings":
        """Of claims with the volumes found for them, and claims that need a volume made."""
        volumes = [Matched(claim, bound_to(volume, claim)) for claim, volume in matched]
        same = [text(old, "metadata", "name") for _, old in matched if _names_claim(old)]
        claims = [_with_annotation(claim, SELECTED_NODE, node) for claim in to_provision]
        return cls(volumes, claims, frozenset(same))

    def assumed(self) -> tuple[Assumed, ...]:
        """What is to be seen of it before it is written."""
        volumes = [("volumes", each.volume) for each in self.matched if self._is_changed(each)]
        return (*volumes, *(("claims", claim) for claim in self.to_provision))

    def writes(self) -> tuple[Write, ...]:
        """What is to be written."""
        volumes = [_update("persistentvolumes", each.volume) for each in self.matched]
        claims = [_update("persistentvolumeclaims", claim) for claim in self.to_provision]
        return (*volumes, *claims)

    def _is_changed(self, matched: Matched) -> bool:
        return text(matched.volume, "metadata", "name") not in self.unchanged

    def check(self, node: NodeInfo, objects: Objects) -> Status:
        """Success once all are bound, Wait before that."""
        for matched in self.matched:
            status = _check_matched(matched, node, objects)
            if not status.succeeded:
                return status
        for claim in self.to_provision:
            status = _check_provisioned(claim, node, objects)
            if not status.succeeded:
                return status
        return SUCCESS


def _key(obj: Object) -> tuple[str, str]:
    return text(obj, "metadata", "namespace"), text(obj, "metadata", "name")


def _update(resource: str, obj: Object) -> Write:
    namespace, name = _key(obj)
    return Write("update", resource, namespace, name, body=dict(obj))


def _with_annotation(obj: Object, key: str, value: str) -> Object:
    metadata = dict(mapping(obj, "metadata"))
    metadata["annotations"] = {**mapping(obj, "metadata", "annotations"), key: value}
    return {**obj, "metadata": metadata}


def _names_claim(volume: Object) -> bool:
    """Whether nothing is left to set: claimRef with the claim's uid."""
    return bool(text(volume, "spec", "claimRef", "uid"))


def bound_to(volume: Object, claim: Object) -> Object:
    """A volume that names the claim it is for, marked as bound by a controller if it did not."""
    if _names_claim(volume):
        return volume
    namespace, name = _key(claim)
    reference: Mapping[str, object] = {
        "kind": "PersistentVolumeClaim",
        "namespace": namespace,
        "name": name,
        "uid": text(claim, "metadata", "uid"),
        "apiVersion": "v1",
    }
    if version := text(claim, "metadata", "resourceVersion"):
        reference = {**reference, "resourceVersion": version}
    named = at(volume, "spec", "claimRef") is not None
    bound = {**volume, "spec": {**mapping(volume, "spec"), "claimRef": dict(reference)}}
    return bound if named else _with_annotation(bound, BOUND_BY_CONTROLLER, "yes")


def _check_matched(matched: Matched, node: NodeInfo, objects: Objects) -> Status:
    name = text(matched.volume, "metadata", "name")
    volume = objects.volumes.get(("", name))
    claim = objects.claims.get(_key(matched.claim))
    if volume is None or claim is None:
        gone = "persistentvolume" if volume is None else "persistentvolumeclaim"
        return error(f"binding volumes: failed to check binding: could not find {gone}")
    if not affinity_allows(volume, node):
        return error(
            f'binding volumes: pv "{name}" node affinity doesn\'t match node "{node.name}"'
        )
    if not _names_claim(volume):
        return error(f'binding volumes: ClaimRef got reset for pv "{name}"')
    return SUCCESS if is_bound(claim) else WAIT


def _check_provisioned(wanted: Object, node: NodeInfo, objects: Objects) -> Status:
    claim = objects.claims.get(_key(wanted))
    name = text(wanted, "metadata", "name")
    if claim is None:
        return error("binding volumes: failed to check provisioning pvc: could not find it")
    if mapping(claim, "metadata", "annotations").get(SELECTED_NODE) != node.name:
        return error(f'binding volumes: provisioning failed for PVC "{name}"')
    volume_name = text(claim, "spec", "volumeName")
    volume = objects.volumes.get(("", volume_name))
    if volume_name and volume is None:
        return WAIT
    if volume is not None and not affinity_allows(volume, node):
        return error(
            f'binding volumes: pv "{volume_name}" node affinity doesn\'t match node "{node.name}"'
        )
    return SUCCESS if is_bound(claim) else WAIT
