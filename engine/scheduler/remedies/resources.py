"""What helps where a node has not enough for a pod: a smaller request, or fewer pods there."""

from collections.abc import Iterator, Sequence

from engine.scheduler.plugins.node_resources_fit import REASON, REASON_PODS
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import text
from engine.scheduler.remedies.case import Case, Objection
from engine.scheduler.remedies.change import PODS_MAX, Way
from engine.scheduler.remedies.cluster_changes import RemovePod
from engine.scheduler.remedies.contract import Remedies
from engine.scheduler.remedies.evidence import Shortage
from engine.scheduler.remedies.pod_changes import LowerRequest
from engine.scheduler.resources import PODS
from engine.scheduler.snapshot import NodeInfo

# Pods that would be back at once: of DaemonSets, and those that a kubelet reads from files.
_STAYING = ("DaemonSet", "Node")


class ResourceRemedies(Remedies):
    """Of NodeResourcesFit."""

    def evidence(self, case: Case, node: NodeInfo, objection: Objection) -> Shortage:
        """What is asked for, and what is free beside the pods that the node is kept for."""
        counted = case.counted(node)
        if objection.reason == REASON_PODS:
            free = node.pods_allowed - len(counted.pods)
            return Shortage(PODS, 1, free, node.pods_allowed, len(counted.pods) - len(node.pods))
        name = objection.reason.removeprefix(REASON.format(""))
        has, taken = node.allocatable.amount(name), counted.requested.amount(name)
        wanted = case.pod.spec_requests.amount(name)
        return Shortage(name, wanted, has - taken, has, taken - node.requested.amount(name))

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """A request for what is free; one pod less; the least important pods less."""
        shortage = self.evidence(case, node, objection)
        if shortage.resource != PODS and shortage.free > 0:
            yield (LowerRequest(shortage.resource, shortage.wanted, shortage.free),)
        if shortage.wanted > shortage.allocatable:
            return
        pods = leaving(case.counted(node).pods)
        freed = {pod.identity: _taken(pod, shortage.resource) for pod in pods}
        for pod in pods:
            if freed[pod.identity] >= shortage.missing:
                yield (RemovePod.of(pod),)
                break
        way: list[RemovePod] = []
        missing = shortage.missing
        for pod in pods:
            if freed[pod.identity] > 0 and missing > 0:
                way.append(RemovePod.of(pod))
                missing -= freed[pod.identity]
        if missing <= 0 and 1 < len(way) <= PODS_MAX:
            yield tuple(way)


def leaving(pods: Sequence[PodInfo]) -> list[PodInfo]:
    """Pods in the order in which they could go: those that do already, then the least important.

    As preemption has it: MoreImportantPod in pkg/scheduler/util/utils.go (v1.36).
    """
    movable = [pod for pod in pods if not pod.owner or text(pod.owner, "kind") not in _STAYING]
    return sorted(
        movable, key=lambda pod: (not pod.terminating, pod.priority, -pod.start_micros, pod.key)
    )


def _taken(pod: PodInfo, resource: str) -> int:
    return 1 if resource == PODS else pod.requests.amount(resource)
