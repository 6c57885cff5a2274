"""What the pod views make of pods: STATUS, requests, phases and lives."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest.log.connection import Log
from ingest.log.times import show
from tests.ingest.log.opened import ask, put, write
from tests.recordings import dumps, each, ingested
from tests.vectors import read

RUNNING = {"ready": True, "state": {"running": {}}, "name": "c", "restartCount": 1}
DONE = {"state": {"terminated": {"exitCode": 0, "reason": "Completed"}}, "name": "c"}
FAILED = {"state": {"terminated": {"exitCode": 3}}, "name": "c", "restartCount": 2}
KILLED = {"state": {"terminated": {"exitCode": 137, "signal": 9}}, "name": "c"}
LOOPING = {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "name": "c", "restartCount": 7}
STARTING = {"state": {"waiting": {"reason": "PodInitializing"}}, "name": "i"}
SIDECAR = {"ready": True, "started": True, "state": {"running": {}}, "name": "s", "restartCount": 1}
READY = {"type": "Ready", "status": "True"}
GATED = {"type": "PodScheduled", "reason": "SchedulingGated"}


def status(
    phase: str,
    *containers: dict[str, Any],
    init: tuple[dict[str, Any], ...] = (),
    **fields: Any,
) -> dict[str, Any]:
    statuses = {"containerStatuses": list(containers), "initContainerStatuses": list(init)}
    return {"phase": phase, **statuses, **fields}


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (status("Pending"), ("Pending", "0/2", 0)),
        (status("Failed", reason="Evicted"), ("Evicted", "0/2", 0)),
        (status("Running", RUNNING), ("Running", "1/2", 1)),
        (status("Running", RUNNING, LOOPING), ("CrashLoopBackOff", "1/2", 8)),
        (status("Failed", FAILED), ("ExitCode:3", "0/2", 2)),
        (status("Failed", KILLED), ("Signal:9", "0/2", 0)),
        (status("Failed", DONE, FAILED), ("ExitCode:3", "0/2", 2)),
        (status("Running", DONE, RUNNING), ("NotReady", "1/2", 1)),
        (status("Running", DONE, RUNNING, conditions=[READY]), ("Running", "1/2", 1)),
        (status("Pending", init=(STARTING,)), ("Init:0/2", "0/2", 0)),
        (status("Pending", init=(SIDECAR, FAILED)), ("Init:ExitCode:3", "1/2", 3)),
        (status("Running", RUNNING, init=(SIDECAR, DONE)), ("Running", "2/2", 2)),
        (status("Pending", conditions=[GATED]), ("SchedulingGated", "0/2", 0)),
    ],
)
def test_status_ready_and_restarts_are_those_of_kubectl(
    tmp_path: Path, status: dict[str, Any], shown: tuple[str, str, int]
) -> None:
    spec = {
        "containers": [{"name": "c"}],
        "initContainers": [{"name": "s", "restartPolicy": "Always"}, {"name": "i"}],
    }
    with write(tmp_path / "c", [put(1, {"spec": spec, "status": status})]).open() as log:
        assert ask(log, "SELECT reason, ready, restarts FROM pods") == [shown]


def test_a_pod_that_is_asked_to_go_is_terminating_until_it_has_ended(tmp_path: Path) -> None:
    deleted = {"metadata": {"deletionTimestamp": "2026-11-21T03:00:00Z"}}
    running = put(1, {**deleted, "status": {"phase": "Running"}})
    ended = put(2, {"metadata": {**deleted["metadata"]}, "status": {"phase": "Failed"}})
    with write(tmp_path / "c", [running, ended]).open() as log:
        assert ask(log, "SELECT reason FROM pods_history ORDER BY position") == [
            ("Terminating",),
            ("Failed",),
        ]


@pytest.mark.parametrize("name", each("rollout", "crashes", "pressure", "node-failure", "batch"))
def test_pods_at_a_time_are_those_that_kubectl_listed(name: str) -> None:
    with ingested(name).snapshot() as snapshot, Log.of(snapshot) as log:
        for folder, times in dumps(name):
            taken = times["text"]["pods-wide.txt"]
            listed = {
                (*found[1].split(), int(found[2]))
                for line in (folder / "text" / "pods-wide.txt").read_text().splitlines()[1:]
                if (found := re.match(r"(\S+\s+\S+\s+\S+\s+\S+)\s+(\d+)\s", line))
            }
            # kubectl asked at some moment between these.
            states = [
                {
                    (namespace, name_, ready, reason, restarts)
                    for namespace, name_, ready, reason, restarts in ask(
                        log,
                        "SELECT namespace, name, ready, reason, restarts "
                        f"FROM pods_at('{show(taken[end] * 1000)}')",
                    )
                }
                for end in ("start_ms", "end_ms")
            ]
            assert listed in states, folder


def asking(cpu: str | None, **fields: Any) -> dict[str, Any]:
    resources = {"resources": {"requests": {"cpu": cpu}}} if cpu else {}
    return {"name": "c", **resources, **fields}


ONE, TWO, THREE = (asking(cpu) for cpu in "123")
STAYS = asking("1", restartPolicy="Always")


@pytest.mark.parametrize(
    ("spec", "cores"),
    [
        ({"containers": [asking("100m"), asking(None)]}, 0.1),
        ({"containers": [ONE], "initContainers": [THREE]}, 3.0),
        # A sidecar runs beside the containers and beside the init containers after it.
        ({"containers": [ONE], "initContainers": [STAYS, TWO]}, 3.0),
        ({"containers": [ONE], "initContainers": [TWO, STAYS]}, 2.0),
        ({"containers": [ONE], "overhead": {"cpu": "250m"}}, 1.25),
        ({"containers": [ONE], "resources": {"requests": {"cpu": "2"}}}, 2.0),
        ({"containers": [asking(None)]}, 0.0),
    ],
)
def test_requests_are_counted_as_the_scheduler_counts_them(
    tmp_path: Path, spec: dict[str, Any], cores: float
) -> None:
    with write(tmp_path / "c", [put(1, {"spec": spec})]).open() as log:
        assert ask(log, "SELECT cpu_request, cpu_limit FROM pods") == [(cores, None)]


def test_a_limit_is_the_sum_of_those_that_are_set(tmp_path: Path) -> None:
    limits = [{"name": n, "resources": {"limits": {"memory": "1Gi"}}} for n in ("a", "b")]
    with write(tmp_path / "c", [put(1, {"spec": {"containers": limits}})]).open() as log:
        assert ask(log, "SELECT memory_limit FROM pods") == [(2147483648.0,)]


SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    **{suffix: Decimal(10) ** (3 * n) for n, suffix in enumerate("kMGTPE", 1)},
    **{f"{suffix}i": Decimal(1024) ** n for n, suffix in enumerate("KMGTPE", 1)},
}


def exactly(text: str) -> float | None:
    """A quantity as the double next to it."""
    found = re.fullmatch(r"([+-]?(?:\d+\.?\d*|\.\d+))(\D*|[eE][+-]?\d+)", text)
    if found is None or (found[2] not in SUFFIXES and not found[2][1:].strip("+-").isdigit()):
        return None
    if found[2] in SUFFIXES:
        return float(Decimal(found[1]) * SUFFIXES[found[2]])
    return float(Decimal(text))


@pytest.mark.parametrize(
    "text",
    [
        *(f"1.5{suffix}" for suffix in SUFFIXES),
        *("0.1m", "2e3", "2E-3", "1E", "1e", ".5", "5.", "-3Ki", "+1", "", "x", "1 ", "1kk", "Ki"),
    ],
)
def test_a_quantity_is_the_number_nearest_to_it(tmp_path: Path, text: str) -> None:
    with Log(tmp_path, {}) as log:
        assert ask(log, f"SELECT quantity('{text}')") == [(exactly(text),)]


def test_quantities_of_kubernetes_are_read(tmp_path: Path) -> None:
    texts = [v["in"] for v in read("quantity") if v["type"] == "parse" and "error" not in v]
    with Log(tmp_path, {}) as log:
        log.prepare("quantity")
        found = dict(
            log.connection.execute(
                "SELECT text, quantity(text) FROM unnest($texts::VARCHAR[]) AS t(text)",
                {"texts": texts},
            ).fetchall()
        )
    assert {text: found[text] for text in texts if found[text] != exactly(text)} == {}
