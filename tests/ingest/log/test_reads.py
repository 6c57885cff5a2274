"""Counted reads: each is there once, however its sources overlap."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.log import small
from ingest.log.connection import Log
from ingest.log.current import DataFile
from ingest.log.reads import ReadKey, ReadPiece, ReadsWriter
from ingest.log.schema import READS
from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from tests.audit_lines import AuditLines, config_map

KUBELET = ReadKey("kubelet", "get", "", "pods", True)


def piece(*reads: tuple[int, int], kind: ReadKey = KUBELET) -> ReadPiece:
    """Reads of one kind, by time and mark."""
    times, marks = [time for time, _ in reads], [mark for _, mark in reads]
    return ReadPiece(
        [kind],
        np.zeros(len(reads), np.int32).tobytes(),
        np.array(times, np.int64).tobytes(),
        np.array(marks, np.int32).tobytes(),
    )


def stored(trace: Trace) -> list[dict[str, Any]]:
    with trace.snapshot() as snapshot:
        return small.read_rows(snapshot.folder, snapshot.files("reads"))


def marks(trace: Trace) -> list[int]:
    return sorted(row["mark"] for row in stored(trace))


def test_a_read_that_comes_again_is_there_once(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    for reads in (piece((1, 10), (2, 20), (2, 20)), piece((2, 20), (3, 30))):
        with trace.writer() as writer:
            writer.append_reads([reads.table(), reads.table()])
            writer.flush_reads()
    assert marks(trace) == [10, 20, 30]


def test_reads_of_one_time_are_told_apart_by_their_marks(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    with trace.writer() as writer:
        writer.append_reads([piece((1, 0), (1, 256), (256, 0), (1, -1)).table()])
        writer.flush_reads()
    assert len(stored(trace)) == 4


def test_a_piece_gives_the_columns_of_the_table() -> None:
    watch = ReadKey("", "watch", "apps", "deployments", False)
    numbers = np.array([1, 0], np.int32).tobytes()
    two = ReadPiece(
        [KUBELET, watch], numbers, piece((5, 7), (6, 8)).received, piece((5, 7), (6, 8)).marks
    )
    table = two.table()
    assert table.schema == READS.arrow
    assert [row["resource"] for row in table.to_pylist()] == ["deployments", "pods"]
    assert table["received"].cast(pa.int64()).to_pylist() == [5, 6]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=12), max_size=6),
    st.integers(1, 7),
)
def test_any_overlap_leaves_each_read_once(
    sources: list[list[tuple[int, int]]], file_rows: int
) -> None:
    with TemporaryDirectory() as folder:
        files: list[DataFile] = []
        for reads in sources:
            writer = ReadsWriter(Path(folder), files, files.append, file_rows)
            writer.append(piece(*reads).table())
            writer.flush()
        rows = small.read_rows(Path(folder), files)
    found = [(row["received"].microsecond, row["mark"]) for row in rows]
    assert sorted(found) == sorted({read for reads in sources for read in reads})
    assert all(file.rows <= file_rows for file in files)


def _watching(count: int) -> list[str]:
    lines = AuditLines()
    lines.add("create", "configmaps", "web", response=config_map("web", 5, {}), code=201)
    for _ in range(count):
        lines.add("get", "configmaps", "web", level="Metadata")
    return lines.lines


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0)])
def test_reads_of_overlapping_logs_count_once(tmp_path: Path, order: tuple[int, ...]) -> None:
    lines = _watching(6)
    parts = [lines[:5], lines[3:]]
    trace = Trace(tmp_path / "trace", create=True)
    for number in order:
        (tmp_path / "audit.log").write_text("\n".join(parts[number]) + f"\n{' ' * number}")
        ingest(trace, [str(tmp_path / "audit.log")], IngestOptions())
    assert len(stored(trace)) == 6
    assert {(row["verb"], row["resource"]) for row in stored(trace)} == {("get", "configmaps")}


def test_sql_counts_reads(tmp_path: Path) -> None:
    (tmp_path / "audit.log").write_text("\n".join(_watching(3)) + "\n")
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [str(tmp_path / "audit.log")], IngestOptions())
    query = "SELECT component, verb, count(*) FROM reads WHERE succeeded GROUP BY ALL"
    with trace.snapshot() as snapshot, Log.of(snapshot) as log:
        log.prepare(query)
        assert log.connection.execute(query).fetchall() == [("kubectl", "get", 3)]


def test_a_watch_that_began_in_one_log_and_ended_in_the_next_counts_once(tmp_path: Path) -> None:
    *_, line = _watching(1)
    ended = {**json.loads(line), "verb": "watch"}
    begun = {**ended, "stage": "ResponseStarted"}
    trace = Trace(tmp_path / "trace", create=True)
    for event in (begun, ended):
        (tmp_path / "audit.log").write_text(json.dumps(event) + "\n")
        ingest(trace, [str(tmp_path / "audit.log")], IngestOptions())
    assert [row["verb"] for row in stored(trace)] == ["watch"]


def test_a_read_without_a_time_is_noted_and_not_counted(tmp_path: Path) -> None:
    first, line = _watching(1)
    lost = {**json.loads(line), "requestReceivedTimestamp": None, "stageTimestamp": None}
    (tmp_path / "audit.log").write_text(first + "\n" + json.dumps(lost) + "\n")
    result = ingest(
        Trace(tmp_path / "trace", create=True), [str(tmp_path / "audit.log")], IngestOptions()
    )
    assert (result.reads, result.anomalies.count("missing_time")) == (0, 1)
