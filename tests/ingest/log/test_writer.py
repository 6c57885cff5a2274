"""The writer of a cluster: commits, replacing what was derived, readers beside it, small tables."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from ingest.log import small
from ingest.log.event_reader import read_events
from ingest.log.event_writer import Limits
from ingest.log.schema import SCHEDULING, SOURCES
from ingest.log.segments import SegmentLimits
from ingest.log.trace import Trace
from ingest.log.writer import ClusterWriter
from tests.ingest.log.log_rows import (
    anomaly,
    batch,
    decisions,
    event,
    events,
    placement,
    version,
    versions,
)


@pytest.fixture
def trace(tmp_path: Path) -> Trace:
    return Trace(tmp_path / "trace", create=True)


def derive(writer: ClusterWriter, *rows: dict[str, Any]) -> None:
    derivation = writer.derive(SegmentLimits(rows=4, per_live_object=1))
    derivation.add_versions(versions(*rows))
    derivation.add_placements(placement("a", 1))
    writer.adopt(derivation)


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def rows_of(trace: Trace, table: str) -> list[dict[str, Any]]:
    with trace.snapshot() as snapshot:
        return small.read_rows(snapshot.folder, snapshot.files(table))


def live(trace: Trace, table: str) -> list[str]:
    with trace.snapshot() as snapshot:
        return snapshot.paths(table)


def source(digest: str, **columns: Any) -> pa.Table:
    plain = {"source": "audit.log", "format": "audit-log", "bytes": 1, "events": 2}
    return pa.Table.from_batches([batch(SOURCES, {"digest": digest, **plain, **columns})])


def test_ingesting_the_same_again_leaves_the_folder_as_it_is(trace: Trace) -> None:
    contents = []
    for _ in range(2):
        with trace.writer() as writer:
            writer.append_events([events(event("a", 1))])
            writer.add_anomalies(anomaly("not_json"))
            writer.add_source(source("d"))
            derive(writer, version(1))
        contents.append(content(trace.path))
    assert contents[0] == contents[1]


def test_events_become_visible_commit_by_commit(trace: Trace) -> None:
    seen = []

    def batches() -> Any:
        for number in range(4):
            seen.append(len(live(trace, "events")) if number else 0)
            yield events(event(f"{number}", number))

    with trace.writer() as writer:
        writer.append_events(batches(), Limits(file_rows=1))
    assert seen == [0, 1, 2, 3]


def test_small_sources_share_files(trace: Trace) -> None:
    with trace.writer() as writer:
        new = [
            writer.append_events([events(event(f"{n}", n), event("same", 9))], flush=False)
            for n in range(5)
        ]
        assert writer.current.table("events").files == ()
        writer.flush_events()
    assert new == [2, 1, 1, 1, 1]
    assert len(live(trace, "events")) == 1


def test_events_that_wait_are_committed_before_anything_is_derived(trace: Trace) -> None:
    with trace.writer() as writer:
        writer.append_events([events(event("a", 1))], flush=False)
        derive(writer, version(1))
        assert writer.current.is_derived()
    assert len(live(trace, "events")) == 1


def test_delta_lake_sees_the_same_files_rows_and_bounds(trace: Trace) -> None:
    with trace.writer() as writer:
        writer.append_events([events(event("a", 1), event("b", 5))])
        derive(writer, *(version(at) for at in range(1, 9)))
    for table in ("events", "history", "checkpoints", "placements"):
        with trace.snapshot() as snapshot:
            ours = sorted(snapshot.paths(table))
            bounds = snapshot.files(table)[0]
        delta = DeltaTable(str(trace.path / "default" / table))
        assert sorted(path.removeprefix("file://") for path in delta.file_uris()) == ours
        actions = pa.table(delta.get_add_actions()).to_pylist()
        assert sum(each["num_records"] for each in actions) > 0
        assert bounds.minimum


def test_replacing_what_was_derived_removes_the_old_files(trace: Trace) -> None:
    with trace.writer() as writer:
        writer.append_events([events(event("a", 1))])
        derive(writer, *(version(at) for at in range(1, 9)))
        derive(writer, version(1, name="other"))
    left = [str(path) for path in (trace.path / "default/history").glob("*.parquet")]
    assert left == live(trace, "history")
    assert not list((trace.path / "default/checkpoints").glob("*.parquet"))


def test_a_snapshot_keeps_its_files_while_they_are_replaced(trace: Trace) -> None:
    with trace.writer() as writer:
        writer.append_events([events(event("a", 1))])
        derive(writer, version(1))
        with trace.snapshot() as snapshot:
            derive(writer, version(1, name="other"))
            assert all(Path(path).exists() for path in snapshot.paths("history"))
        writer.sweep()
        assert not any(Path(path).exists() for path in snapshot.paths("history"))


def test_new_events_make_what_was_derived_outdated(trace: Trace) -> None:
    with trace.writer() as writer:
        assert not writer.current.is_derived()
        writer.append_events([events(event("a", 1))])
        derive(writer, version(1))
        assert writer.current.is_derived()
        writer.append_events([events(event("b", 2))])
        assert not writer.current.is_derived()


def test_nothing_can_be_derived_from_an_empty_log(trace: Trace) -> None:
    with trace.writer() as writer:
        writer.append_events([])
        writer.adopt(writer.derive())
        assert writer.current.is_derived()
    assert live(trace, "history") == []


def test_an_abandoned_derivation_leaves_nothing_to_the_next_writer(trace: Trace) -> None:
    with trace.writer() as writer:
        derive(writer, version(1))
        before = content(trace.path)
        derivation = writer.derive(SegmentLimits(rows=1, memory_bytes=1))
        derivation.add_versions(versions(version(1, name="a"), version(2, name="b")))
    assert content(trace.path) != before
    trace.writer().close()
    assert content(trace.path) == before


def test_an_anomaly_is_noted_once_and_its_count_may_grow(trace: Trace) -> None:
    with trace.writer() as writer:
        writer.add_anomalies(anomaly("not_json", count=2))
        writer.add_anomalies(anomaly("not_json", count=5))
        writer.add_anomalies(anomaly("not_json", count=2))
        writer.add_anomalies(anomaly("not_json", count=1, first_line=77))
    found = {(row["count"], row["first_line"]) for row in rows_of(trace, "anomalies")}
    assert found == {(5, 3), (1, 77)}


def test_anomalies_of_a_derived_table_are_replaced(trace: Trace) -> None:
    with trace.writer() as writer:
        writer.add_anomalies(anomaly("not_json"))
        writer.replace_anomalies("history", anomaly("gap", source="history", count=2))
        writer.replace_anomalies("history", anomaly("gap", source="history", count=1))
    assert [(row["name"], row["count"]) for row in rows_of(trace, "anomalies")] == [
        ("not_json", 1),
        ("gap", 1),
    ]


def test_the_last_anomaly_can_go(trace: Trace) -> None:
    with trace.writer() as writer:
        writer.replace_anomalies("history", anomaly("gap", source="history"))
        writer.replace_anomalies("history", anomaly("gap").slice(0, 0))
    assert rows_of(trace, "anomalies") == []


def test_one_content_is_one_source(trace: Trace) -> None:
    with trace.writer() as writer:
        writer.add_source(source("d"))
        writer.add_source(source("d", source="copy.log"))
        writer.add_source(source("e"))
    assert [row["digest"] for row in rows_of(trace, "sources")] == ["d", "e"]


def test_a_log_that_delta_lake_has_condensed_reads_as_before(trace: Trace) -> None:
    for number in range(3):
        with trace.writer() as writer:
            writer.append_events([events(event(f"{number}", number))])
            before = writer.current
        DeltaTable(str(trace.path / "default/events")).create_checkpoint()
    (trace.path / "default/current.json").unlink()
    with trace.writer() as writer:
        assert writer.current == before
        assert writer.append_events([events(event("1", 1), event("3", 3))]) == 1
    with trace.snapshot() as snapshot:
        batches = read_events(snapshot.folder, snapshot.files("events"), ["audit_id"])
        found = [row["audit_id"] for each in batches for row in each.to_pylist()]
    assert found == ["0", "1", "2", "3"]


def test_what_was_verified_is_replaced_and_goes_with_the_derivation_it_was_made_from(
    trace: Trace,
) -> None:
    def seen() -> list[str]:
        with trace.snapshot() as snapshot:
            rows = small.read_rows(snapshot.folder, snapshot.files(SCHEDULING.name))
        return [row["name"] for row in rows]

    with trace.writer() as writer:
        writer.append_events([events(event("a", 1))])
        writer.adopt(writer.derive())
        for name in ("first", "again", "again"):
            writer.replace_verified(SCHEDULING, [decisions(name, "b")])
        assert seen() == ["again", "b"]
        assert DeltaTable(str(writer.folder / SCHEDULING.name)).version() == 1
        writer.adopt(writer.derive())
        assert seen() == []
    assert not list((trace.folder("default") / SCHEDULING.name).glob("*.parquet"))
