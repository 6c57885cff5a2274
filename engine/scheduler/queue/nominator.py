"""Pods that wait for room on a node that was cleared for them.

After pkg/scheduler/backend/queue/nominator.go (v1.36).
"""

from collections.abc import Mapping

from engine.scheduler.pod_info import PodInfo


class Nominator:
    """Which pod is nominated for which node; the scheduler may know it before the API server."""

    def __init__(self) -> None:
        self._pods: dict[str, dict[str, PodInfo]] = {}
        """By node and uid."""
        self._node_of: dict[str, str] = {}
        """By uid."""

    def add(self, pod: PodInfo, node: str | None = None) -> None:
        """Nominate a pod for a node; None: for the one that its status names.

        An empty name takes the nomination back.
        """
        self.remove(pod.uid)
        name = pod.nominated_node_name if node is None else node
        if name:
            self._node_of[pod.uid] = name
            self._pods.setdefault(name, {})[pod.uid] = pod

    def update(self, old: PodInfo, new: PodInfo) -> None:
        """Follow an update of a pod's object.

        One that says nothing of a node, before or after, may be older than the nomination.
        """
        kept = None
        if not old.nominated_node_name and not new.nominated_node_name:
            kept = self._node_of.get(old.uid)
        self.remove(old.uid)
        self.add(new, kept)

    def remove(self, uid: str) -> None:
        """Forget a pod."""
        node = self._node_of.pop(uid, None)
        if node is None:
            return
        del self._pods[node][uid]
        if not self._pods[node]:
            del self._pods[node]

    def by_node(self) -> Mapping[str, list[PodInfo]]:
        """The nominated pods of each node, the earliest first."""
        return {node: list(pods.values()) for node, pods in self._pods.items()}
