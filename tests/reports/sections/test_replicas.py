"""Desired against actual replicas, and drift."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reports.contract import Figure, Legend, Note, Span
from reports.sections import replicas
from tests.reports.tiny_log import TinyLog, at_ms

SPAN = Span(at_ms(0), at_ms(100))


@pytest.fixture
def log() -> TinyLog:
    return TinyLog()


def numbers(log: TinyLog) -> list[tuple[int, int, int | None]]:
    rows = log.rows("replicas").to_pylist()
    return [(row["desired"], row["ready"], row["updated"]) for row in rows]


def figures(log: TinyLog) -> list[Figure]:
    blocks = replicas.build(log.rows("replicas"), SPAN)
    return [block for block in blocks if isinstance(block, Figure)]


ROLLING = {"updateStrategy": {"type": "RollingUpdate"}}


@pytest.mark.parametrize(
    ("resource", "spec", "status", "expected"),
    [
        ("deployments", {"replicas": 3}, {"readyReplicas": 2, "updatedReplicas": 1}, (3, 2, 1)),
        ("deployments", {"replicas": 0}, {}, (0, 0, 0)),
        ("deployments", {}, {}, (1, 0, 0)),
        ("deployments", {"replicas": 3, "paused": True}, {"readyReplicas": 3}, (3, 3, None)),
        (
            "statefulsets",
            {"replicas": 3, **ROLLING},
            {"readyReplicas": 3, "updatedReplicas": 3},
            (3, 3, 3),
        ),
        (
            "statefulsets",
            {
                "replicas": 3,
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}},
            },
            {"readyReplicas": 3, "updatedReplicas": 1},
            (3, 3, None),
        ),
        (
            "daemonsets",
            {"updateStrategy": {"type": "OnDelete"}},
            {"desiredNumberScheduled": 5, "numberReady": 4},
            (5, 4, None),
        ),
        (
            "daemonsets",
            ROLLING,
            {"desiredNumberScheduled": 5, "numberReady": 4, "updatedNumberScheduled": 2},
            (5, 4, 2),
        ),
        ("jobs", {"parallelism": 4, "completions": 6}, {"active": 4, "ready": 3}, (4, 3, None)),
        ("jobs", {"parallelism": 4, "completions": 6}, {"succeeded": 5, "ready": 1}, (1, 1, None)),
        ("jobs", {"parallelism": 4, "suspend": True}, {}, (0, 0, None)),
        ("jobs", {"parallelism": 3}, {"ready": 3}, (3, 3, None)),
        ("jobs", {"parallelism": 3}, {"succeeded": 1, "active": 2, "ready": 2}, (2, 2, None)),
        (
            "jobs",
            {"parallelism": 4, "completions": 6},
            {"conditions": [{"type": "FailureTarget"}, {"type": "Failed"}]},
            (0, 0, None),
        ),
    ],
)
def test_what_a_workload_wants_and_has(
    log: TinyLog, resource: str, spec: Any, status: Any, expected: tuple[int, int, int | None]
) -> None:
    log.version(resource, 1, None, spec, status)
    assert numbers(log) == [expected]


OWNED = {"metadata": {"ownerReferences": [{"kind": "Deployment", "controller": True}]}}


def test_a_replicaset_stands_for_itself_while_nothing_controls_it(log: TinyLog) -> None:
    body = {"spec": {"replicas": 3}, "status": {"readyReplicas": 2}}
    for name, *versions in (("alone", {}), ("owned", OWNED), ("orphan", OWNED, {})):
        for at, owner in enumerate(versions):
            text = json.dumps({**body, **owner})
            log.version("replicasets", at, at + 1, {}, {}, name=name, uid=name, object=text)
    assert [figure.title for figure in figures(log)] == ["ReplicaSet/alone", "ReplicaSet/orphan"]
    assert numbers(log) == [(3, 2, None)] * 2


def test_versions_with_the_same_numbers_are_one_stretch(log: TinyLog) -> None:
    log.version("jobs", 1, 5, {}, {})
    log.version("jobs", 5, 9, {}, {})
    log.version("jobs", 9, None, {}, {"ready": 1})
    rows = log.rows("replicas").to_pylist()
    assert [(row["begins_ms"], row["ends_ms"]) for row in rows] == [
        (at_ms(1), at_ms(9)),
        (at_ms(9), None),
    ]


def test_a_version_whose_body_was_not_seen_tells_nothing(log: TinyLog) -> None:
    log.version("jobs", 1, 5, {}, {}, object=None)
    assert numbers(log) == []


def test_drift_lasts_while_pods_are_missing_or_old(log: TinyLog) -> None:
    log.version("deployments", 0, 10, {"replicas": 2}, {})
    log.version("deployments", 10, 20, {"replicas": 2}, {"readyReplicas": 2, "updatedReplicas": 1})
    log.version("deployments", 20, 30, {"replicas": 2}, {"readyReplicas": 2, "updatedReplicas": 2})
    log.version(
        "deployments", 30, None, {"replicas": 3}, {"readyReplicas": 2, "updatedReplicas": 2}
    )
    (figure,) = figures(log)
    shades = [(shape["x0"], shape["x1"]) for shape in figure.layout["shapes"]]
    assert shades == [(at_ms(0), at_ms(20)), (at_ms(30), at_ms(100))]
    assert figure.summary == (
        "namespace shop · 3 desired, 2 ready · drifted 1 min 30 s in 2 stretches"
    )


def test_a_line_ends_where_its_workload_was_deleted(log: TinyLog) -> None:
    log.version("deployments", 10, 40, {"replicas": 1}, {})
    (figure,) = figures(log)
    *lines, _ = figure.traces
    assert [line["x"] for line in lines] == [[at_ms(10), at_ms(40)]] * 3
    assert "until 2026-11-21 03:00:40 UTC" in figure.summary


def test_the_numbers_of_a_stretch_are_told_wherever_it_is_pointed_at(log: TinyLog) -> None:
    log.version("deployments", 10, 40, {"replicas": 2}, {"readyReplicas": 1})
    bars = figures(log)[0].traces[-1]
    assert (bars["base"], bars["x"]) == ([at_ms(10)], [30_000])
    (text,) = bars["hovertext"]
    assert text.split("<br>") == [
        "<b>2 desired, 1 ready</b>",
        "0 of the newest template",
        "2026-11-21 03:00:10.0 UTC, for 30 s",
    ]


def test_the_workload_that_drifted_longest_comes_first(log: TinyLog) -> None:
    done = {"readyReplicas": 1, "updatedReplicas": 1}
    log.version("deployments", 0, None, {}, done, name="a", uid="a")
    log.version("deployments", 0, None, {}, {}, name="b", uid="b")
    assert [figure.title for figure in figures(log)] == ["Deployment/b", "Deployment/a"]


def test_a_workload_created_again_is_another_one(log: TinyLog) -> None:
    log.version("deployments", 0, 10, {}, {}, uid="first")
    log.version("deployments", 20, None, {}, {}, uid="second")
    assert len(figures(log)) == 2


def test_more_workloads_than_a_page_holds_are_capped_with_a_note(log: TinyLog) -> None:
    for number in range(replicas.WORKLOADS_SHOWN + 1):
        log.version("jobs", 0, None, {}, {}, name=f"j{number}", uid=f"j{number}")
    note, legend, *rest = replicas.build(log.rows("replicas"), SPAN)
    assert isinstance(note, Note)
    assert isinstance(legend, Legend)
    assert len(rest) == replicas.WORKLOADS_SHOWN


def test_a_record_without_workloads_says_so(log: TinyLog) -> None:
    (note,) = replicas.build(log.rows("replicas"), SPAN)
    assert isinstance(note, Note)
