"""What the scheduler would write: requests and Events as values, which others send.

After pkg/scheduler/schedule_one.go, pkg/scheduler/util/utils.go and pkg/scheduler/framework/
preemption/executor.go (v1.36).
"""

from dataclasses import dataclass, field
from typing import Any

from engine.apiserver.patch.diff.strategic import two_way_patch
from engine.model.timestamp import SECOND_NS, format_seconds
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import integer, mapping, mappings, text

Json = dict[str, Any]

POD_SCHEDULED, DISRUPTION_TARGET = "PodScheduled", "DisruptionTarget"
STRATEGIC = "strategic"

# NoteLengthLimit in pkg/apis/core/validation/events.go (v1.36).
_NOTE_LENGTH = 1024


@dataclass(frozen=True, slots=True)
class Write:
    """A request to the API server. `verb` as the server's: create, update, patch, delete."""

    verb: str
    resource: str
    """In the plural: `pods`."""
    namespace: str
    name: str
    subresource: str = ""
    patch_type: str = ""
    body: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """An Event about a pod, for the recorder, which counts repeated ones."""

    pod: PodInfo
    type: str
    reason: str
    action: str
    note: str


def scheduled(pod: PodInfo, node: str) -> Event:
    """The pod was bound."""
    note = f"Successfully assigned {pod.key} to {node}"
    return Event(pod, "Normal", "Scheduled", "Binding", note)


def failed(pod: PodInfo, message: str) -> Event:
    """The pod was not bound. What is too long for an Event is cut."""
    note = message if len(message) <= _NOTE_LENGTH else f"{message[: _NOTE_LENGTH - 4]} ..."
    return Event(pod, "Warning", "FailedScheduling", "Scheduling", note)


def skipped(pod: PodInfo) -> Event:
    """The pod is being deleted."""
    return failed(pod, f"skip schedule deleting pod: {pod.key}")


def preempted(victim: PodInfo, preemptor: PodInfo, node: str) -> Event:
    """The pod has to go."""
    note = f"Preempted by pod {preemptor.uid} on node {node}"
    return Event(victim, "Normal", "Preempted", "Preempting", note)


def unscheduled(
    pod: PodInfo, reason: str, message: str, node: str | None, now_ns: int
) -> Write | None:
    """The patch of a pod that was not scheduled; None if nothing of it changes.

    `node`: the nominatedNodeName that it gets, None to leave it as it is.
    """
    condition = {"status": "False", "reason": reason, "message": message}
    return _patch(pod, {"type": POD_SCHEDULED, **condition}, node, now_ns)


def nominated(pod: PodInfo, node: str) -> Write | None:
    """The patch of a pod's nominatedNodeName; an empty one takes it back."""
    return _patch(pod, None, node, 0)


def disrupted(victim: PodInfo, scheduler_name: str, now_ns: int) -> Write | None:
    """The patch that tells why a victim goes; None if it says so already."""
    condition = {
        "type": DISRUPTION_TARGET,
        "status": "True",
        "reason": "PreemptionByScheduler",
        "message": f"{scheduler_name}: preempting to accommodate a higher priority pod",
    }
    return _patch(victim, condition, None, now_ns)


def deleted(victim: PodInfo) -> Write:
    """The deletion of a victim, with its own grace period."""
    return Write("delete", "pods", victim.namespace, victim.name)


def _patch(pod: PodInfo, condition: Json | None, node: str | None, now_ns: int) -> Write | None:
    """PatchPodStatus."""
    before = dict(mapping(pod.obj, "status"))
    after = dict(before)
    if condition is not None:
        after["conditions"] = _with_condition(pod, condition, now_ns)
    if node is not None and node != pod.nominated_node_name:
        after.pop("nominatedNodeName", None)
        if node:
            after["nominatedNodeName"] = node
    patch = two_way_patch({"status": before}, {"status": after}, "v1", "Pod")
    if not patch:
        return None
    return Write("patch", "pods", pod.namespace, pod.name, "status", STRATEGIC, dict(patch))


def _with_condition(pod: PodInfo, condition: Json, now_ns: int) -> list[Json]:
    """The pod's conditions with one set: UpdatePodCondition in pkg/api/v1/pod/util.go."""
    conditions = [dict(each) for each in mappings(pod.obj, "status", "conditions")]
    made: Json = {
        "lastProbeTime": None,
        "lastTransitionTime": format_seconds(now_ns // SECOND_NS),
        **condition,
    }
    if generation := integer(pod.obj, "metadata", "generation"):
        made["observedGeneration"] = generation
    for index, each in enumerate(conditions):
        if text(each, "type") != condition["type"]:
            continue
        if text(each, "status") == condition["status"]:
            made["lastTransitionTime"] = each.get("lastTransitionTime")
        if any(each.get(name) != made[name] for name in ("status", "reason", "message")):
            conditions[index] = made
        return conditions
    return [*conditions, made]
