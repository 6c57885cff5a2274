"""Pods: printPod of pkg/printers/internalversion/printers.go, v1.36."""

from dataclasses import dataclass
from datetime import datetime

from engine.apiserver.printers.ages import age, instant, since
from engine.apiserver.printers.contract import AGE, NAME, Cell, Column, Object, Printer, wide
from engine.apiserver.printers.fields import (
    condition,
    deleting,
    dig,
    flag,
    integer,
    maps,
    name,
    text,
)

NONE = "<none>"


@dataclass(frozen=True, slots=True)
class _Restarts:
    """How often containers were restarted, and when one last ended before a restart."""

    count: int = 0
    last: datetime | None = None

    def plus(self, container: Object) -> "_Restarts":
        ended = instant(dig(container, "lastState", "terminated", "finishedAt"))
        times = [time for time in (self.last, ended) if time is not None]
        return _Restarts(
            self.count + integer(container, "restartCount"), max(times) if times else None
        )

    def shown(self, now: datetime) -> str:
        if self.count == 0 or self.last is None:
            return str(self.count)
        return f"{self.count} ({since(self.last, now)} ago)"


@dataclass(frozen=True, slots=True)
class _Summary:
    """What the containers of a pod come to."""

    reason: str
    ready: int
    restarts: _Restarts


def _cells(pod: Object, now: datetime) -> tuple[Cell, ...]:
    summary = _summary(pod)
    total = len(maps(pod, "spec", "containers")) + len(_sidecars(pod))
    addresses = maps(pod, "status", "podIPs")
    return (
        name(pod),
        f"{summary.ready}/{total}",
        _status(pod, summary.reason),
        summary.restarts.shown(now),
        age(pod, now),
        (text(addresses[0], "ip") if addresses else "") or NONE,
        text(pod, "spec", "nodeName") or NONE,
        text(pod, "status", "nominatedNodeName") or NONE,
        _readiness_gates(pod),
    )


def _status(pod: Object, reason: str) -> str:
    """The STATUS column: a deletion goes before what the containers say."""
    if deleting(pod):
        # NodeUnreachablePodReason of pkg/util/node/node.go, v1.36.
        if text(pod, "status", "reason") == "NodeLost":
            return "Unknown"
        if text(pod, "status", "phase") not in ("Succeeded", "Failed"):
            return "Terminating"
    return reason


def _pod_reason(pod: Object) -> str:
    """What the pod says of itself, before its containers are asked."""
    gated = any(
        entry.get("type") == "PodScheduled" and entry.get("reason") == "SchedulingGated"
        for entry in maps(pod, "status", "conditions")
    )
    if gated:
        return "SchedulingGated"
    return text(pod, "status", "reason") or text(pod, "status", "phase")


def _sidecars(pod: Object) -> frozenset[str]:
    """Names of the restartable init containers, which count as containers of the pod."""
    return frozenset(
        text(container, "name")
        for container in maps(pod, "spec", "initContainers")
        if container.get("restartPolicy") == "Always"
    )


def _summary(pod: Object) -> _Summary:
    """Over the init containers up to the first that has yet to do its part; if there is none, or
    the pod was initialized before, over the main containers too."""
    sidecars = _sidecars(pod)
    ready, restarts, sidecar_restarts = 0, _Restarts(), _Restarts()
    for index, container in enumerate(maps(pod, "status", "initContainerStatuses")):
        sidecar = text(container, "name") in sidecars
        restarts = restarts.plus(container)
        if sidecar:
            sidecar_restarts = sidecar_restarts.plus(container)
        if _succeeded(container):
            continue
        if sidecar and flag(container, "started"):
            ready += flag(container, "ready")
            continue
        reason = _init_reason(container, index, len(maps(pod, "spec", "initContainers")))
        if condition(pod, "Initialized") == "True":
            return _containers(pod, _Summary(reason, ready, sidecar_restarts))
        return _Summary(reason, ready, restarts)
    return _containers(pod, _Summary(_pod_reason(pod), ready, sidecar_restarts))


def _succeeded(container: Object) -> bool:
    terminated = dig(container, "state", "terminated")
    return terminated is not None and integer(terminated, "exitCode") == 0


def _init_reason(container: Object, index: int, total: int) -> str:
    terminated = dig(container, "state", "terminated")
    if terminated is not None:
        return f"Init:{_ending(terminated)}"
    waiting = text(container, "state", "waiting", "reason")
    if waiting and waiting != "PodInitializing":
        return f"Init:{waiting}"
    return f"Init:{index}/{total}"


def _containers(pod: Object, so_far: _Summary) -> _Summary:
    """The first of the main containers that waits or has ended gives the reason.

    If that one is done, whether others run or have failed goes before it (the latter since
    github.com/kubernetes/kubernetes/pull/124766).
    """
    reason, ready, restarts = so_far.reason, so_far.ready, so_far.restarts
    running, failure = False, ""
    for container in reversed(maps(pod, "status", "containerStatuses")):
        restarts = restarts.plus(container)
        terminated = dig(container, "state", "terminated")
        if waiting := text(container, "state", "waiting", "reason"):
            reason = waiting
        elif terminated is not None:
            reason = _ending(terminated)
            failure = reason if integer(terminated, "exitCode") else failure
        elif flag(container, "ready") and dig(container, "state", "running") is not None:
            running = True
            ready += 1
    if reason == "Completed" and running:
        reason = "Running" if _is_ready(pod) else "NotReady"
    elif reason == "Completed":
        reason = failure or reason
    return _Summary(reason, ready, restarts)


def _ending(terminated: Object) -> str:
    """`Error`, else `Signal:9`, else `ExitCode:1`."""
    if reason := text(terminated, "reason"):
        return reason
    if signal := integer(terminated, "signal"):
        return f"Signal:{signal}"
    return f"ExitCode:{integer(terminated, 'exitCode')}"


def _is_ready(pod: Object) -> bool:
    return any(
        entry.get("type") == "Ready" and entry.get("status") == "True"
        for entry in maps(pod, "status", "conditions")
    )


def _readiness_gates(pod: Object) -> str:
    gates = maps(pod, "spec", "readinessGates")
    passed = sum(condition(pod, text(gate, "conditionType")) == "True" for gate in gates)
    return f"{passed}/{len(gates)}" if gates else NONE


PRINTERS = (
    Printer(
        "",
        "Pod",
        (
            NAME,
            Column("Ready"),
            Column("Status"),
            Column("Restarts"),
            AGE,
            wide("IP"),
            wide("Node"),
            wide("Nominated Node"),
            wide("Readiness Gates"),
        ),
        _cells,
    ),
)
