"""TaintToleration: taints keep pods out, or make a node less liked.

pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.scheduler.contract import (
    SUCCESS,
    FilterPlugin,
    Prepared,
    ScorePlugin,
    Status,
    default_normalize,
    unresolvable,
)
from engine.scheduler.events import Action, Change, EventWithHint, Resource, on
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import text
from engine.scheduler.snapshot import NodeInfo, Snapshot
from engine.scheduler.taints import (
    KEEPING_OUT,
    PREFER_NO_SCHEDULE,
    has_untolerated,
    is_tolerated,
)

REASON = "node(s) had untolerated taint(s)"


class TaintToleration(FilterPlugin, ScorePlugin):
    """Compares a node's taints with a pod's tolerations."""

    name = "TaintToleration"

    def events(self) -> tuple[EventWithHint, ...]:
        """A node loses a taint or is new, or the pod gets a toleration."""
        return (
            on(Resource.NODE, Action.ADD | Action.UPDATE_NODE_TAINT, _after_node_change),
            on(Resource.POD, Action.UPDATE_POD_TOLERATION, _after_new_toleration),
        )

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where every taint that keeps pods out is tolerated."""
        if has_untolerated(node.taints, pod.tolerations, KEEPING_OUT):
            return unresolvable(REASON)
        return SUCCESS

    def pre_score(self, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot) -> Prepared:
        """The tolerations that can tolerate PreferNoSchedule."""
        effects = ("", PREFER_NO_SCHEDULE)
        return Prepared(state=[t for t in pod.tolerations if text(t, "effect") in effects])

    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """How many PreferNoSchedule taints are not tolerated."""
        return sum(
            text(taint, "effect") == PREFER_NO_SCHEDULE and not is_tolerated(taint, state)
            for taint in node.taints
        )

    def normalize(self, scores: Mapping[str, int], state: Any) -> dict[str, int]:
        """Fewer are better."""
        return default_normalize(scores, reverse=True)


def _after_node_change(pod: PodInfo, change: Change) -> bool:
    """Whether the pod tolerates a node that it did not."""
    old, new = change.old_node, change.new_node
    if new is None or has_untolerated(new.taints, pod.tolerations, KEEPING_OUT):
        return False
    return old is None or has_untolerated(old.taints, pod.tolerations, KEEPING_OUT)


def _after_new_toleration(pod: PodInfo, change: Change) -> bool:
    """Whether it is this pod's."""
    return change.new_pod is not None and change.new_pod.uid == pod.uid
