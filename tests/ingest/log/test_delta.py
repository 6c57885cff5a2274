"""Commits are a Delta Lake log that other engines read, and depend on nothing but their content."""

from __future__ import annotations

from pathlib import Path

import pytest
from deltalake import DeltaTable

from ingest.log.current import DataFile
from ingest.log.delta import DeltaLog
from ingest.log.schema import EVENTS
from ingest.log.trace import Trace
from tests.ingest.log.log_rows import event, events, placement, version, versions


def written(path: Path) -> Path:
    """A trace of two commits of events, and a derivation made twice; its cluster's folder."""
    trace = Trace(path, create=True)
    with trace.writer() as writer:
        for number in range(2):
            writer.append_events([events(event(f"id-{number}", 1_800_000_000_000_000 + number))])
        for count in (1, 2):
            derivation = writer.derive()
            derivation.add_versions(versions(*(version(each + 1) for each in range(count))))
            derivation.add_placements(placement("id-0", 1))
            writer.adopt(derivation)
    return path / "default"


def commits(folder: Path) -> dict[str, bytes]:
    found = sorted(folder.glob("*/_delta_log/*"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_the_same_commits_are_the_same_bytes_wherever_they_are_made(tmp_path: Path) -> None:
    here, there = commits(written(tmp_path / "here")), commits(written(tmp_path / "there" / "far"))
    assert len(here) == 4 * 2
    assert here == there


def test_a_commit_tells_nothing_of_the_machine(tmp_path: Path) -> None:
    texts = b"".join(commits(written(tmp_path)).values())
    assert str(tmp_path).encode() not in texts
    assert b"location" not in texts


def test_the_deltalake_library_reads_our_tables(tmp_path: Path) -> None:
    folder = written(tmp_path)
    table = DeltaTable(str(folder / "events"))
    assert table.version() == 1
    ids = table.to_pyarrow_table(columns=["audit_id"])["audit_id"].to_pylist()
    assert sorted(ids) == ["id-0", "id-1"]
    history = DeltaTable(str(folder / "history"))
    assert history.to_pyarrow_table(columns=["position"]).num_rows == 2
    assert history.metadata().name == "history"


def test_a_table_of_many_commits_is_read_from_a_checkpoint(tmp_path: Path) -> None:
    log = DeltaLog(tmp_path, EVENTS)
    files = [DataFile(f"events/{number}.parquet", 1, 10) for number in range(102)]
    for number, file in enumerate(files):
        log.commit([file], files[number - 1 : number], {"number": number})
    assert (tmp_path / "events" / "_delta_log" / "_last_checkpoint").exists()
    assert log.live().version == 101
    assert [file.path for file in log.live().files] == ["events/101.parquet"]
    assert log.metadata() == {"number": 101}


def test_a_commit_of_somebody_else_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = DeltaLog(tmp_path, EVENTS)
    log.commit([DataFile("events/a.parquet", 1, 10)], [], {})
    before = commits(tmp_path)
    monkeypatch.setattr(log, "_open", lambda: None)
    with pytest.raises(FileExistsError):
        log.commit([DataFile("events/b.parquet", 1, 10)], [], {})
    assert commits(tmp_path) == before
