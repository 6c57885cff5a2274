"""Whether a change can make a pod schedulable that inter-pod affinity kept back.

After isSchedulableAfterPodChange and isSchedulableAfterNodeChange in
pkg/scheduler/framework/plugins/interpodaffinity/plugin.go (v1.36). Terms are read without the
labels of namespaces.
"""

from collections.abc import Mapping, Sequence

from engine.scheduler.affinity import AffinityTerm
from engine.scheduler.events import Change
from engine.scheduler.pod_info import PodInfo

_NO_LABELS: Mapping[str, str] = {}


def after_pod_change(pod: PodInfo, change: Change) -> bool:
    """Whether there is a pod to be near, or one less to stay away from."""
    old, new = change.old_pod, change.new_pod
    if new is not None and new.uid == pod.uid:
        return True
    if any(each is not None and not each.holds_room for each in (old, new)):
        return False
    near, far = pod.required_affinity, pod.required_anti_affinity
    if new is None:
        return old is not None and (_any(far, old) or _any(old.required_anti_affinity, pod))
    if old is None:
        return _all(near, new)
    return (_all(near, new) and not _all(near, old)) or (_any(far, old) and not _any(far, new))


def _all(terms: Sequence[AffinityTerm], pod: PodInfo) -> bool:
    """Whether there are terms, and all speak of the pod."""
    return bool(terms) and all(_speaks_of(term, pod) for term in terms)


def _any(terms: Sequence[AffinityTerm], pod: PodInfo) -> bool:
    """Whether any term speaks of the pod."""
    return any(_speaks_of(term, pod) for term in terms)


def _speaks_of(term: AffinityTerm, pod: PodInfo) -> bool:
    return term.selects(pod.namespace, pod.labels, _NO_LABELS)


def after_node_change(pod: PodInfo, change: Change) -> bool:
    """Whether a node came into a topology that terms name, or left one to stay away from.

    A new node always helps pods that stay away from others.
    """
    near = [term.topology_key for term in pod.required_affinity]
    far = [term.topology_key for term in pod.required_anti_affinity]
    if change.new_node is None:
        return False
    new = change.new_node.labels
    if change.old_node is None:
        return bool(far) or any(key in new for key in near)
    old = change.old_node.labels
    return any(key in new and old.get(key) != new[key] for key in near) or any(
        key in old and old[key] != new.get(key) for key in far
    )
