"""What the command line says about what it cannot show, and how it treats a terminal."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.audit_lines import AuditLines, config_map

CLI = Path(__file__).resolve().parent.parent / "cli.py"
ENVIRONMENT = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
ODD = "a\x1b[31m\u202eb"


def _run(folder: Path, *arguments: str | bytes) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, str(CLI), *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )


def _on_a_terminal(folder: Path, *arguments: str) -> str:
    """What a terminal gets; it turns line ends into CR LF itself."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(CLI), *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=ENVIRONMENT,
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65_536):
            shown += piece
    except OSError:
        pass  # so Linux says that the other side is closed
    os.close(ours)
    process.wait()
    return shown.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trace with ConfigMaps: two whole ones, one with an odd name, one without a body."""
    folder = tmp_path_factory.mktemp("answers")
    lines = AuditLines()
    lines.add("create", "configmaps", "web", response=config_map("web", 5, {"a": ODD}), code=201)
    lines.add("create", "configmaps", ODD, response=config_map(ODD, 7, {}, uid="u2"), code=201)
    lines.add("create", "configmaps", "hidden", code=201, level="Metadata")
    (folder / "audit.log").write_text(lines.text())
    assert _run(folder, "ingest", "audit.log").returncode == 0
    return folder


def test_objects_without_a_body_are_told_in_one_line(folder: Path) -> None:
    run = _run(folder, "get", "cm", "-n", "shop")
    assert len(run.stdout.splitlines()) == 3
    assert run.stderr == (
        "note: 1 configmap more is known to exist, its body is not in the log "
        "(kuberewind history configmaps --partial)\n"
    )


def test_history_shows_what_the_note_names(folder: Path) -> None:
    lines = _run(folder, "history", "configmaps", "--partial").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["web", ODD, "hidden"]
    assert _run(folder, "history", "pods", "--partial").stdout == ""


def test_found_objects_are_printed_before_the_errors(folder: Path) -> None:
    run = _run(folder, "get", "cm", "nope", "web", "hidden", "-n", "shop")
    assert run.returncode == 1
    assert [line.split()[0] for line in run.stdout.splitlines()] == ["NAME", "web"]
    assert run.stderr.splitlines() == [
        'Error from server (NotFound): configmaps "nope" not found',
        'error: configmaps "hidden" is known to exist then, but its body is not in the log',
    ]


def test_one_object_that_is_not_there_is_an_error_alone(folder: Path) -> None:
    run = _run(folder, "get", "cm", "nope", "-o", "json")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == 'Error from server (NotFound): configmaps "nope" not found\n'


@pytest.mark.parametrize("command", [["get", "cm", "-n", "shop"], ["sql", "SELECT 1"]])
@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2030-01-01", "note: the log ends at 2026-11-21T03:00:03.500000Z; this is the state then"),
        ("+9h", "note: the log ends at 2026-11-21T03:00:03.500000Z; this is the state then"),
        ("rv:999", "note: the last revision that the log shows is rv:7; this is the state at"),
    ],
)
def test_a_time_after_the_end_is_told(folder: Path, command: list[str], at: str, told: str) -> None:
    run = _run(folder, *command, "--at", at)
    assert run.returncode == 0
    assert any(line.startswith(told) for line in run.stderr.splitlines())


@pytest.mark.parametrize("at", ["now", "-0s", "rv:7", "2026-11-21T03:00:03.500000Z"])
def test_a_time_in_the_log_needs_no_note(folder: Path, at: str) -> None:
    assert _run(folder, "sql", "SELECT 1", "--at", at).stderr == ""


def test_a_time_before_the_log_is_an_error_that_names_its_beginning(folder: Path) -> None:
    run = _run(folder, "get", "cm", "--at", "2020-01-01")
    assert run.returncode == 2
    assert "is before the trace, which begins at 2026-11-21T03:00:01Z" in run.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["get", "cm", "-n", "shop", "-o", "name"],
        ["get", "cm", "-n", "shop"],
        ["get", "cm", ODD, "-n", ODD],
        [ODD],
        ["history"],
        ["info"],
        ["sql", "SELECT * FROM configmaps"],
        ["sql", f"SELECT {ODD}"],
        ["report", "-o", f"{ODD}/page.html"],
    ],
)
def test_a_terminal_gets_nothing_to_obey(folder: Path, arguments: list[str]) -> None:
    shown = _on_a_terminal(folder, *arguments)
    for own in (
        "\x1b[1m",
        "\x1b[2m",
        "\x1b[1;2m",
        "\x1b[0m",
    ):  # bold and dim, which NO_COLOR leaves
        shown = shown.replace(own, "")
    assert shown
    assert not {"\x1b", "\u202e", "\r"} & set(shown)


def test_a_folder_that_cannot_hold_a_trace_is_told_in_one_line(folder: Path) -> None:
    run = _run(folder, "ingest", "audit.log", "-t", ODD)
    assert run.returncode == 2
    assert run.stderr.startswith("kuberewind: the trace cannot be used: ")
    assert len(run.stderr.splitlines()) == 1


def test_programs_get_names_to_the_byte(folder: Path) -> None:
    assert f"configmap/{ODD}\n" in _run(folder, "get", "cm", "-n", "shop", "-o", "name").stdout


def test_the_trace_may_be_named_before_the_command(folder: Path, tmp_path: Path) -> None:
    trace = str(folder / "kuberewind.trace")
    assert "web" in _run(tmp_path, "-t", trace, "get", "cm", "-n", "shop").stdout
    assert "web" in _run(tmp_path, "-t", "nowhere", "get", "cm", "-n", "shop", "-t", trace).stdout


@pytest.mark.parametrize("query", ["-- a remark", "--", "", " "])
def test_a_query_that_asks_nothing_is_told_so(folder: Path, query: str) -> None:
    run = _run(folder, "sql", query)
    assert (run.returncode, run.stdout) == (2, "")
    assert "query" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_query_may_begin_with_a_remark(folder: Path) -> None:
    run = _run(folder, "sql", "-- the names\nSELECT 1 AS a", "-o", "csv")
    assert run.stdout == "a\n1\n"


@pytest.mark.parametrize("arguments", [["get", "pods", "-n"], ["sql"], ["history"]])
def test_an_argument_that_is_no_text_is_told(folder: Path, arguments: list[str]) -> None:
    run = _run(folder, *arguments, b"\xff")
    assert run.returncode == 2
    assert run.stderr == "kuberewind: this argument is not UTF-8: '\\udcff'\n"


def test_messages_name_no_temporary_file(folder: Path) -> None:
    run = _run(folder, "report", "-o", "nowhere/page.html")
    assert run.stderr == "kuberewind: cannot write nowhere/page.html: No such file or directory\n"


@pytest.mark.parametrize("command", [["get", "cm"], ["sql", "FROM objects"], ["history"]])
def test_a_damaged_trace_is_one_line_that_names_no_temporary_file(
    folder: Path, tmp_path: Path, command: list[str]
) -> None:
    # DuckDB would take the brackets for a pattern, so it is given the folder by another name.
    trace = tmp_path / "a[b]"
    shutil.copytree(folder / "kuberewind.trace", trace)
    for file in trace.glob("default/history/*.parquet"):
        file.write_bytes(b"no Parquet" * 10)
    run = _run(folder, *command, "-t", str(trace))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("kuberewind: the trace cannot be used: ")
    assert "rebuild" in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert "/kuberewind-" not in run.stderr


def _interrupted(folder: Path, *arguments: str) -> tuple[int, str]:
    """The status and what was told after a Ctrl-C in the middle of a command."""
    process = subprocess.Popen(
        [sys.executable, str(CLI), *arguments],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=ENVIRONMENT,
        # A shell without jobs gives its background processes SIGINT ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 no threads
    )
    time.sleep(3)
    assert process.poll() is None, "the command was to take long"
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=60)
    return process.returncode, told


@pytest.mark.slow
def test_an_interrupted_ingest_says_how_to_go_on(tmp_path: Path) -> None:
    assert _interrupted(tmp_path, "ingest", "-") == (
        130,
        "kuberewind: interrupted; what was committed is kept, run the same command again\n",
    )


@pytest.mark.slow
def test_an_interrupted_query_ends_quietly(folder: Path) -> None:
    endless = "SELECT count(*) FROM range(9000000) a, range(9000000) b WHERE a.range < b.range + 1"
    assert _interrupted(folder, "sql", endless) == (130, "")
