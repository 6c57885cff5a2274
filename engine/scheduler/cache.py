"""The scheduler's view of the cluster: what the API server told it, and what it assumes itself.

After pkg/scheduler/backend/cache/cache.go and pkg/scheduler/util/assumecache/assume_cache.go
(v1.36). An assumed pod never expires (durationToExpireAssumedPod is 0): it is confirmed, or
forgotten.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from engine.scheduler.contract import Assumed
from engine.scheduler.images import Images
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, mapping, text
from engine.scheduler.sampling import Zone, by_zones, zone_of
from engine.scheduler.snapshot import NodeInfo, Objects, Snapshot

Key = tuple[str, str]
Identity = tuple[str, str, str]
"""Of a pod: see PodInfo."""


class Cache:
    """Nodes with their pods, and the other objects."""

    def __init__(self) -> None:
        self.objects = Objects()
        """As they are, or are assumed to be."""
        self._told: dict[str, dict[Key, Object]] = {}
        """Objects as the API server has them, where others are assumed; by the field of Objects."""
        self._nodes: dict[str, NodeInfo] = {}
        self._zones: dict[Zone, dict[str, None]] = {}
        """The names of the nodes, as they came into each zone: nodeTree."""
        self._homeless: dict[str, dict[Identity, PodInfo]] = {}
        """Pods on nodes that are not known (yet, or any more), by node."""
        self._pods: dict[Identity, PodInfo] = {}
        self._assumed: dict[Identity, None] = {}
        self._copies: dict[str, NodeInfo] = {}
        """The nodes of the last snapshot that have not changed since."""
        self._images = Images()

    # Nodes

    def set_node(self, obj: Object) -> None:
        """A node is new or changed; it keeps its pods."""
        new = NodeInfo(obj)
        old = self._nodes.get(new.name)
        pods = self._homeless.pop(new.name, {}).values() if old is None else old.pods
        for pod in pods:
            new.add(pod)
        if old is not None and zone_of(old) != zone_of(new):
            self._leave_zone(old)
        self._zones.setdefault(zone_of(new), {})[new.name] = None
        self._nodes[new.name] = new
        self._copies.pop(new.name, None)
        if old is None or old.image_sizes != new.image_sizes:
            if old is not None:
                self._images.remove(old.name, old.image_sizes)
            self._images.add(new.name, new.image_sizes)

    def remove_node(self, name: str) -> None:
        """A node is gone. Its pods stay until they are gone, too."""
        node = self._nodes.pop(name, None)
        if node is None:
            return
        self._leave_zone(node)
        self._copies.pop(name, None)
        if node.pods:
            self._homeless[name] = {pod.identity: pod for pod in node.pods}
        self._images.remove(name, node.image_sizes)

    def _leave_zone(self, node: NodeInfo) -> None:
        others = self._zones[zone_of(node)]
        del others[node.name]
        if not others:
            del self._zones[zone_of(node)]

    def node(self, name: str) -> NodeInfo | None:
        """A node as it is now."""
        return self._nodes.get(name)

    # Pods

    def assume(self, pod: PodInfo, node: str) -> PodInfo:
        """Count a pod on a node before it is bound; returns it with that node."""
        obj = {**pod.obj, "spec": {**mapping(pod.obj, "spec"), "nodeName": node}}
        assumed = PodInfo(obj)
        self._put(assumed)
        self._assumed[pod.identity] = None
        return assumed

    @property
    def assumed_count(self) -> int:
        """How many pods are assumed on nodes that the API server has not confirmed yet."""
        return len(self._assumed)

    def is_assumed(self, pod: PodInfo) -> bool:
        """Whether the API server has not confirmed a pod's node yet."""
        return pod.identity in self._assumed

    def forget(self, pod: PodInfo) -> None:
        """Take back what was assumed of a pod."""
        if self.is_assumed(pod):
            self.remove_pod(pod)

    def set_pod(self, pod: PodInfo) -> None:
        """A pod is on a node, as the API server says, whatever was assumed."""
        self.remove_pod(pod)
        self._put(pod)

    def remove_pod(self, gone: PodInfo) -> None:
        """A pod is gone."""
        pod = self._pods.pop(gone.identity, None)
        self._assumed.pop(gone.identity, None)
        if pod is None:
            return
        node = self._nodes.get(pod.node_name)
        if node is not None:
            node.remove(pod)
            self._copies.pop(node.name, None)
            return
        others = self._homeless[pod.node_name]
        del others[pod.identity]
        if not others:
            del self._homeless[pod.node_name]

    def _put(self, pod: PodInfo) -> None:
        self._pods[pod.identity] = pod
        node = self._nodes.get(pod.node_name)
        if node is None:
            self._homeless.setdefault(pod.node_name, {})[pod.identity] = pod
        else:
            node.add(pod)
            self._copies.pop(node.name, None)

    # Other objects

    def set_object(self, kind: str, obj: Object) -> None:
        """An object is new or changed; nothing is assumed of it any more. `kind`: as in Assumed."""
        key = _key(obj)
        self._told.get(kind, {}).pop(key, None)
        getattr(self.objects, kind)[key] = obj

    def remove_object(self, kind: str, obj: Object) -> None:
        """An object is gone."""
        key = _key(obj)
        self._told.get(kind, {}).pop(key, None)
        getattr(self.objects, kind).pop(key, None)

    def assume_objects(self, assumed: Iterable[Assumed]) -> None:
        """See objects as they will be."""
        for kind, obj in assumed:
            named, key = getattr(self.objects, kind), _key(obj)
            self._told.setdefault(kind, {}).setdefault(key, named[key])
            named[key] = obj

    def restore_objects(self, assumed: Iterable[Assumed]) -> None:
        """See objects again as the API server told them, unless it told something new since."""
        for kind, obj in assumed:
            key = _key(obj)
            told = self._told.get(kind, {}).pop(key, None)
            if told is not None:
                getattr(self.objects, kind)[key] = told

    # What a cycle reads

    def snapshot(self, nominated: Mapping[str, list[PodInfo]]) -> Snapshot:
        """The cluster as it is now. Only nodes that changed since the last one are copied."""
        return Snapshot.of(by_zones(self.copies()), nominated, self.objects)

    def copies(self) -> list[NodeInfo]:
        """The nodes as they are now, which stay so, zone by zone."""
        for name, node in self._nodes.items():
            if name not in self._copies:
                self._copies[name] = copy = node.copy()
                copy.known_images = self._images.states()
        return [self._copies[name] for zone in self._zones.values() for name in zone]

    @contextmanager
    def restoring_copies(self) -> Iterator[None]:
        """What is changed and changed back meanwhile leaves no trace in later snapshots."""
        copies = dict(self._copies)
        try:
            yield
        finally:
            self._copies = copies


def _key(obj: Object) -> Key:
    return text(obj, "metadata", "namespace"), text(obj, "metadata", "name")
