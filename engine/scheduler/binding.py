"""From the node that was chosen to the Binding: Reserve, Permit, PreBind and Bind.

After RunReservePluginsReserve, RunPermitPlugins, RunPreBindPlugins and RunBindPlugins in
pkg/scheduler/framework/runtime/framework.go (v1.36).
"""

from dataclasses import dataclass, field
from typing import Any

from engine.model.timestamp import SECOND_NS
from engine.scheduler.contract import SUCCESS, WAIT, Assumed, Code, Status, error
from engine.scheduler.framework import CycleState, Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import NodeInfo, Objects
from engine.scheduler.writes import Write

# maxTimeout in pkg/scheduler/framework/runtime/framework.go (v1.36).
MAX_PERMIT_WAIT_NS = 15 * 60 * SECOND_NS


@dataclass(slots=True)
class Reservation:
    """What the Reserve plugins hold for a pod."""

    states: dict[str, Any] = field(default_factory=dict)
    """By plugin."""
    assumed: list[Assumed] = field(default_factory=list)


def reserve(
    framework: Framework, pod: PodInfo, node: NodeInfo, state: CycleState
) -> tuple[Status, Reservation]:
    """Ask all Reserve plugins; the first that cannot stops it."""
    held = Reservation()
    for plugin in framework.reserves:
        found = plugin.reserve(pod, node, state.states.get(plugin.name))
        if not found.status.succeeded:
            return _told(found.status, "Reserve", plugin.name), held
        held.states[plugin.name] = found.state
        held.assumed += found.assumed
    return SUCCESS, held


def permit(framework: Framework, pod: PodInfo, node: NodeInfo) -> tuple[Status, dict[str, int]]:
    """Ask all Permit plugins: (Success, Wait or why not; by plugin, for how long it waits)."""
    waits: dict[str, int] = {}
    for plugin in framework.permits:
        status, wait_ns = plugin.permit(pod, node)
        if status.code is Code.WAIT:
            waits[plugin.name] = min(wait_ns, MAX_PERMIT_WAIT_NS)
        elif not status.succeeded:
            return _told(status, "Permit", plugin.name), {}
    return (WAIT if waits else SUCCESS), waits


def pre_bind(framework: Framework, pod: PodInfo, node: NodeInfo, held: Reservation) -> list[Write]:
    """What must be written before the pod is bound."""
    return [
        write
        for plugin in framework.pre_binds
        for write in plugin.pre_bind(pod, node, held.states.get(plugin.name))
    ]


def check(
    framework: Framework, pod: PodInfo, node: NodeInfo, held: Reservation, objects: Objects
) -> Status:
    """Success once all that was written has come into force, Wait before that."""
    for plugin in framework.pre_binds:
        status = plugin.check(pod, node, held.states.get(plugin.name), objects)
        if status.code is Code.WAIT:
            return status
        if not status.succeeded:
            return _told(status, "PreBind", plugin.name)
    return SUCCESS


def bind(framework: Framework, pod: PodInfo, node: NodeInfo) -> Write | None:
    """What binds the pod: the answer of the first Bind plugin that has one."""
    for plugin in framework.binds:
        write = plugin.bind(pod, node)
        if write is not None:
            return write
    return None


def _told(status: Status, point: str, plugin: str) -> Status:
    """A rejection as it is, an error with the place where it happened."""
    if status.rejected:
        return status.by(plugin)
    return error(f'running {point} plugin "{plugin}": {status.message}').by(plugin)
