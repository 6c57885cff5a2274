"""The trace folder: opening, refusing, clusters, locks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.log.current import CURRENT, Current
from ingest.log.trace import FORMAT, MARKER, WRITE_LOCK, Trace, TraceError
from tests.ingest.log.log_rows import event, events

ROOT = Path(__file__).parents[3]


def filled(path: Path, cluster: str = "default") -> Trace:
    trace = Trace(path, create=True)
    with trace.writer(cluster) as writer:
        writer.append_events([events(event("a", 1))])
    return trace


def current(trace: Trace, cluster: str = "default") -> Current:
    with trace.snapshot(cluster) as snapshot:
        return snapshot.current


def test_a_new_folder_becomes_a_trace(tmp_path: Path) -> None:
    Trace(tmp_path / "deep" / "trace", create=True)
    assert json.loads((tmp_path / "deep" / "trace" / MARKER).read_text())["format"] == FORMAT


def test_a_folder_of_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(TraceError, match="holds other files"):
        Trace(tmp_path, create=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_folder_where_creation_was_killed_becomes_a_trace(tmp_path: Path) -> None:
    (tmp_path / f".{MARKER}.tmp").write_text("{")
    Trace(tmp_path, create=True)
    Trace(tmp_path)


def test_a_missing_trace_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"kuberewind ingest SOURCE --trace") as refused:
        Trace(tmp_path / "none")
    assert "\n" not in str(refused.value)


def test_a_file_is_no_trace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TraceError, match="is a file"):
        Trace(tmp_path / "file")


def test_a_trace_cannot_be_made_under_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TraceError):
        Trace(tmp_path / "file" / "trace", create=True)


@pytest.mark.parametrize("content", ["", "[]", "{}", "nonsense"])
def test_a_damaged_marker_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / MARKER).write_text(content)
    with pytest.raises(TraceError, match="damaged"):
        Trace(tmp_path, create=True)


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / MARKER).write_text(json.dumps({"format": FORMAT + 1}))
    with pytest.raises(TraceError, match=f"format {FORMAT + 1}"):
        Trace(tmp_path)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", ".hidden", "a\0b", "a\n", "x" * 101, "-x"]
)
def test_a_cluster_name_that_is_no_safe_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TraceError, match="cannot be a cluster's name"):
        Trace(tmp_path, create=True).writer(name)


@pytest.mark.parametrize("name", ["EAST", "write.lock", "Kuberewind.json"])
def test_a_cluster_name_that_means_something_else_is_refused(tmp_path: Path, name: str) -> None:
    trace = filled(tmp_path, "east")
    with pytest.raises(TraceError, match="choose another name with --cluster"):
        trace.writer(name)


def test_clusters_stay_apart(tmp_path: Path) -> None:
    trace = filled(tmp_path, "east")
    with trace.writer("west") as writer:
        writer.append_events([events(event("a", 1), event("b", 2))])
    assert trace.clusters() == ["east", "west"]
    (east,), (west,) = (current(trace, name).table("events").files for name in trace.clusters())
    assert (east.rows, west.rows) == (1, 2)


def test_an_unknown_cluster_is_refused_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="choose one with --cluster: east"):
        filled(tmp_path, "east").snapshot("west")


def test_an_empty_trace_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="kuberewind ingest"):
        Trace(tmp_path, create=True).snapshot()


def test_a_second_writer_is_refused_until_the_first_closes(tmp_path: Path) -> None:
    trace = Trace(tmp_path, create=True)
    with trace.writer(), pytest.raises(TraceError, match="another kuberewind is writing"):
        trace.writer("other")
    trace.writer().close()


@pytest.mark.parametrize("damage", ["", "{}", "[1]", '{"tables": {"events": 1}}', None])
def test_a_lost_or_damaged_pointer_is_made_again_from_the_logs(
    tmp_path: Path, damage: str | None
) -> None:
    trace = filled(tmp_path)
    before = current(trace)
    pointer = tmp_path / "default" / CURRENT
    pointer.unlink() if damage is None else pointer.write_text(damage)
    assert current(trace) == before
    trace.writer().close()
    assert pointer.exists()


def test_reading_needs_neither_the_delta_library_nor_arrow(tmp_path: Path) -> None:
    filled(tmp_path)
    script = (
        "import sys; from ingest.log.trace import Trace; "
        f"assert Trace({str(tmp_path)!r}).snapshot().files('events')[0].rows == 1; "
        "assert not {'deltalake', 'pyarrow', 'duckdb', 'numpy'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_a_trace_that_cannot_be_written_is_told_in_a_line(tmp_path: Path) -> None:
    trace = Trace(tmp_path, create=True)
    (tmp_path / WRITE_LOCK).mkdir()
    with pytest.raises(TraceError, match="cannot write to"):
        trace.writer()
