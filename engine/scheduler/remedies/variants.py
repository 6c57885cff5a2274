"""A snapshot with one thing changed. What does not change is shared with the one it was made from.

Images are left as they were: they count for scores only.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, text
from engine.scheduler.snapshot import NodeInfo, Objects, Snapshot


def with_node(snapshot: Snapshot, obj: Object) -> Snapshot:
    """With a node in place of the one of its name, whose pods it keeps, or as one more."""
    known = snapshot.node_by_name.get(text(obj, "metadata", "name"))
    return _with(snapshot, _node(obj, known.pods if known else ()))


def with_pod(snapshot: Snapshot, pod: PodInfo) -> Snapshot:
    """With one more pod on the node that it names."""
    node = snapshot.node_by_name[pod.node_name]
    return _with(snapshot, _node(node.obj, (*node.pods, pod)))


def without_pod(snapshot: Snapshot, identity: tuple[str, str, str], name: str) -> Snapshot:
    """Without a pod, which is on the node of that name or waits for one that is kept for it."""
    node = snapshot.node_by_name.get(name)
    if node is not None:
        left = [pod for pod in node.pods if pod.identity != identity]
        snapshot = _with(snapshot, _node(node.obj, left))
    changed = copy(snapshot)
    waiting = snapshot.nominated.get(name, ())
    left = [pod for pod in waiting if pod.identity != identity]
    changed.nominated = snapshot.nominated | {name: left}
    return changed


def with_volume(snapshot: Snapshot, volume: Object) -> Snapshot:
    """With one more PersistentVolume."""
    name = text(volume, "metadata", "name")
    return _with_objects(snapshot, volumes=snapshot.objects.volumes | {("", name): volume})


def with_csi_node(snapshot: Snapshot, name: str, obj: Object) -> Snapshot:
    """With what the drivers on a node can do."""
    return _with_objects(snapshot, csi_nodes=snapshot.objects.csi_nodes | {("", name): obj})


def _node(obj: Object, pods: Sequence[PodInfo]) -> NodeInfo:
    node = NodeInfo(obj)
    for pod in pods:
        node.add(pod)
    return node


def _with(snapshot: Snapshot, node: NodeInfo) -> Snapshot:
    changed = copy(snapshot)
    changed.node_by_name = snapshot.node_by_name | {node.name: node}
    changed.nodes = list(changed.node_by_name.values())
    return changed


def _with_objects(snapshot: Snapshot, **kinds: dict[tuple[str, str], Object]) -> Snapshot:
    changed = copy(snapshot)
    objects: Objects = replace(snapshot.objects, **kinds)
    changed.objects = objects
    return changed
