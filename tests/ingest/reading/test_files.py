import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ingest.anomalies import Collector
from ingest.errors import SourceError
from ingest.reading import files as module
from ingest.reading.crew import Crew, ReaderError
from ingest.reading.files import reading
from ingest.reading.wire import Hello, Task
from ingest.redact import Redactor
from ingest.sources.audit import parts
from ingest.sources.audit.parts import Joining, Part, bounds
from ingest.sources.contract import LINE_LIMIT, ReadCounts, ReadOptions, SourceFile
from tests.ingest.sources.logs import KEY, event, line, read_log

ROOT = Path(__file__).resolve().parents[3]


class Found(NamedTuple):
    """What became of one file; `error` is the SourceError's message."""

    rows: list[dict[str, Any]]
    notes: list[dict[str, object]]
    counts: dict[Any, int]
    digest: str
    error: str | None


def _options(line_limit: int = LINE_LIMIT) -> ReadOptions:
    return ReadOptions(Redactor(KEY), line_limit=line_limit)


def _read(files: list[Path], processes: int) -> list[Found]:
    sources = [
        SourceFile(file.name, file, file.stat().st_size if file.exists() else 1, named=True)
        for file in files
    ]
    found = []
    with reading(sources, _options(), lambda size: None, processes) as readings:
        for each in readings:
            rows: list[dict[str, Any]] = []
            error = None
            try:
                for batch in each.batches:
                    rows += batch.to_pylist()
            except SourceError as refused:
                error = str(refused)
            notes, counts = each.anomalies.rows(), dict(each.counts.by_key)
            found.append(Found(rows, notes, counts, each.digest if error is None else "", error))
    return found


def _in_parts(path: Path, cuts: list[int], size: int, line_limit: int) -> Found:
    """A file read in parts that are cut at these places, in this process."""
    anomalies, counts = Collector(), ReadCounts()
    joining = Joining("audit.log", _options(line_limit), anomalies, counts)
    rows: list[dict[str, Any]] = []
    with path.open("rb") as file:
        for start, end in zip([0, *cuts], [*cuts, size], strict=True):
            noted = Collector()
            part = Part(file.fileno(), "audit.log", start, end, size)
            batches = part.read(_options(line_limit), noted, counts)
            while True:
                try:
                    rows += joining.placed(next(batches)).to_pylist()
                except StopIteration as stopped:
                    for row in noted.rows():
                        first: Any = row["first_line"]
                        anomalies.add(
                            str(row["name"]),
                            "audit.log",
                            line=None if first is None else first + joining.lines,
                            offset=row["first_offset"],  # type: ignore[arg-type]
                            example=str(row["example"]),
                            count=row["count"],  # type: ignore[arg-type]
                        )
                    for batch in joining.end(stopped.value):
                        rows += batch.to_pylist()
                    break
    for batch in joining.finish():
        rows += batch.to_pylist()
    return Found(rows, anomalies.rows(), dict(counts.by_key), "", None)


def _odd_log() -> bytes:
    """Every kind of thing that must be remembered from one line to a later one."""
    watch = {"verb": "watch", "auditID": "watching"}
    return b"".join(
        (
            line(1, stage="RequestReceived", stageTimestamp=None),
            line(90, **watch, stage="ResponseStarted"),
            line(91, verb="watch", stage="ResponseStarted"),
            line(2),
            b"\n",
            b"no json\n",
            line(3).rstrip() + line(4),
            b"\0" * 300,
            line(1),
            line(5, stage="RequestReceived"),
            b'{"x": "' + b"long" * 3000 + b'"}\n',
            line(5, stage="RequestReceived", verb="patch"),
            line(90, **watch),
            line(6, auditID=None),
            line(7, requestReceivedTimestamp="never"),
            line(8)[:200],
        )
    )


def test_parts_cut_anywhere_are_the_whole(tmp_path: Path) -> None:
    content = _odd_log()
    whole = read_log(tmp_path, content, line_limit=8000)
    path = tmp_path / "audit.log"
    for cut in range(0, len(content) + 1, 173):
        found = _in_parts(path, [cut], len(content), 8000)
        assert found.rows == whole.rows, cut
        assert found.notes == whole.notes, cut
        assert found.counts == dict(whole.counts.by_key), cut


def test_small_parts_in_which_no_line_begins_are_the_whole(tmp_path: Path) -> None:
    content = _odd_log()
    whole = read_log(tmp_path, content, line_limit=8000)
    cuts = list(range(97, len(content), 97))
    found = _in_parts(tmp_path / "audit.log", cuts, len(content), 8000)
    assert (found.rows, found.notes) == (whole.rows, whole.notes)


def test_a_request_opened_and_ended_in_a_later_part_is_not_open_any_more(tmp_path: Path) -> None:
    begun = line(1, stage="RequestReceived")
    content = begun + line(2) + begun + line(1)
    read_log(tmp_path, content)
    cut = len(begun) + 1
    found = _in_parts(tmp_path / "audit.log", [cut], len(content), LINE_LIMIT)
    assert [(row["audit_id"], row["stage"]) for row in found.rows] == [
        ("id-2", "ResponseComplete"),
        ("id-1", "ResponseComplete"),
    ]


def test_bounds_cover_a_file_once() -> None:
    size = 3 * parts.PART_BYTES + 1
    found = bounds(size)
    assert [start for start, _ in found[1:]] == [end for _, end in found[:-1]]
    assert (found[0][0], found[-1][1], len(found)) == (0, size, 4)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for where in (parts, module):
        monkeypatch.setattr(where, "PART_BYTES", 1500)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A log to be split, one too small for it, one that is laid out, one that is packed."""
    import gzip

    lines = b"".join(line(number) for number in range(40))
    contents = {
        "long.log": lines + line(40, stage="RequestReceived"),
        "odd.log": _odd_log(),
        "small.log": line(50),
        "list.json": json.dumps(
            {"kind": "EventList", "items": [event(60), event(61)]}, indent=1
        ).encode(),
        "packed.log.gz": gzip.compress(b"".join(line(number) for number in range(70, 90))),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in contents]


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("processes", [1, 3])
def test_other_processes_read_the_same(files: list[Path], processes: int) -> None:
    assert _read(files, processes) == _read(files, 0)


@pytest.mark.usefixtures("small_parts")
def test_a_file_that_cannot_be_read_does_not_stop_those_after_it(
    files: list[Path], tmp_path: Path
) -> None:
    garbage = tmp_path / "garbage.log"
    garbage.write_bytes(b"no event at all\n" * 1000)
    mixed = [files[0], tmp_path / "missing.log", garbage, files[1]]
    elsewhere, here = _read(mixed, 2), _read(mixed, 0)
    assert [found.error is None for found in elsewhere] == [True, False, False, True]
    assert elsewhere == here


@pytest.fixture
def crew() -> Iterator[Crew]:
    with Crew(Hello(KEY, reads=False, line_limit=LINE_LIMIT), 1) as made:
        yield made


def _do(crew: Crew, path: Path, task: Task) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        crew.deal(task, descriptor)
        list(crew.pieces())
    finally:
        os.close(descriptor)


def test_a_process_that_is_killed_is_an_error(crew: Crew, tmp_path: Path) -> None:
    crew.readers[0].process.kill()
    path = tmp_path / "audit.log"
    path.write_bytes(line(1))
    with pytest.raises(ReaderError, match="ended early"):
        _do(crew, path, Task("audit.log", 1, named=True))


def test_a_fault_in_another_process_is_told_here(crew: Crew, tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    path.write_bytes(line(1))
    with pytest.raises(ReaderError, match="Traceback"):
        _do(crew, path, Task("audit.log", 10, named=True, start=(1 << 63) + 1, end=(1 << 63) + 2))


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for the process in /proc")
def test_readers_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, sys, time\n"
        "from ingest.reading.crew import Crew\n"
        "from ingest.reading.wire import Hello\n"
        "crew = Crew(Hello(b'key', False, 1), 1)\n"
        "print(crew.readers[0].process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    with parent.stdout as output:
        reader = int(output.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 20
    while _runs(reader) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(reader)


def _runs(process: int) -> bool:
    """Whether a process is there and more than a remnant that nobody has waited for."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
