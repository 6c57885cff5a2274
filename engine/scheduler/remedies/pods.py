"""What helps where other pods, or none, stand in the way: ports, affinity between pods."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from engine.scheduler.affinity import AffinityTerm
from engine.scheduler.plugins.inter_pod_affinity import (
    REASON_AFFINITY,
    REASON_ANTI_AFFINITY,
)
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.remedies.case import Case, Objection
from engine.scheduler.remedies.change import PODS_MAX, Way
from engine.scheduler.remedies.cluster_changes import AddNode, AddPod, RemovePod
from engine.scheduler.remedies.contract import Remedies
from engine.scheduler.remedies.evidence import InTheWay, Unmatched
from engine.scheduler.remedies.nodes import labels_for
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.spread_constraints import HOSTNAME

ELSEWHERE = "another"
"""The value of a topology key that stands for one that no node has."""


def in_the_way(pods: Iterable[PodInfo], because: str = "") -> InTheWay:
    """These pods, by their names."""
    return InTheWay(tuple(pod.key for pod in pods), because)


def without(pods: Iterable[PodInfo]) -> Iterator[Way]:
    """All of these pods gone, if there are any, and not too many."""
    gone = {pod.identity: pod for pod in pods}
    if 0 < len(gone) <= PODS_MAX:
        yield tuple(RemovePod.of(pod) for pod in gone.values())


class PortRemedies(Remedies):
    """Of NodePorts."""

    def evidence(self, case: Case, node: NodeInfo, objection: Objection) -> InTheWay:
        """The pods that have the ports."""
        ports = ",".join(f"{port}/{protocol}" for _, protocol, port in _taken(case, node))
        return in_the_way(_holders(case, node), ports)

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """Without them."""
        yield from without(_holders(case, node))


def _taken(case: Case, node: NodeInfo) -> list[tuple[str, str, int]]:
    counted = case.counted(node)
    return [port for port in case.pod.host_ports if counted.has_port_conflict(port)]


def _holders(case: Case, node: NodeInfo) -> list[PodInfo]:
    """Each pod on a node that has one of the ports: asked of a node with that pod alone."""
    holders = []
    for pod in case.counted(node).pods:
        alone = NodeInfo(node.obj)
        alone.add(pod)
        if any(alone.has_port_conflict(port) for port in case.pod.host_ports):
            holders.append(pod)
    return holders


class InterPodRemedies(Remedies):
    """Of InterPodAffinity."""

    def evidence(
        self, case: Case, node: NodeInfo, objection: Objection
    ) -> InTheWay | Unmatched | None:
        """The pods that must not be near, or what those that must be near have to be."""
        if objection.reason == REASON_AFFINITY:
            return Unmatched(tuple(f"{t.selector} by {t.topology_key}" for t in _near(case)))
        pods = list(_repelling(case, node, objection.reason))
        return in_the_way((pod for pod, _ in pods), ",".join(dict.fromkeys(k for _, k in pods)))

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """Without those pods, or on a node that is far from them; with one that is wanted."""
        if objection.reason == REASON_AFFINITY:
            yield from _company(case, node)
            return
        repelling = list(_repelling(case, node, objection.reason))
        yield from without(pod for pod, _ in repelling)
        keys = dict.fromkeys(key for _, key in repelling if key != HOSTNAME)
        if keys:
            yield (AddNode(node.name, tuple((key, ELSEWHERE) for key in keys)),)


def _near(case: Case) -> list[AffinityTerm]:
    return [term.resolved(case.namespace_labels) for term in case.pod.required_affinity]


def _repelling(case: Case, node: NodeInfo, reason: str) -> Iterator[tuple[PodInfo, str]]:
    """(pod, topology key) of those in the node's domains that keep the pod away.

    Of the pods that nodes are kept for, those count that this node is kept for.
    """
    domains = _repelled_domains(case, reason)
    for key, value in node.labels.items():
        yield from ((pod, key) for pod in domains.get((key, value), ()))
    for pod in case.counted(node).pods[len(node.pods) :]:
        keys = _keys_against(case, pod, reason)
        yield from ((pod, key) for key in keys if key in node.labels)


# The search asks of one node after the other in the same case.
@lru_cache(maxsize=2)
def _repelled_domains(case: Case, reason: str) -> dict[tuple[str, str], list[PodInfo]]:
    """By topology key and value, the pods on nodes that keep the pod away."""
    domains: dict[tuple[str, str], list[PodInfo]] = {}
    for node in case.snapshot.nodes:
        for pod in node.pods:
            for key in _keys_against(case, pod, reason):
                if key in node.labels:
                    domains.setdefault((key, node.labels[key]), []).append(pod)
    return domains


def _keys_against(case: Case, pod: PodInfo, reason: str) -> Iterable[str]:
    """The topology keys by which another pod keeps the pod away: as _State.count has it."""
    me = case.pod
    if reason == REASON_ANTI_AFFINITY:
        terms = [t for t in _far(case) if t.selects(pod.namespace, pod.labels, {})]
    else:
        labels = case.namespace_labels.get(me.namespace, {})
        terms = [
            t for t in pod.required_anti_affinity if t.selects(me.namespace, me.labels, labels)
        ]
    return dict.fromkeys(term.topology_key for term in terms)


@lru_cache(maxsize=2)
def _far(case: Case) -> list[AffinityTerm]:
    return [term.resolved(case.namespace_labels) for term in case.pod.required_anti_affinity]


def _company(case: Case, node: NodeInfo) -> Iterator[Way]:
    """A pod on the node that all terms of the pod's affinity select."""
    terms = _near(case)
    wanted = labels_for([r for term in terms for r in term.selector.requirements], {})
    labels = tuple((key, value) for key, value in wanted if value is not None)
    allowed = [term.namespaces for term in terms if term.namespaces]
    namespaces = sorted(frozenset.intersection(*allowed)) if allowed else [case.pod.namespace]
    if case.pod.namespace in namespaces:
        namespaces = [case.pod.namespace]
    for namespace in namespaces[:1]:
        yield (AddPod(namespace, labels, node.name),)
