"""How fast pods are placed, in columns and by the plain reading, beside the real scheduler.

The workloads are those of test/integration/scheduler_perf (v1.36): SchedulingBasic,
TopologySpreading, SchedulingPreferredPodAffinity and SchedulingPodAntiAffinity.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Line, at_least, at_most, run
from engine.scheduler.columns.scheduler import ColumnarScheduler
from engine.scheduler.configuration import default_profile
from engine.scheduler.cycle import schedule
from engine.scheduler.framework import Framework
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import Objects, Snapshot
from engine.testing import HOSTNAME, ZONE, NodeBuilder, PodBuilder, node, pod

Json = dict[str, Any]

_MEMORY_MAX_MB = 1_000
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Size:
    """A workload at one number of nodes."""

    nodes: int
    before: int
    """How many pods there are already."""
    measured: int
    real: int = 0
    """Pods a second of kube-scheduler v1.36.2 in process, with its sampling of nodes."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Pods of one kind, placed one after another."""

    name: str
    kind: str
    kind_before: str
    few: Size
    many: Size
    times: int = 0
    """How many times as fast as the real one it should be at many nodes; 0: there is no aim."""


WORKLOADS = (
    Workload(
        "plain",
        "plain",
        "plain",
        Size(500, 500, 1_000, 828),
        Size(5_000, 1_000, 1_000, 526),
        times=10,
    ),
    Workload(
        "hard topology spread",
        "spread",
        "plain",
        Size(500, 1_000, 1_000, 508),
        Size(5_000, 5_000, 1_000, 198),
        times=5,
    ),
    Workload(
        "preferred affinity",
        "preferred",
        "preferred",
        Size(500, 500, 1_000, 431),
        Size(5_000, 5_000, 1_000, 208),
        times=5,
    ),
    Workload(
        "anti-affinity",
        "anti",
        "anti",
        Size(500, 100, 400, 888),
        Size(5_000, 1_000, 1_000, 390),
    ),
)


def lines(workloads: Sequence[Workload] = WORKLOADS) -> Iterator[Line]:
    """Each workload at few and at many nodes, and how its time grows with them."""
    for workload in workloads:
        few, plain = _measured(workload, workload.few)
        yield _speed(workload, workload.few, few, plain, times=0)
        many, plain = _measured(workload, workload.many)
        yield _speed(workload, workload.many, many, plain, workload.times)
        growth, nodes = many / few, workload.many.nodes / workload.few.nodes
        what = f"  time per pod at {nodes:g} times the nodes"
        yield at_most(what, f"{growth:.1f} times", growth, nodes, " times")


def _speed(workload: Workload, size: Size, seconds: float, plain: float, times: int) -> Line:
    rate = 1 / seconds
    what = f"placing: {workload.name}, {size.nodes:,} nodes"
    found = f"{rate:,.0f} pods/s, {plain / seconds:,.0f} x plain reading, real {size.real}"
    if not times:
        return Line(what, found)
    return at_least(what, found, rate, times * size.real, "/s")


def _measured(workload: Workload, size: Size) -> tuple[float, float]:
    """Seconds a pod, in columns (the best of some rounds) and by the plain reading."""
    nodes = [_node(number).obj for number in range(size.nodes)]
    asked = _pods(workload.kind, "sched-1", size.measured)
    rounds = []
    for _ in range(_ROUNDS):
        scheduler = ColumnarScheduler(FRAMEWORK, nodes)
        bound = _placed(scheduler, _pods(workload.kind_before, "sched-0", size.before))
        started = time.process_time()
        _placed(scheduler, asked)
        rounds.append((time.process_time() - started) / len(asked))
    return min(rounds), _plainly(nodes, bound, asked[0])


FRAMEWORK = Framework(default_profile())


def _placed(scheduler: ColumnarScheduler, pods: Sequence[Json]) -> list[Json]:
    """The pods, bound to where they were placed."""
    bound = []
    for asked in pods:
        placement = scheduler.place(asked)
        assert placement.scored is not None, "each fits, and columns cover it"
        scheduler.assume(placement)
        bound.append({**asked, "spec": {**asked["spec"], "nodeName": placement.node}})
    return bound


def _plainly(nodes: Sequence[Json], bound: Sequence[Json], asked: Json) -> float:
    snapshot = Snapshot(nodes, bound, Objects())
    started = time.process_time()
    decision = schedule(FRAMEWORK, snapshot, PodInfo(asked))
    assert decision.node, "it fits"
    return time.process_time() - started


def memory(nodes: int = 5_000, pods: int = 150_000) -> Iterator[Line]:
    """What a process holds that has read a large cluster."""
    probe = str(Path(__file__).with_name("probe.py"))
    process = run([probe, "scheduler_columns", str(nodes), str(pods)])
    peak = process.peak_bytes / 1e6
    what = f"  memory: {nodes:,} nodes, {pods:,} pods"
    yield at_most(what, f"{peak:,.0f} MB", peak, _MEMORY_MAX_MB, " MB")


# scheduler_perf's templates


def _node(number: int) -> NodeBuilder:
    """node-default.yaml, in one of three zones."""
    return node(f"node-{number:05}").cpu("4").memory("32Gi").zone(f"moon-{number % 3 + 1}")


def filled(nodes: int, pods: int) -> tuple[ColumnarScheduler, Json]:
    """A cluster with so many pods of all workloads, and one more pod."""
    scheduler = ColumnarScheduler(FRAMEWORK, [_node(number).obj for number in range(nodes)])
    kinds = [workload.kind for workload in WORKLOADS]
    for number in range(pods):
        asked = _pod(kinds[number % 3], f"sched-{number % 2}", number)
        # As an object that was read: nothing in it is shared with others.
        scheduler.add(json.loads(json.dumps(asked)), f"node-{number % nodes:05}")
    return scheduler, _pod("spread", "sched-1", pods)


def _pods(kind: str, namespace: str, number: int) -> list[Json]:
    return [_pod(kind, namespace, each) for each in range(number)]


def _pod(kind: str, namespace: str, number: int) -> Json:
    """pod-default.yaml, with what its kind adds."""
    built = pod(f"{kind}-{number}", namespace).cpu("100m").memory("500Mi")
    built.image("registry.k8s.io/pause:3.10.1")
    built.spec["containers"][0]["ports"] = [{"containerPort": 80}]
    _KINDS[kind](built)
    return built.obj


def _spread(built: PodBuilder) -> None:
    built.label("color", "blue").spread(ZONE, {"color": "blue"}, skew=5)


def _preferred(built: PodBuilder) -> None:
    built.label("color", "red").near({"color": "red"}, HOSTNAME, weight=1)
    [term] = built.spec["affinity"]["podAffinity"][_PREFERRED]
    term["podAffinityTerm"]["namespaces"] = ["sched-1", "sched-0"]


def _anti(built: PodBuilder) -> None:
    built.label("color", "green").label("name", "test").far_from({"color": "green"}, HOSTNAME)
    [term] = built.spec["affinity"]["podAntiAffinity"][_REQUIRED]
    term["namespaces"] = ["sched-1", "sched-0"]


_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_KINDS = {"plain": lambda built: None, "spread": _spread, "preferred": _preferred, "anti": _anti}
