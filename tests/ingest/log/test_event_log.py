"""The event log: what is appended, what is known already, and reading in the order of time."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.log.current import DataFile
from ingest.log.event_reader import read_events
from ingest.log.event_writer import EventWriter, Limits
from ingest.log.files import microseconds
from ingest.log.schema import EVENTS
from tests.ingest.log.log_rows import event, events

SMALL = Limits(file_rows=8, stretch_rows=4)


class Log:
    """An event log without a trace around it."""

    def __init__(self, folder: Path, limits: Limits = SMALL) -> None:
        self.folder = folder
        self.files: list[DataFile] = []
        self._limits = limits

    def append(self, *batches: pa.RecordBatch) -> int:
        writer = EventWriter(self.folder, self.files, self.files.append, self._limits)
        for batch in batches:
            writer.append(batch)
        writer.flush()
        return writer.appended

    def rows(self, *columns: str) -> list[tuple[Any, ...]]:
        batches = read_events(self.folder, self.files, columns or None)
        return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]

    def content(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def many(count: int) -> list[dict[str, Any]]:
    """Events whose objects' order is not that of time."""
    return [event(f"id-{n:03}", 1000 + n, name=f"pod-{n * 7 % 5}") for n in range(count)]


def in_batches(rows: list[dict[str, Any]], size: int) -> Iterator[pa.RecordBatch]:
    return (events(*rows[at : at + size]) for at in range(0, len(rows), size))


def test_all_columns_come_back_as_they_were(log: Log) -> None:
    row = event("a", 5, resource_version=7, request='{"n":1.10e3,"ü":"\\u00e9"}', namespace=None)
    log.append(events(row))
    (batch,) = read_events(log.folder, log.files)
    assert batch.schema == EVENTS.arrow
    assert batch == events(row)


def test_events_are_read_in_the_order_of_time_across_files(log: Log) -> None:
    rows = many(30)
    log.append(*in_batches(rows[20:], 5))
    log.append(*in_batches(rows[:20], 5))
    assert len(log.files) > 3
    assert log.rows("audit_id") == [(row["audit_id"],) for row in rows]


def test_events_of_two_servers_interleave(log: Log) -> None:
    rows = many(40)
    log.append(*in_batches(rows[::2], 7))
    log.append(*in_batches(rows[1::2], 7))
    assert log.rows("audit_id", "received")[17][0] == "id-017"
    assert [row[0] for row in log.rows("audit_id")] == [row["audit_id"] for row in rows]


def test_events_of_one_instant_are_ordered_by_audit_id(log: Log) -> None:
    log.append(events(event("b", 1), event("c", 1)))
    log.append(events(event("a", 1)))
    assert log.rows("audit_id") == [("a",), ("b",), ("c",)]


def test_rows_stand_in_object_order_within_a_stretch(log: Log) -> None:
    log.append(events(*many(8)))
    names = pq.read_table(log.folder / log.files[0].path)["name"].to_pylist()
    assert names == sorted(names[:4]) + sorted(names[4:])


def test_an_event_in_the_log_is_not_taken_again(log: Log) -> None:
    log.append(events(event("a", 1), event("b", 2)))
    before = log.content()
    assert log.append(events(event("b", 2), event("a", 1))) == 0
    assert log.content() == before


def test_an_event_twice_in_one_run_is_taken_once(log: Log) -> None:
    row = event("a", 1)
    assert log.append(events(row, row), events(row)) == 1


def test_events_around_the_end_of_a_file_are_not_taken_again_in_the_same_run(log: Log) -> None:
    rows = many(13)
    assert log.append(*in_batches([*rows, *rows], 5)) == 13


@pytest.mark.parametrize("changed", [{"audit_id": "b"}, {"received": 2}, {"verb": "delete"}])
def test_events_that_differ_in_one_part_of_the_key_are_both_kept(
    log: Log, changed: dict[str, Any]
) -> None:
    row = event("a", 1)
    assert log.append(events(row, {**row, **changed})) == 2


def test_a_hostile_audit_id_cannot_pass_for_another_event(log: Log) -> None:
    assert log.append(events(event("x\0y", 1, verb="z"), event("y", 1, verb="z\0x"))) == 2


def test_an_answer_supersedes_the_received_request(log: Log) -> None:
    log.append(events(event("a", 1, stage="RequestReceived", code=None), event("b", 1)))
    assert log.append(events(event("a", 1, code=201))) == 0  # the request is not new
    assert log.rows("audit_id", "code") == [("a", 201), ("b", 200)]


def test_a_panic_supersedes_the_received_request(log: Log) -> None:
    log.append(events(event("a", 1, stage="RequestReceived"), event("a", 1, stage="Panic")))
    assert log.rows("stage") == [("Panic",)]


def test_a_received_request_does_not_return_after_its_answer(log: Log) -> None:
    log.append(events(event("a", 1)))
    assert log.append(events(event("a", 1, stage="RequestReceived"))) == 0


def test_an_unanswered_request_is_kept(log: Log) -> None:
    log.append(events(event("a", 1, stage="RequestReceived", answered=None, code=None)))
    assert log.rows("stage", "answered") == [("RequestReceived", None)]


def test_files_do_not_depend_on_how_rows_came_in_batches(tmp_path: Path) -> None:
    contents = []
    for size in (1, 5, 30):
        log = Log(tmp_path / str(size))
        log.append(*in_batches(many(30), size))
        contents.append(log.content())
    assert len(contents[0]) == 4
    assert contents[0] == contents[1] == contents[2]


def test_a_file_ends_when_its_bodies_are_too_large(tmp_path: Path) -> None:
    log = Log(tmp_path, Limits(file_bytes=1000, stretch_bytes=100))
    log.append(events(*(event(f"{n}", n, request="x" * 300, response=None) for n in range(9))))
    assert [file.rows for file in log.files] == [4, 4, 1]
    assert pq.read_metadata(tmp_path / log.files[0].path).num_row_groups == 4


def test_a_file_names_the_bounds_of_its_times(log: Log) -> None:
    log.append(events(event("b", 9, answered=None), event("a", 5, answered=6)))
    (file,) = log.files
    assert file.minimum == {"received": 5, "answered": 6, "stage": "ResponseComplete"}
    assert file.maximum == {"received": 9, "answered": 6, "stage": "ResponseComplete"}


keys = st.tuples(
    st.sampled_from("ab"), st.integers(1, 4), st.sampled_from(["RequestReceived", "Panic"])
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(keys, max_size=12), max_size=4))
def test_the_log_is_the_latest_stage_of_each_event(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[tuple[str, int, str]]]
) -> None:
    log = Log(tmp_path_factory.mktemp("log"), Limits(file_rows=3, stretch_rows=2))
    for run in runs:
        log.append(*in_batches([event(id_, time, stage=stage) for id_, time, stage in run], 4))
    found = [
        (microseconds(received), *rest)
        for received, *rest in log.rows("received", "audit_id", "stage")
    ]
    assert found == sorted(_latest(chain.from_iterable(runs)))


def _latest(keys: Iterable[tuple[str, int, str]]) -> list[tuple[int, str, str]]:
    latest: dict[tuple[int, str], str] = {}
    for id_, time, stage in keys:
        latest[time, id_] = min(stage, latest.get((time, id_), stage))
    return [(*key, stage) for key, stage in latest.items()]


def test_more_files_than_are_kept_in_memory_are_known_and_read(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.log.known._FILES_IN_MEMORY", 1)
    monkeypatch.setattr("ingest.log.event_reader._OPEN_FILES", 1)
    rows = many(40)
    log.append(*in_batches(rows[::2], 40))
    log.append(*in_batches(rows[1::2], 40))
    assert log.append(events(*rows[7:33])) == 0
    assert [row[0] for row in log.rows("audit_id")] == [row["audit_id"] for row in rows]
