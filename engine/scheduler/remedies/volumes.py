"""What helps where the volumes of a pod stand in the way."""

from collections.abc import Iterator

from engine.model.selector import SelectorError
from engine.scheduler.affinity import read_selector
from engine.scheduler.node_selector import NodeSelector
from engine.scheduler.plugins.node_volume_limits import REASON as REASON_LIMIT
from engine.scheduler.plugins.volume_binding import (
    REASON_BIND_CONFLICT,
    REASON_NODE_CONFLICT,
)
from engine.scheduler.plugins.volume_restrictions import (
    READ_WRITE_ONCE_POD,
    REASON_DISK,
    REASON_READ_WRITE_ONCE_POD,
    conflict,
)
from engine.scheduler.plugins.volume_zone import REASON as REASON_ZONE
from engine.scheduler.plugins.volume_zone import TOPOLOGY_LABELS
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, at, labels_of, mapping, strings, text
from engine.scheduler.remedies.case import Case, Objection
from engine.scheduler.remedies.change import PODS_MAX, Change, Way
from engine.scheduler.remedies.cluster_changes import AddVolume, RemovePod
from engine.scheduler.remedies.contract import Remedies
from engine.scheduler.remedies.evidence import ClaimProblem, Claims, InTheWay
from engine.scheduler.remedies.nodes import labels_for
from engine.scheduler.remedies.pod_changes import SettleClaim
from engine.scheduler.remedies.pods import in_the_way, without
from engine.scheduler.remedies.resources import leaving
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.volumes.claims import (
    WAIT_FOR_FIRST_CONSUMER,
    binding_mode_of,
    class_of,
    is_bound,
    used_claims,
)
from engine.scheduler.volumes.matching import affinity_allows, requested_storage

# A claim is not to blame that its volume is elsewhere, or that a driver can do no more there.
_OF_THE_NODE = (REASON_NODE_CONFLICT, REASON_ZONE, REASON_LIMIT)


class ClaimRemedies(Remedies):
    """Of VolumeBinding, VolumeZone and NodeVolumeLimits, which all look up claims."""

    def evidence(self, case: Case, node: NodeInfo, objection: Objection) -> Claims | None:
        """The claims, and what is the matter with each."""
        problems = tuple((_in_zones if objection.reason == REASON_ZONE else _problems)(case, node))
        return Claims(problems) if problems else None

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """A volume for each claim that finds none; a claim that is no trouble any more."""
        if objection.reason == REASON_LIMIT:
            users = [pod for pod in leaving(node.pods) if any(used_claims(pod))]
            yield from ((RemovePod.of(pod),) for pod in users[:PODS_MAX])
        elif objection.reason not in _OF_THE_NODE:
            lacks_volume = objection.reason == REASON_BIND_CONFLICT
            way = tuple(_volumes(case) if lacks_volume else _settled(case, node))
            if way:
                yield way


def _settled(case: Case, node: NodeInfo) -> Iterator[Change]:
    return (SettleClaim(each.claim) for each in _problems(case, node))


def _in_zones(case: Case, node: NodeInfo) -> Iterator[ClaimProblem]:
    """The claims whose volumes are of other zones than the node, by the volumes' labels."""
    for name in case.pod.claim_names:
        claim = case.snapshot.objects.claims.get((case.pod.namespace, name))
        volume_name = text(claim, "spec", "volumeName")
        labels = labels_of(case.snapshot.objects.volumes.get(("", volume_name)))
        zones = [f"{key}={labels[key]}" for key in TOPOLOGY_LABELS if key in labels]
        if zones:
            yield ClaimProblem(name, f"is bound to {volume_name}, of {','.join(zones)}")


def _problems(case: Case, node: NodeInfo) -> Iterator[ClaimProblem]:
    for name, _ in used_claims(case.pod):
        claim = case.snapshot.objects.claims.get((case.pod.namespace, name))
        problem = "does not exist" if claim is None else _problem(claim, case, node)
        if problem:
            yield ClaimProblem(name, problem)


def _problem(claim: Object, case: Case, node: NodeInfo) -> str:
    """What is the matter with a claim on a node, empty if nothing."""
    objects = case.snapshot.objects
    if at(claim, "metadata", "deletionTimestamp") is not None:
        return "is being deleted"
    if text(claim, "status", "phase") == "Lost":
        return "has lost its volume"
    volume_name = text(claim, "spec", "volumeName")
    volume = objects.volumes.get(("", volume_name))
    if is_bound(claim):
        if volume is None:
            return f"is bound to the volume {volume_name}, which does not exist"
        return "" if affinity_allows(volume, node) else _kept_elsewhere(volume)
    mode = binding_mode_of(claim, objects)
    name = class_of(claim)
    if mode == WAIT_FOR_FIRST_CONSUMER and not volume_name:
        return f"waits for a volume of the class {name}"
    return f"is not bound yet, of the class {name}" if name else "is not bound yet, of no class"


def _kept_elsewhere(volume: Object) -> str:
    terms = NodeSelector.of(mapping(volume, "spec", "nodeAffinity", "required")).terms
    where = " or ".join(",".join(map(str, term.labels)) for term in terms)
    return f"is bound to {text(volume, 'metadata', 'name')}, which is kept where {where}"


def _volumes(case: Case) -> Iterator[Change]:
    for name, _ in used_claims(case.pod):
        claim = case.snapshot.objects.claims.get((case.pod.namespace, name))
        if claim is not None and not is_bound(claim):
            yield _volume_for(name, claim)


def _volume_for(name: str, claim: Object) -> AddVolume:
    size = requested_storage(claim)
    try:
        selector = read_selector(mapping(claim, "spec"), "selector")
        labels = labels_for(selector.requirements, {})
    except SelectorError:
        labels = ()
    return AddVolume(
        name,
        class_of(claim),
        size.value() if size else 0,
        tuple(strings(claim, "spec", "accessModes")),
        text(claim, "spec", "volumeMode") or "Filesystem",
        text(claim, "spec", "volumeAttributesClassName"),
        tuple((key, value) for key, value in labels if value is not None),
    )


class DiskRemedies(Remedies):
    """Of VolumeRestrictions."""

    def evidence(
        self, case: Case, node: NodeInfo, objection: Objection
    ) -> InTheWay | Claims | None:
        """The pods that use the same disk or claim."""
        if objection.reason in (REASON_DISK, REASON_READ_WRITE_ONCE_POD):
            return in_the_way(_users(case, node, objection.reason))
        return ClaimRemedies().evidence(case, node, objection)

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """Without them."""
        if objection.reason in (REASON_DISK, REASON_READ_WRITE_ONCE_POD):
            yield from without(_users(case, node, objection.reason))
        else:
            yield from ClaimRemedies().ways(case, node, objection)


def _users(case: Case, node: NodeInfo, reason: str) -> list[PodInfo]:
    if reason == REASON_DISK:
        return [
            other
            for other in case.counted(node).pods
            if any(conflict(mine, theirs) for mine in case.pod.volumes for theirs in other.volumes)
        ]
    claims = case.snapshot.objects.claims
    exclusive = {
        name
        for name in case.pod.claim_names
        if READ_WRITE_ONCE_POD
        in strings(claims.get((case.pod.namespace, name)), "spec", "accessModes")
    }
    return [
        other
        for each in case.snapshot.nodes
        for other in each.pods
        if other.namespace == case.pod.namespace and not exclusive.isdisjoint(other.claim_names)
    ]
