import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from cli import app
from tests.audit_lines import AuditLines, config_map

CLI = Path(__file__).resolve().parent.parent / "cli.py"
COMMANDS = (
    "demo", "get", "history", "info", "ingest", "rebuild", "replay", "report", "schedule", "sql",
    "why",
)  # fmt: skip


def _run(folder: Path, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, str(CLI), *arguments],
        cwd=folder,
        input=text,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a trace in the default place."""
    folder = tmp_path_factory.mktemp("cli")
    lines = AuditLines()
    lines.add("create", "configmaps", "web", response=config_map("web", 5, {"a": "1"}), code=201)
    lines.add("update", "configmaps", "web", response=config_map("web", 7, {"a": "2"}))
    (folder / "audit.log").write_text(lines.text() + "no json\n")
    assert _run(folder, "ingest", "audit.log").returncode == 0
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_help_gives_an_example_and_fits_80_columns(folder: Path, command: str) -> None:
    shown = _run(folder, command, "--help")
    assert shown.returncode == 0
    assert f"kuberewind {command}" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_cuts_nothing_at_80_columns(folder: Path, command: str) -> None:
    group = get_command(app)
    assert sorted(group.commands) == sorted(COMMANDS)
    shown = _run(folder, *([command] if command else []), "--help").stdout
    words = shown.split()
    for parameter in (group.commands[command] if command else group).params:
        names = parameter.opts if parameter.param_type_name == "option" else []
        told = parameter.help.replace("`", "").split()
        assert [each for each in (*names, *told) if each not in words] == []
    assert "…" not in shown


def test_anomalies_are_told_and_do_not_fail(folder: Path, tmp_path: Path) -> None:
    run = _run(tmp_path, "ingest", str(folder / "audit.log"))
    assert run.returncode == 0
    assert run.stderr.splitlines()[0].startswith("not_json (data loss): once, in line 3 of ")
    assert max(map(len, run.stderr.splitlines())) <= 80
    shown = _run(tmp_path, "info").stdout
    assert "not_json" in shown
    assert "line 3" in shown


def test_a_log_is_taken_from_standard_input(folder: Path, tmp_path: Path) -> None:
    run = _run(tmp_path, "ingest", "-", text=(folder / "audit.log").read_text())
    assert run.returncode == 0
    assert len(_run(tmp_path, "history").stdout.splitlines()) == 2


def test_history_prints_a_line_of_json_for_each_version(folder: Path) -> None:
    lines = [
        json.loads(line) for line in _run(folder, "history", "-o", "jsonl").stdout.splitlines()
    ]
    assert [line["rv"] for line in lines] == [5, 7]
    assert lines[1]["object"]["data"] == {"a": "2"}


def test_get_shows_the_state_at_a_time(folder: Path) -> None:
    for at, value in (("rv:5", "1"), ("rv:7", "2"), ("+1h", "2"), ("-200ms", "1")):
        run = _run(folder, "get", "cm", "web", "-n", "shop", "-o", "json", "--at", at)
        assert json.loads(run.stdout)["data"] == {"a": value}, at


def test_sql_answers_at_a_time(folder: Path) -> None:
    query = "SELECT name, rv FROM configmaps"
    run = _run(folder, "sql", query, "-o", "csv", "--at", "rv:5")
    assert run.stdout == "name,rv\nweb,5\n"


def test_report_is_one_page_without_addresses_to_load(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert _run(folder, "report", "-o", str(page)).returncode == 0
    text = page.read_text()
    assert text.lower().startswith("<!doctype html>")
    assert 'src="http' not in text


def test_a_log_without_its_history_is_not_taken_for_an_empty_cluster(
    folder: Path, tmp_path: Path
) -> None:
    assert _run(tmp_path, "ingest", str(folder / "audit.log")).returncode == 0
    current = tmp_path / "kuberewind.trace" / "default" / "current.json"
    state = json.loads(current.read_text())
    current.write_text(json.dumps({**state, "made_from": None, "derivation": None}))
    run = _run(tmp_path, "get", "cm", "-A")
    assert run.returncode == 2
    assert "rebuild" in run.stderr
    assert _run(tmp_path, "rebuild").returncode == 0
    assert "web" in _run(tmp_path, "get", "cm", "-A").stdout


def test_rebuild_says_how_much_it_derived(folder: Path) -> None:
    assert _run(folder, "rebuild").stdout == "2 versions derived\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ingest", "nowhere"], "nowhere"),
        (["info", "-t", "nowhere"], "nowhere"),
        (["get", "pods", "--at", "yesterday"], "yesterday"),
        (["get", "unicorns"], "unicorns"),
        (["get", "pods", "-o", "xml"], "xml"),
        (["sql", "SELEC 1"], "SELEC"),
        (["sql", "COPY (SELECT 1) TO 'x'"], "only queries"),
        (["sql", "SELECT 1", "-o", "xml"], "xml"),
        (["sql"], "give a query"),
        (["get", "pods", "--cluster", "../x"], "../x"),
    ],
)
def test_a_mistake_is_one_line_and_a_two(folder: Path, arguments: list[str], told: str) -> None:
    run = _run(folder, *arguments)
    assert run.returncode == 2
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert told in run.stderr


@pytest.mark.parametrize("command", ["history", 'sql "FROM range(99999)" -o csv', "info"])
def test_a_reader_that_has_seen_enough_is_no_error(folder: Path, command: str) -> None:
    piped = f"set -o pipefail; {sys.executable} {CLI} {command} | head -c 1"
    run = subprocess.run(
        ["/bin/bash", "-c", piped], cwd=folder, check=False, capture_output=True, text=True
    )
    assert (run.stderr, run.returncode, len(run.stdout)) == ("", 0, 1)


def test_a_pod_that_is_not_there_is_one_line_and_a_status_of_1(folder: Path) -> None:
    run = _run(folder, "schedule", "web-0", "-n", "shop")
    told = 'kuberewind: pods "web-0" not found in the namespace shop\n'
    assert (run.returncode, run.stdout, run.stderr) == (1, "", told)


@pytest.mark.parametrize("arguments", [(), ("--verify",), ("--verify", "--only", "kubelet")])
def test_replay_says_what_it_can_do(folder: Path, arguments: tuple[str, ...]) -> None:
    ran = _run(folder, "replay", *arguments)
    assert ran.returncode == 2
    assert ran.stderr.endswith("so far: replay --verify --only scheduler\n")


def test_replay_of_a_record_without_decisions_says_that_there_are_none(folder: Path) -> None:
    ran = _run(folder, "replay", "--verify", "--only", "scheduler")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "the record holds no decision of the scheduler\n"


def test_output_that_the_shell_closed_is_no_crash(folder: Path) -> None:
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(CLI))} get cm -A >&-"
    closed = subprocess.run(
        ["bash", "-c", command], cwd=folder, check=False, capture_output=True, text=True
    )
    assert (closed.returncode, closed.stderr) == (0, "")
