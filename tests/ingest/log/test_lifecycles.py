"""The lives of pods, stretch by stretch and as a whole."""

from pathlib import Path
from typing import Any

import pytest

from ingest.log.connection import Log
from tests.ingest.log.log_rows import event
from tests.ingest.log.opened import ask, gone, put, write
from tests.recordings import ingested

RUNNING = {"name": "c", "state": {"running": {}}, "restartCount": 1}
READY = {"type": "Ready", "status": "True"}
DELETED = {"deletionTimestamp": "2026-11-21T03:00:00Z"}


def phase(position: int, phase: str, **metadata: Any) -> dict[str, Any]:
    body = {"metadata": metadata, "status": {"phase": phase}}
    return put(position, body, audit_id=f"id-{position}")


def test_a_stretch_lasts_while_a_pod_shows_the_same(tmp_path: Path) -> None:
    history = [phase(1, "Pending"), phase(2, "Pending", labels={}), phase(3, "Running"), gone(4)]
    with write(tmp_path / "c", history, segment_rows=2).open() as log:
        assert ask(
            log, "SELECT phase, epoch_us(valid_from), epoch_us(valid_to) FROM pod_phases"
        ) == [("Pending", 1, 3), ("Running", 3, 4)]


def test_what_lasted_for_no_time_is_no_stretch(tmp_path: Path) -> None:
    at_once = {**phase(2, "Unknown"), "valid_from": 3}
    history = [phase(1, "Pending"), at_once, phase(3, "Running")]
    with write(tmp_path / "c", history).open() as log:
        assert ask(
            log, "SELECT phase, epoch_us(valid_from), epoch_us(valid_to) FROM pod_phases"
        ) == [("Pending", 1, 3), ("Running", 3, None)]


def life(tmp_path: Path, *history: dict[str, Any], query: str, **log_rows: Any) -> Any:
    with write(tmp_path / "c", history, **log_rows).open() as log:
        (row,) = ask(log, f"SELECT {query} FROM pod_lifecycles")
        return row


def test_a_life_tells_when_a_pod_came_to_what_and_who_ended_it(tmp_path: Path) -> None:
    owner = [{"kind": "ReplicaSet", "name": "web-1", "uid": "uid-web-1", "controller": True}]
    above = [{"kind": "Deployment", "name": "web", "uid": "uid-web-0", "controller": True}]
    replicaset = {"metadata": {"name": "web-1", "ownerReferences": above}}
    bound = {"metadata": {"ownerReferences": owner}, "spec": {"nodeName": "n1"}}
    started = {**bound, "status": {"phase": "Running", "containerStatuses": [RUNNING]}}
    ready = {**started, "status": {**started["status"], "conditions": [READY]}}
    leaving = {**ready, "metadata": {**bound["metadata"], **DELETED}}
    history = [
        put(1, replicaset, resource="replicasets", api_group="apps", change="created"),
        put(1_000_001, {"metadata": {"ownerReferences": owner}}, change="created"),
        put(2_000_001, bound),
        put(3_000_001, started),
        put(5_000_001, ready),
        put(8_000_001, leaving, audit_id="id"),
        gone(9_000_001),
    ]
    assert life(
        tmp_path,
        *history,
        log=[event("id", 8, component="replicaset-controller", user="system:rs")],
        query="name, node, owner, owner_chain, scheduling_seconds, starting_seconds, "
        "ready_seconds, terminating_seconds, lifetime_seconds, restarts, ended, deleted_by, "
        "deleted_by_user, known_from_start",
    ) == (
        *("web", "n1", "ReplicaSet/web-1", "Deployment/web > ReplicaSet/web-1"),
        *(1.0, 1.0, 4.0, 1.0, 8.0, 1, "Deleted", "replicaset-controller", "system:rs", True),
    )


def failed_by(reason: str) -> dict[str, Any]:
    statuses = [{"state": {"terminated": {"reason": reason}}}]
    return {"phase": "Failed", "containerStatuses": statuses}


def disrupted_by(reason: str) -> dict[str, Any]:
    return {"phase": "Failed", "conditions": [{"type": "DisruptionTarget", "reason": reason}]}


@pytest.mark.parametrize(
    ("own", "then", "end", "ended"),
    [
        ({"phase": "Succeeded"}, None, True, "Succeeded"),
        ({"phase": "Failed"}, None, False, "Failed"),
        ({"phase": "Failed", "reason": "Evicted"}, None, True, "Evicted"),
        (failed_by("OOMKilled"), None, False, "OOMKilled"),
        ({"phase": "Running"}, {"phase": "Failed"}, True, "Deleted"),
        ({"phase": "Running"}, {"phase": "Running"}, False, "Terminating"),
        ({"phase": "Running"}, disrupted_by("PreemptionByScheduler"), True, "Preempted"),
        ({"phase": "Running"}, disrupted_by("EvictionByEvictionAPI"), True, "Evicted"),
        ({"phase": "Running"}, None, False, "Running"),
        ({"phase": "Pending"}, None, True, "Deleted"),
    ],
)
def test_how_a_pod_ended(
    tmp_path: Path,
    own: dict[str, Any],
    then: dict[str, Any] | None,
    end: bool,
    ended: str,
) -> None:
    history = [put(1, {"status": own}, change="created")]
    if then is not None:
        history.append(put(2, {"metadata": {**DELETED}, "status": then}))
    if end:
        history.append(gone(3))
    assert life(tmp_path, *history, query="ended") == (ended,)


def test_a_pod_older_than_the_log_has_the_times_that_it_tells(tmp_path: Path) -> None:
    told = "2026-11-21T03:00:05Z"
    body = {
        "metadata": {"creationTimestamp": "2026-11-21T03:00:00Z"},
        "spec": {"nodeName": "n1"},
        "status": {
            "conditions": [
                {"type": type_, "status": "True", "lastTransitionTime": told}
                for type_ in ("PodScheduled", "Ready")
            ]
        },
    }
    seen = put(1, body, change="seen", valid_from=1795230600000000)
    assert life(
        tmp_path, seen, query="known_from_start, scheduling_seconds, ready_seconds, epoch(created)"
    ) == (False, 5.0, 5.0, 1795230000.0)


def test_owners_in_a_circle_end(tmp_path: Path) -> None:
    def owned(position: int, name: str, by: str, resource: str) -> dict[str, Any]:
        references = [{"kind": "K", "name": by, "uid": f"uid-{by}", "controller": True}]
        body = {"metadata": {"name": name, "ownerReferences": references}}
        return put(position, body, resource=resource, change="created")

    history = [
        owned(1, "a", "b", "things"),
        owned(2, "b", "a", "things"),
        owned(3, "p", "a", "pods"),
    ]
    (chain,) = life(tmp_path, *history, query="owner_chain")
    assert chain.endswith("K/b > K/a")


def test_lives_of_a_recording() -> None:
    with ingested("rollout").snapshot() as snapshot, Log.of(snapshot) as log:
        found = ask(
            log,
            "SELECT owner_chain, ended, deleted_by FROM pod_lifecycles "
            "WHERE name LIKE 'demo-696576cd5c-%'",
        )
        assert (
            found
            == [("Deployment/demo > ReplicaSet/demo-696576cd5c", "Deleted", "namespace-controller")]
            * 2
        )
        backwards = ask(
            log,
            "SELECT count(*) FROM pod_lifecycles WHERE least(scheduling_seconds, "
            "starting_seconds, ready_seconds, terminating_seconds) < 0",
        )
        assert backwards == [(0,)]
