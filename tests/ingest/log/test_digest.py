"""The digest of the log's content."""

from pathlib import Path
from typing import Any

import pytest

from ingest.log.digest import events_digest
from ingest.log.event_writer import Limits
from ingest.log.trace import Trace
from ingest.redact import Redactor
from tests.ingest.log.log_rows import event, events

ROWS = [event(f"{number}", number, name=f"pod-{number}") for number in range(6)]


def digest(path: Path, *runs: list[dict[str, Any]]) -> str:
    trace = Trace(path, create=True)
    with trace.writer() as writer:
        for run in runs:
            writer.append_events([events(*run)], Limits(file_rows=2))
    with trace.snapshot() as snapshot:
        return events_digest(snapshot.folder, snapshot.files("events"))


def test_it_does_not_depend_on_the_order_of_ingest(tmp_path: Path) -> None:
    assert digest(tmp_path / "a", ROWS[:3], ROWS[3:]) == digest(tmp_path / "b", ROWS[1:], ROWS)


def test_it_does_not_depend_on_where_an_event_was_read(tmp_path: Path) -> None:
    moved = [{**row, "file": "other.log", "line": 9} for row in ROWS]
    assert digest(tmp_path / "a", ROWS) == digest(tmp_path / "b", moved)


@pytest.mark.parametrize("changed", [{"user": "bob"}, {"request": "{}"}, {"annotations": []}])
def test_it_depends_on_the_content(tmp_path: Path, changed: dict[str, Any]) -> None:
    other = [{**ROWS[0], **changed}, *ROWS[1:]]
    assert digest(tmp_path / "a", ROWS) != digest(tmp_path / "b", other)


def test_it_leaves_redacted_values_out(tmp_path: Path) -> None:
    digests = [
        digest(tmp_path / str(number), [event("a", 1, request=f'{{"data":"{hidden}"}}')])
        for number, hidden in enumerate(Redactor(key).hash("x") for key in (b"k" * 16, b"l" * 16))
    ]
    assert digests[0] == digests[1]


def test_it_counts_an_event_once_that_was_superseded(tmp_path: Path) -> None:
    received = event("a", 1, stage="RequestReceived")
    answered = event("a", 1)
    assert digest(tmp_path / "a", [received], [answered]) == digest(tmp_path / "b", [answered])
