"""What the scheduler knew, brought up to date by single writes of the record.

The scheduler's own cache holds nodes with their pods and the other objects; here are pods that wait
as well, and any object can be taken back for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.scheduler.cache import Cache as SchedulerCache
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object
from engine.scheduler.snapshot import Named, Objects, Snapshot
from replay.scheduling.snapshot import NODES, OTHERS, PODS, Key, Store

_FIELDS = {store: field for field, store in OTHERS.items()}


class Cache:
    """What the scheduler knows."""

    def __init__(self) -> None:
        self._scheduler = SchedulerCache()
        self._pods: dict[Key, PodInfo] = {}
        self._nominated: dict[Key, PodInfo] = {}

    @property
    def assumed(self) -> int:
        """How many pods are assumed to be where they are not seen yet."""
        return self._scheduler.assumed_count

    def get(self, store: Store, key: Key) -> Object | None:
        """An object as it is known; a pod that is assumed has its node."""
        if store == PODS:
            pod = self._pods.get(key)
            return pod.obj if pod is not None else None
        if store == NODES:
            node = self._scheduler.node(key[1])
            return node.obj if node is not None else None
        return self._others(store).get(key)

    def put(self, store: Store, key: Key, obj: Object | None) -> None:
        """Take what a watch brought; None: it is gone."""
        if store == PODS:
            self._put_pod(key, obj)
        elif store == NODES and obj is None:
            self._scheduler.remove_node(key[1])
        elif store == NODES and obj is not None:
            self._scheduler.set_node(obj)
        elif obj is not None:
            self._scheduler.set_object(_FIELDS[store], obj)
        elif (before := self.get(store, key)) is not None:
            self._scheduler.remove_object(_FIELDS[store], before)

    def assume(self, key: Key, pod: Object, node: str) -> None:
        """Put a pod on the node that it was decided to go to."""
        self._take_off(key)
        self._pods[key] = self._scheduler.assume(PodInfo(pod), node)

    @contextmanager
    def changed(self, store: Store, key: Key, obj: Object | None) -> Iterator[None]:
        """The cache as it would be with another object there."""
        before, pod = self.get(store, key), self._pods.get(key)
        was_assumed = store == PODS and pod is not None and self._scheduler.is_assumed(pod)
        with self._scheduler.restoring_copies():
            if store == PODS:
                self._take_off(key)
            self.put(store, key, obj)
            try:
                yield
            finally:
                if was_assumed and pod is not None:
                    self.assume(key, pod.obj, pod.node_name)
                else:
                    self.put(store, key, before)

    def begin_cycle(self) -> None:
        """A pod's turn comes: the nodes that changed since the last one's are looked at again."""
        self._scheduler.copies()

    def snapshot(self) -> Snapshot:
        """What a cycle reads; it holds until the cache changes.

        All stands in the order of names, so that nothing hangs on what was asked before.
        """
        nominated: dict[str, list[PodInfo]] = {}
        for key in sorted(self._nominated):
            pod = self._nominated[key]
            nominated.setdefault(pod.nominated_node_name, []).append(pod)
        nodes = self._scheduler.copies()
        others = {name: dict(sorted(self._others(store).items())) for name, store in OTHERS.items()}
        return Snapshot.of(sorted(nodes, key=lambda node: node.name), nominated, Objects(**others))

    def _others(self, store: Store) -> Named:
        found: Named = getattr(self._scheduler.objects, _FIELDS[store])
        return found

    def _put_pod(self, key: Key, obj: Object | None) -> None:
        pod = PodInfo(obj) if obj is not None else None
        before = self._pods.get(key)
        if before is not None and pod is not None and self._is_only_waiting(before, pod):
            return
        self._take_off(key)
        # The scheduler does not watch pods that have ended (pkg/scheduler/scheduler.go, v1.36).
        if pod is None or pod.ended:
            return
        self._pods[key] = pod
        if pod.node_name:
            self._scheduler.set_pod(pod)
        elif pod.nominated_node_name:
            self._nominated[key] = pod

    def _is_only_waiting(self, before: PodInfo, pod: PodInfo) -> bool:
        """Whether this is the pod that waited, which the cache does not look at any more."""
        return (
            not (pod.node_name or pod.ended or pod.terminating)
            and before.identity == pod.identity
            and self._scheduler.is_assumed(before)
        )

    def _take_off(self, key: Key) -> None:
        before = self._pods.pop(key, None)
        self._nominated.pop(key, None)
        if before is not None:
            self._scheduler.remove_pod(before)
