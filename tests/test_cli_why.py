"""`why` and `schedule -o html` as commands: what they print, where, and with which status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.testing import node, pod
from tests.audit_lines import AuditLines

CLI = Path(__file__).resolve().parent.parent / "cli.py"
ENVIRONMENT = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(CLI), *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trace with a pod that asks for more than its node has."""
    folder = tmp_path_factory.mktemp("why")
    lines = AuditLines()
    small, web = node("n1").cpu("2500m"), pod("web", "shop").cpu("4")
    for revision, (resource, each) in enumerate((("nodes", small), ("pods", web)), start=1):
        each.metadata["resourceVersion"] = str(revision)
        name, namespace = each.metadata["name"], each.metadata.get("namespace")
        lines.add("create", resource, name, response=each.obj, code=201, namespace=namespace)
    (folder / "audit.log").write_text(lines.text())
    assert _run(folder, "ingest", "audit.log").returncode == 0
    return folder


def test_why_tells_what_would_have_to_change_within_the_terminal(folder: Path) -> None:
    run = _run(folder, "why", "pod", "web", "-n", "shop")
    assert (run.returncode, run.stderr) == (0, "")
    assert "  it would fit on n1 if it requested 2500m of cpu instead of 4" in run.stdout
    assert max(map(len, run.stdout.splitlines())) <= 80


def test_why_puts_the_note_on_a_time_after_the_end_beside_its_answer(folder: Path) -> None:
    run = _run(folder, "why", "pod", "web", "-n", "shop", "--at", "2030-01-01T00:00:00Z")
    assert run.returncode == 0
    assert run.stderr.startswith("note: the log ends at ")
    assert run.stdout.startswith("shop/web is Pending")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("pod", "nope", "-n", "shop"), 1, 'pods "nope" not found in the namespace shop'),
        (("deploy", "web"), 2, "say of which pod, as pod NAME or pod/NAME, not deploy web"),
        (("pod", "web", "-n", "shop", "-o", "yaml"), 2, "choose one of table, json"),
    ],
    ids=["missing", "kind", "form"],
)
def test_why_ends_a_mistake_in_one_line(
    folder: Path, arguments: tuple[str, ...], status: int, told: str
) -> None:
    run = _run(folder, "why", *arguments)
    assert (run.returncode, run.stdout) == (status, "")
    assert told in run.stderr
    assert run.stderr.count("\n") == 1


def test_schedule_writes_its_page_to_standard_output(folder: Path) -> None:
    run = _run(folder, "schedule", "web", "-n", "shop", "--at", "now", "-o", "html")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("<!DOCTYPE html>")
    assert "Insufficient cpu" in run.stdout
