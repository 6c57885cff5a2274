"""From what the user named to the files that are read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import tarfile
from pathlib import Path
from typing import Literal

import pytest

import ingest.sources
from ingest.anomalies import Collector
from ingest.errors import SourceError
from ingest.log.trace import Trace
from ingest.redact import Redactor
from ingest.sources.contract import ReadCounts, ReadOptions
from ingest.sources.registry import FORMATS, open_source, read
from tests.ingest.sources.logs import KEY, line


def labels_and_ids(named: str) -> tuple[list[str], list[str], dict[str, int]]:
    anomalies = Collector()
    ids = [
        row["audit_id"]
        for source in open_source(named, anomalies)
        for batch in read(
            source, ReadOptions(Redactor(KEY)), anomalies, ReadCounts(), lambda size: None
        )
        for row in batch.to_pylist()
    ]
    notes = {str(row["name"]): anomalies.count(str(row["name"])) for row in anomalies.rows()}
    return [source.label for source in open_source(named, Collector())], ids, notes


def test_a_folder_is_read_file_by_file_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name, number in (
        ("audit.log", 3),
        ("audit-2026-11-21.log", 2),
        ("b/audit.log", 4),
        (".swp", 8),
        (".hidden/audit.log", 9),
    ):
        (tmp_path / name).write_bytes(line(number))
    labels, ids, _ = labels_and_ids(str(tmp_path))
    assert labels == ["audit-2026-11-21.log", "audit.log", "b/audit.log"]
    assert ids == ["id-2", "id-3", "id-4"]


def test_other_files_of_a_folder_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("about these logs\n")
    (tmp_path / "audit.log").write_bytes(line(1))
    (tmp_path / "empty.log").write_bytes(b"")
    _, ids, notes = labels_and_ids(str(tmp_path))
    assert ids == ["id-1"]
    assert notes == {"not_an_audit_log": 1, "empty_source": 1}


def test_other_kinds_of_files_are_one_note_each(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Logs\n\nof *audits*\n" * 50)
    (tmp_path / "figure.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    (tmp_path / "other.json").write_text('{"a": 1}\n[2]\n')
    (tmp_path / "audit.log").write_bytes(line(1))
    _, ids, notes = labels_and_ids(str(tmp_path))
    assert (ids, notes) == (["id-1"], {"not_an_audit_log": 3})


def test_a_log_that_was_cut_in_its_first_line_is_still_called_so(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(line(1))
    (tmp_path / "b.log").write_bytes(line(2)[:300])
    _, _, notes = labels_and_ids(str(tmp_path))
    assert notes == {"truncated_last_line": 1, "not_an_audit_log": 1}


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_the_logs_in_an_archive_are_read(tmp_path: Path, mode: Literal["w", "w:gz"]) -> None:
    logs = {
        "../../etc/audit.log": line(1) + line(2),
        "logs/audit.log.gz": gzip.compress(line(3)),
        "README": b"about these logs\n",
        "logs/._audit.log": b"\0\0",
        "last.log": line(4),
    }
    with tarfile.open(tmp_path / "logs.tar", mode) as tar:
        for name, content in logs.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    labels, ids, notes = labels_and_ids(str(tmp_path / "logs.tar"))
    assert (labels, ids) == (["logs.tar"], ["id-1", "id-2", "id-3", "id-4"])
    assert notes == {"not_an_audit_log": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["logs.tar"]


def test_a_cut_archive_gives_the_lines_that_are_whole(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "whole.tar", "w") as tar:
        info = tarfile.TarInfo("audit.log")
        info.size = len(line(1) * 2)
        tar.addfile(info, io.BytesIO(line(1) + line(2)))
    cut = (tmp_path / "whole.tar").read_bytes()[: 512 + len(line(1)) + 50]
    (tmp_path / "cut.tar").write_bytes(cut)
    _, ids, notes = labels_and_ids(str(tmp_path / "cut.tar"))
    assert ids == ["id-1"]
    assert notes == {"archive_cut": 1, "truncated_last_line": 1}


@pytest.mark.parametrize(
    ("name", "content", "packing"),
    [("a.xz", lzma.compress(line(1)), "xz"), ("a.bz2", bz2.compress(line(1)), "bzip2")],
)
def test_a_packing_that_is_not_read_is_called_by_its_name(
    tmp_path: Path, name: str, content: bytes, packing: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=f"{name} is packed as {packing}"):
        labels_and_ids(str(tmp_path / name))


def test_a_trace_in_a_folder_is_left_out_and_noted(tmp_path: Path) -> None:
    (tmp_path / "audit.log").write_bytes(line(1))
    Trace(tmp_path / "old" / "kuberewind.trace", create=True)
    (tmp_path / "old" / "kuberewind.trace" / "stray.log").write_bytes(line(2))
    labels, ids, notes = labels_and_ids(str(tmp_path))
    assert (labels, ids) == (["audit.log"], ["id-1"])
    assert notes == {"trace_among_sources": 1}


@pytest.mark.parametrize("inside", ["", "kuberewind.trace"])
def test_a_folder_with_nothing_but_a_trace_is_refused(tmp_path: Path, inside: str) -> None:
    Trace(tmp_path / "folder" / inside, create=True)
    with pytest.raises(SourceError, match="but a trace of kuberewind"):
        open_source(str(tmp_path / "folder"), Collector())


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO(line(1) + line(2))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
    assert labels_and_ids("-")[:2] == (["-"], ["id-1", "id-2"])
    assert not content.closed


def test_a_label_does_not_depend_on_where_the_source_lies(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "audit.log").write_bytes(line(1))
    assert labels_and_ids(str(tmp_path / "x" / "audit.log"))[0] == ["audit.log"]


@pytest.mark.parametrize("content", [b"", b"hello\n"])
def test_a_pipe_is_called_so_and_not_by_its_number(content: bytes) -> None:
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    with pytest.raises(SourceError, match="the piped input"):
        labels_and_ids(f"/dev/fd/{reading}")
    os.close(reading)


@pytest.mark.parametrize("name", ["none", "empty"])
def test_nothing_to_read_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError) as refusal:
        open_source(str(tmp_path / name), Collector())
    assert "\n" not in str(refusal.value)


def test_every_format_is_registered() -> None:
    folder = Path(ingest.sources.__path__[0])
    plumbing = {"__init__", "contract", "registry"}
    modules = {file.stem for file in folder.glob("*.py")} - plumbing
    assert modules == {type(known).__module__.rpartition(".")[2] for known in FORMATS}
