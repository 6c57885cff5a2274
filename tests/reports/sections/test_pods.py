"""The lanes of pods."""

from __future__ import annotations

from typing import Any

import pytest

from reports.contract import Figure, Legend, Note, Span
from reports.sections import pods
from tests.reports.tiny_log import TinyLog, at, at_ms

SPAN = Span(at_ms(0), at_ms(100))


@pytest.fixture
def log() -> TinyLog:
    return TinyLog()


def figures(log: TinyLog) -> list[Figure]:
    return [block for block in pods.build(log.rows("pods"), SPAN) if isinstance(block, Figure)]


def states(log: TinyLog) -> list[tuple[str, float, float | None]]:
    """The stretches that the query gives, in seconds after the start."""
    return [
        (
            row["state"],
            (row["begins_ms"] - at_ms(0)) / 1000,
            row["ends_ms"] and (row["ends_ms"] - at_ms(0)) / 1000,
        )
        for row in log.rows("pods").to_pylist()
    ]


@pytest.mark.parametrize(
    ("phase", "values", "state"),
    [
        ("Pending", {"node": None, "reason": "Pending"}, "unscheduled"),
        ("Pending", {"node": None, "reason": "SchedulingGated"}, "unscheduled"),
        ("Pending", {"reason": "ContainerCreating"}, "starting"),
        ("Pending", {"reason": "Init:0/2"}, "starting"),
        ("Pending", {"reason": None}, "starting"),
        ("Pending", {"reason": "ErrImagePull"}, "error"),
        ("Pending", {"reason": "Init:CrashLoopBackOff"}, "error"),
        ("Pending", {"reason": "CreateContainerConfigError"}, "error"),
        ("Running", {"reason": "CrashLoopBackOff"}, "error"),
        ("Running", {"reason": "OOMKilled"}, "error"),
        ("Running", {"reason": "Running"}, "unready"),
        ("Running", {"reason": "Running", "is_ready": True}, "ready"),
        ("Succeeded", {"reason": "Completed"}, "succeeded"),
        ("Failed", {"reason": "Error"}, "failed"),
        ("Failed", {"reason": "Evicted"}, "failed"),
        ("Unknown", {}, "unknown"),
        (None, {}, "unknown"),
    ],
)
def test_a_phase_and_its_reason_are_one_state(
    log: TinyLog, phase: str, values: dict[str, Any], state: str
) -> None:
    log.pod("web-1")
    log.phase("web-1", 0, 10, phase, **values)
    assert states(log) == [(state, 0, 10)]


def test_a_pod_is_terminating_from_when_its_deletion_was_asked_for(log: TinyLog) -> None:
    log.pod("web-1", delete_requested=at(30))
    log.phase("web-1", 0, 40, "Running", is_ready=True)
    log.phase("web-1", 40, 50, "Failed")
    assert states(log) == [("ready", 0, 30), ("terminating", 30, 40), ("terminating", 40, 50)]


def test_a_pod_that_was_removed_at_once_never_terminates(log: TinyLog) -> None:
    log.pod("web-1", delete_requested=at(30))
    log.phase("web-1", 0, 30, "Running", is_ready=True)
    assert states(log) == [("ready", 0, 30)]


def test_a_pod_without_uid_keeps_its_stretches(log: TinyLog) -> None:
    log.pod("web-1", uid=None)
    log.phase("web-1", 0, 30, "Running", uid=None)
    assert states(log) == [("unready", 0, 30)]


def test_a_stretch_without_end_lasts_until_the_record_ends(log: TinyLog) -> None:
    log.pod("web-1")
    log.phase("web-1", 40, None, "Running", is_ready=True)
    (trace,) = figures(log)[0].traces
    assert trace["base"] == [at_ms(40)]
    assert trace["x"] == [60_000]


def test_stretches_of_one_state_are_drawn_as_one_bar(log: TinyLog) -> None:
    log.pod("web-1")
    log.phase("web-1", 0, 10, "Running", node="node-1")
    log.phase("web-1", 10, 30, "Running", node="node-2")
    (trace,) = figures(log)[0].traces
    assert trace["x"] == [30_000]


def test_pods_stand_under_the_replicaset_below_their_deployment(log: TinyLog) -> None:
    for name, chain in (
        ("web-b-x1", "Deployment/web > ReplicaSet/web-b"),
        ("web-a-x1", "Deployment/web > ReplicaSet/web-a"),
        ("web-a-x2", "Deployment/web > ReplicaSet/web-a"),
        ("db-0", "StatefulSet/db"),
    ):
        log.pod(name, chain)
        log.phase(name, 0, None, "Running", is_ready=True)
    web, database = figures(log)
    assert (database.title, web.title) == ("StatefulSet/db", "Deployment/web")
    assert database.layout["yaxis"]["ticktext"] == ["db-0"]
    assert [note["text"] for note in web.layout["annotations"]] == [
        "ReplicaSet/web-a",
        "ReplicaSet/web-b",
    ]
    assert web.layout["yaxis"]["tickvals"] == [1, 2, 4]
    assert web.layout["yaxis"]["ticktext"] == ["x1", "x2", "x1"]


def test_a_generated_ending_of_digits_is_short_as_others_are(log: TinyLog) -> None:
    for name in ("web-a-27488", "web-a-x7p2k"):
        log.pod(name, "ReplicaSet/web-a")
        log.phase(name, 0, None, "Running", is_ready=True)
    assert figures(log)[0].layout["yaxis"]["ticktext"] == ["27488", "x7p2k"]


def test_owners_of_the_same_name_in_two_namespaces_stay_apart(log: TinyLog) -> None:
    for namespace in ("shop", "bank"):
        log.pod("web-1", "Deployment/web", namespace=namespace)
        log.phase("web-1", 0, None, "Running", namespace=namespace)
    assert [f.summary for f in figures(log)] == ["namespace bank · 1 pod", "namespace shop · 1 pod"]


def test_owners_with_failures_come_first_then_those_that_lost_time_then_by_name(
    log: TinyLog,
) -> None:
    stretches = (("a", 20, "Running", None), ("b", 20, "Pending", "ErrImagePull"))
    stretches += (("c", 20, "Failed", "Error"), ("d", 0.5, "Pending", "ErrImagePull"))
    for name, ends, phase, reason in stretches:
        log.pod(name, f"ReplicaSet/{name}")
        log.phase(name, 0, ends, phase, reason=reason)
    assert [(figure.title, figure.summary) for figure in figures(log)] == [
        ("ReplicaSet/c", "namespace shop · 1 pod · 1 failed"),
        ("ReplicaSet/b", "namespace shop · 1 pod · back-off or error 20 s"),
        ("ReplicaSet/a", "namespace shop · 1 pod"),
        ("ReplicaSet/d", "namespace shop · 1 pod"),
    ]


def test_many_pods_of_an_owner_are_split_into_figures_and_later_owners_are_folded(
    log: TinyLog,
) -> None:
    for number in range(pods.LANES_PER_FIGURE * 2 + 1):
        log.pod(f"a-{number:03}", "Job/a")
        log.phase(f"a-{number:03}", 0, 10, "Running")
    log.pod("b-1", "Job/b")
    log.phase("b-1", 0, 10, "Running")
    found = figures(log)
    assert [f.title for f in found] == [
        "Job/a (1 of 3)",
        "Job/a (2 of 3)",
        "Job/a (3 of 3)",
        "Job/b",
    ]
    assert [f.folded for f in found] == [False, False, False, True]
    assert sum(len(f.layout["yaxis"]["tickvals"]) for f in found) == pods.LANES_PER_FIGURE * 2 + 2


def test_more_pods_than_a_page_holds_are_capped_with_a_note(log: TinyLog) -> None:
    log.connection.execute(
        "INSERT INTO pod_lifecycles (namespace, name, uid, created) "
        "SELECT 'n', 'p' || i, 'u' || i, make_timestamptz(i * 1000000) FROM range(3002) AS r(i)"
    )
    log.connection.execute(
        "INSERT INTO pod_phases (namespace, name, uid, valid_from, phase) "
        "SELECT namespace, name, uid, created, 'Running' FROM pod_lifecycles"
    )
    note, legend, *rest = pods.build(log.rows("pods"), SPAN)
    assert isinstance(note, Note)
    assert note.text.startswith("The 3,000 pods created last are shown, of 3,002 in the record.")
    assert isinstance(legend, Legend)
    assert len(rest) == 50


def test_a_record_without_pods_says_so(log: TinyLog) -> None:
    (note,) = pods.build(log.rows("pods"), SPAN)
    assert isinstance(note, Note)


def test_a_hover_text_shows_markup_as_text_and_who_deleted(log: TinyLog) -> None:
    log.pod("web-1", delete_requested=at(5), deleted_by="kubectl", deleted_by_user="<b>eve</b>")
    log.phase("web-1", 0, 20, "Running", node="<i>")
    running, terminating = figures(log)[0].traces
    assert (
        "<b>web-1</b><br>Running, not ready<br>2026-11-21 03:00:00.0 UTC, for 5.0 s"
        in (running["hovertext"][0])
    )
    assert "kubectl (&lt;b&gt;eve&lt;/b&gt;)" in terminating["hovertext"][0]
