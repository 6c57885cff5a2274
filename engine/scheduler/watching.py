"""What informers tell the scheduler: its cache follows, and pods that wait may be tried again.

After pkg/scheduler/eventhandlers.go (v1.36). Pods that have ended are not watched.
"""

from collections.abc import Callable, Collection

from engine.scheduler.cache import Cache
from engine.scheduler.changes import node_events, pod_events
from engine.scheduler.cycle import refuse_not_modelled
from engine.scheduler.events import (
    ASSIGNED_POD_ADD,
    ASSIGNED_POD_DELETE,
    UPDATE,
    Action,
    Change,
    ClusterEvent,
    Resource,
)
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.queue.scheduling_queue import SchedulingQueue
from engine.scheduler.reading import Object, text

# By kind: the field of Objects, and whose event it is if it can wake a pod.
KINDS: dict[str, tuple[str, Resource | None]] = {
    "Service": ("services", None),
    "ReplicationController": ("replication_controllers", None),
    "ReplicaSet": ("replica_sets", None),
    "StatefulSet": ("stateful_sets", None),
    "PodDisruptionBudget": ("pod_disruption_budgets", None),
    "Namespace": ("namespaces", None),
    "PersistentVolume": ("volumes", Resource.VOLUME),
    "PersistentVolumeClaim": ("claims", Resource.CLAIM),
    "StorageClass": ("storage_classes", Resource.STORAGE_CLASS),
    "CSINode": ("csi_nodes", Resource.CSI_NODE),
    "CSIDriver": ("csi_drivers", Resource.CSI_DRIVER),
    "CSIStorageCapacity": ("csi_storage_capacities", Resource.CSI_STORAGE_CAPACITY),
    "VolumeAttachment": ("volume_attachments", Resource.VOLUME_ATTACHMENT),
}

Assumed = Callable[[PodInfo, int], None]
"""Is told that a pod goes whose node is only assumed, and when."""


class Watching:
    """Handles added, updated and deleted objects; what it was told last it knows itself."""

    def __init__(
        self,
        cache: Cache,
        queue: SchedulingQueue,
        scheduler_names: Collection[str],
        assumed_goes: Assumed,
    ) -> None:
        self._cache = cache
        self._queue = queue
        self._scheduler_names = scheduler_names
        self._assumed_goes = assumed_goes
        self._known: dict[tuple[str, str, str], Object] = {}
        """By kind, namespace and name."""

    def pod(self, key: str) -> PodInfo | None:
        """A pod as it was last told, by `namespace/name`."""
        namespace, _, name = key.partition("/")
        found = self._known.get(("Pod", namespace, name))
        return PodInfo(found) if found is not None else None

    def told(self, obj: Object, now_ns: int, *, deleted: bool = False) -> None:
        """An object is there, as it is now, or it is gone.

        Raises NotModelledError for a pod that this scheduler cannot schedule.
        """
        kind = text(obj, "kind")
        key = (kind, text(obj, "metadata", "namespace"), text(obj, "metadata", "name"))
        old = self._known.get(key)
        gone = deleted or (kind == "Pod" and PodInfo(obj).ended)
        if gone and old is None:
            return
        if kind == "Pod" and not gone:
            self._refuse_not_modelled(PodInfo(obj))
        if gone:
            del self._known[key]
        else:
            self._known[key] = obj
        change = Change(old, None if gone else obj, self._cache.objects)
        if kind == "Pod":
            self._pod(change, now_ns)
        elif kind == "Node":
            self._node(change, now_ns)
        elif kind in KINDS:
            self._other(*KINDS[kind], change, now_ns)

    # Nodes and other objects

    def _node(self, change: Change, now_ns: int) -> None:
        if change.new is None:
            self._queue.happened(ClusterEvent(Resource.NODE, Action.DELETE), change, now_ns)
            self._cache.remove_node(text(change.old, "metadata", "name"))
            return
        self._cache.set_node(change.new)
        events = [ClusterEvent(Resource.NODE, Action.ADD)]
        if change.old is not None:
            events = node_events(change.old, change.new)
        for event in events:
            self._queue.happened(event, change, now_ns)

    def _other(self, kind: str, resource: Resource | None, change: Change, now_ns: int) -> None:
        if change.new is not None:
            self._cache.set_object(kind, change.new)
            action = Action.ADD if change.old is None else UPDATE
        else:
            assert change.old is not None
            self._cache.remove_object(kind, change.old)
            action = Action.DELETE
        if resource is not None:
            self._queue.happened(ClusterEvent(resource, action), change, now_ns)

    # Pods

    def _pod(self, change: Change, now_ns: int) -> None:
        old, new = change.old_pod, change.new_pod
        if new is not None and new.node_name:
            self._assigned(old, new, change, now_ns)
        elif new is None and old is not None:
            self._gone(old, change, now_ns)
        elif new is not None and self._is_ours(new):
            if old is None:
                self._queue.add(new, now_ns)
            else:
                self._waiting_changed(old, new, change, now_ns)

    def _refuse_not_modelled(self, pod: PodInfo) -> None:
        if not pod.node_name and self._is_ours(pod):
            refuse_not_modelled(pod)

    def _is_ours(self, pod: PodInfo) -> bool:
        return pod.scheduler_name in self._scheduler_names

    def _assigned(self, old: PodInfo | None, new: PodInfo, change: Change, now_ns: int) -> None:
        """A pod is on a node, or was just bound to one."""
        self._cache.set_pod(new)
        if old is not None and old.node_name:
            for event in pod_events(old, new):
                self._queue.happened(event, change, now_ns)
            return
        added = Change(None, change.new, self._cache.objects)
        self._queue.happened(ASSIGNED_POD_ADD, added, now_ns)
        if old is not None and self._is_ours(old):
            self._queue.delete(old)

    def _gone(self, old: PodInfo, change: Change, now_ns: int) -> None:
        if old.node_name:
            self._cache.remove_pod(old)
            self._queue.happened(ASSIGNED_POD_DELETE, change, now_ns)
        elif self._is_ours(old):
            self._queue.delete(old)
            if self._cache.is_assumed(old):
                self._assumed_goes(old, now_ns)
            elif old.nominated_node_name:
                self._room_is_free(old, now_ns)

    def _waiting_changed(self, old: PodInfo, new: PodInfo, change: Change, now_ns: int) -> None:
        version = text(new.obj, "metadata", "resourceVersion")
        if version and version == text(old.obj, "metadata", "resourceVersion"):
            return
        if self._cache.is_assumed(new):
            if new.terminating and not old.terminating:
                self._assumed_goes(new, now_ns)
            return
        self._queue.update(change, now_ns)
        if old.nominated_node_name and old.nominated_node_name != new.nominated_node_name:
            self._room_is_free(old, now_ns)

    def _room_is_free(self, pod: PodInfo, now_ns: int) -> None:
        """The room that was kept for a pod is free for others that are not more important."""
        self._queue.happened(
            ASSIGNED_POD_DELETE,
            Change(pod.obj, None, self._cache.objects),
            now_ns,
            lambda other: other.priority <= pod.priority,
        )
