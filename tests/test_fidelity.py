import json
import subprocess
import sys
from pathlib import Path

import pytest

from reports.history import history_lines
from tests.recordings import ALL, each, folder, ingested

TOOL = Path(__file__).resolve().parent.parent.parent / "shared" / "tools" / "fidelity.py"

LEAST = 99.5
"""Percent of versions; docs/FIDELITY.md has what each trace reaches and what is left."""


@pytest.mark.parametrize("name", each(*(name for name in ALL if name != "etcd-protobuf")))
def test_the_history_is_what_etcd_kept(name: str, tmp_path: Path) -> None:
    trace = folder(name)
    ours = tmp_path / "ours.jsonl"
    with ingested(name).snapshot() as snapshot:
        ours.write_text("".join(line + "\n" for line in history_lines(snapshot)))
    run = subprocess.run(
        [sys.executable, str(TOOL), str(trace), str(ours), "--min", str(LEAST)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_log_of_a_cloud_policy_is_taken_without_a_crash() -> None:
    with ingested("cloud-policy").snapshot() as snapshot:
        lines = [json.loads(line) for line in history_lines(snapshot, partial=True)]
    assert any(line["object"] is None for line in lines if line["type"] == "PUT")
