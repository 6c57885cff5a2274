"""Whether a change can make a pod schedulable that topology spread constraints kept back.

After isSchedulableAfterPodChange and isSchedulableAfterNodeChange in
pkg/scheduler/framework/plugins/podtopologyspread/plugin.go (v1.36).
"""

from collections.abc import Sequence

from engine.scheduler.events import Change
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.spread_constraints import Constraint, has_all_keys


def is_pod_change_of_interest(
    pod: PodInfo, constraints: Sequence[Constraint], change: Change
) -> bool:
    """Whether a pod that came, went or changed is counted, or is no longer."""
    old, new = change.old_pod, change.new_pod
    if any(each is not None and not _is_involved(each, pod) for each in (old, new)):
        return False
    if old is None or new is None:
        only = old or new
        return only is not None and any(c.selector.matches(only.labels) for c in constraints)
    tolerates_more = new.uid == pod.uid and list(old.tolerations) != list(new.tolerations)
    if tolerates_more and any(constraint.honors_taints for constraint in constraints):
        return True
    return any(
        constraint.selector.matches(old.labels) != constraint.selector.matches(new.labels)
        for constraint in constraints
    )


def _is_involved(other: PodInfo, pod: PodInfo) -> bool:
    """involvedInTopologySpreading."""
    if other.uid == pod.uid:
        return True
    return bool(other.node_name) and other.namespace == pod.namespace


def is_node_change_of_interest(constraints: Sequence[Constraint], change: Change) -> bool:
    """Whether a node came into the topologies, left them or moved among them, or its taints are
    others.
    """
    old, new = change.old_node, change.new_node
    was = old is not None and has_all_keys(old, constraints)
    matches = new is not None and has_all_keys(new, constraints)
    if old is None or new is None or was != matches:
        return was or matches
    return matches and (_moved(old, new, constraints) or list(old.taints) != list(new.taints))


def _moved(old: NodeInfo, new: NodeInfo, constraints: Sequence[Constraint]) -> bool:
    keys = [constraint.topology_key for constraint in constraints]
    return any(old.labels.get(key) != new.labels.get(key) for key in keys)
