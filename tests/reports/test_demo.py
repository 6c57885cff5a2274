"""The demo: its recording can be ingested, and its questions have answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import reports.demo
from ingest import pipeline
from ingest.log.connection import Log
from ingest.log.trace import Trace
from reports.demo.questions import QUESTIONS
from reports.demo.recording import recording
from reports.page import build_report

MAXIMAL_SIZE = 700_000


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    trace = Trace(tmp_path_factory.mktemp("demo") / "trace", create=True)
    with recording() as path:
        pipeline.ingest(trace, [str(path)], pipeline.IngestOptions())
    with trace.snapshot("default") as snapshot, Log.of(snapshot) as log:
        yield log


def answer(log: Log, name: str) -> list[dict[str, Any]]:
    (question,) = [question for question in QUESTIONS if question.name == name]
    log.prepare(question.sql)
    rows: list[dict[str, Any]] = log.connection.sql(question.sql).to_arrow_table().to_pylist()
    return rows


def test_the_recording_is_small() -> None:
    with recording() as path:
        assert path.stat().st_size < MAXIMAL_SIZE


def test_every_sql_file_is_a_question() -> None:
    folder = Path(reports.demo.__file__).parent
    assert sorted(path.stem for path in folder.glob("*.sql")) == sorted(q.name for q in QUESTIONS)


def test_the_stuck_rollout_is_told_with_its_cause_and_who_ended_it(log: Log) -> None:
    (row,) = answer(log, "stuck_rollout")
    assert (row["rollout"], row["by"], row["ended_by"]) == (
        "shop/api",
        "ci-deployer",
        "bob@example.com",
    )
    assert 20 < row["seconds"] < 30
    assert 'image "ghcr.io/acme/api:2.4.0-missing": not found' in row["why"]


def test_the_deletions_are_told_with_what_went_along(log: Log) -> None:
    rows = [(row["what"], row["how"], row["pods_gone"]) for row in answer(log, "deletions")]
    assert rows == [
        ("deployments web", "forbidden", 0),
        ("deployments front-a", "foreground", 2),
        ("deployments front-b", "background", 2),
        ("deployments front-c", "orphan", 0),
        ("replicasets front-c-8f995fcb", "background", 2),
        ("namespaces sandbox", "background", 2),
        ("services web-headless", "background", 0),
    ]


def test_the_slowest_pods_are_told_with_where_the_time_went(log: Log) -> None:
    rows = answer(log, "slowest_pods")
    assert len(rows) == 5
    for row in rows:
        assert row["to_node"] + row["to_start"] + row["to_ready"] == pytest.approx(
            row["seconds"], abs=0.2
        )


def test_the_report_of_the_recording_shows_its_deployments(log: Log) -> None:
    page = build_report(log, "demo")
    for name in ("api", "web", "worker", "demo", "front-a", "front-b", "front-c"):
        assert page.count(f"<b>Deployment/{name}</b>") == 2
