"""The scheduler's cache, brought up to date by single writes.

After pkg/scheduler/backend/cache/cache.go (v1.36): nodes with the pods on them, those that are
assumed to be there too, and the other objects that plugins look up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, text
from engine.scheduler.snapshot import Named, NodeInfo, Objects, Snapshot
from replay.scheduling.snapshot import NODES, OTHERS, PODS, Key, Store, with_node

_FIELDS = {store: field for field, store in OTHERS.items()}


class Cache:
    """What the scheduler knows."""

    def __init__(self) -> None:
        self._nodes: dict[str, NodeInfo] = {}
        self._pods: dict[Key, PodInfo] = {}
        self._placed: dict[str, dict[Key, PodInfo]] = {}
        """Pods by the node that they are on, whether the node is known or not."""
        self._nominated: dict[Key, PodInfo] = {}
        self._assumed: dict[Key, str] = {}
        """Uids of pods that are assumed on a node and not seen there yet."""
        self._others: dict[Store, Named] = {store: {} for store in OTHERS.values()}

    @property
    def assumed(self) -> int:
        """How many pods are assumed to be where they are not seen yet."""
        return len(self._assumed)

    def get(self, store: Store, key: Key) -> Object | None:
        """An object as it is known; a pod that is assumed has its node."""
        if store == PODS:
            pod = self._pods.get(key)
            return pod.obj if pod is not None else None
        if store == NODES:
            node = self._nodes.get(key[1])
            return node.obj if node is not None else None
        return self._others[store].get(key)

    def put(self, store: Store, key: Key, obj: Object | None) -> None:
        """Take what a watch brought; None: it is gone."""
        if store == PODS:
            self._put_pod(key, obj)
        elif store == NODES:
            self._put_node(key[1], obj)
        elif obj is None:
            self._others[store].pop(key, None)
        else:
            self._others[store][key] = obj

    def assume(self, key: Key, pod: Object, node: str) -> None:
        """Put a pod on the node that it was decided to go to."""
        self._put_pod(key, with_node(pod, node))
        self._assumed[key] = text(pod, "metadata", "uid")

    @contextmanager
    def changed(self, store: Store, key: Key, obj: Object | None) -> Iterator[None]:
        """The cache as it would be with another object there."""
        before, assumed = self.get(store, key), self._assumed.pop(key, None)
        self.put(store, key, obj)
        yield
        self.put(store, key, before)
        if assumed is not None:
            self._assumed[key] = assumed

    def snapshot(self) -> Snapshot:
        """What a cycle reads; it holds until the cache changes."""
        nodes = [self._nodes[name] for name in sorted(self._nodes)]
        nominated: dict[str, list[PodInfo]] = {}
        for key in sorted(self._nominated):
            pod = self._nominated[key]
            nominated.setdefault(pod.nominated_node_name, []).append(pod)
        others = {_FIELDS[store]: dict(sorted(of.items())) for store, of in self._others.items()}
        return Snapshot.of(nodes, nominated, Objects(**others))

    def _put_pod(self, key: Key, obj: Object | None) -> None:
        before = self._pods.get(key)
        if before is not None and obj is not None and self._is_assumed(key, obj):
            return
        if before is not None:
            self._take_off(key, before)
        self._assumed.pop(key, None)
        # The scheduler does not watch pods that have ended (pkg/scheduler/scheduler.go, v1.36).
        if obj is None or (pod := PodInfo(obj)).ended:
            self._pods.pop(key, None)
            return
        self._pods[key] = pod
        if pod.node_name:
            self._placed.setdefault(pod.node_name, {})[key] = pod
            if (node := self._nodes.get(pod.node_name)) is not None:
                node.add(pod)
        elif pod.nominated_node_name:
            self._nominated[key] = pod

    def _is_assumed(self, key: Key, obj: Object) -> bool:
        """Whether this is only the pod that waited, which the cache does not look at any more."""
        uid = self._assumed.get(key)
        return uid == text(obj, "metadata", "uid") and not text(obj, "spec", "nodeName")

    def _take_off(self, key: Key, pod: PodInfo) -> None:
        self._nominated.pop(key, None)
        if not pod.node_name:
            return
        del self._placed[pod.node_name][key]
        if (node := self._nodes.get(pod.node_name)) is not None:
            node.remove(pod)

    def _put_node(self, name: str, obj: Object | None) -> None:
        if obj is None:
            self._nodes.pop(name, None)
            return
        self._nodes[name] = node = NodeInfo(obj)
        for pod in self._placed.get(name, {}).values():
            node.add(pod)
