import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from ingest.log.connection import Log
from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from reports.history import history_lines
from tests.recordings import ALL, each, folder, ingested

TOOL = Path(__file__).resolve().parent.parent.parent / "shared" / "tools" / "fidelity.py"

LEAST = 99.5
"""Percent of versions; docs/FIDELITY.md has what each trace reaches and what is left."""

LEAST_WITHOUT_ANSWERS = 99.0

MOST_REFUSALS_MISSED = 15
"""In the first milliseconds of a cluster, and races that a record does not order."""

SHARES = """
SELECT outcome = 'refused' AS refused, count(*) FILTER (model = 'equal') AS equal, count(*) AS asked
FROM events WHERE model IS NOT NULL GROUP BY ALL
"""

MOST_OUT_OF_ORDER = {"churn": 0.03}
"""Part of the versions; elsewhere 0.005. docs/FIDELITY.md says why no log tells the order there."""


@pytest.mark.parametrize("name", each(*(name for name in ALL if name != "etcd-protobuf")))
def test_the_history_is_what_etcd_kept(name: str, tmp_path: Path) -> None:
    trace = folder(name)
    ours = tmp_path / "ours.jsonl"
    with ingested(name).snapshot() as snapshot:
        ours.write_text("".join(line + "\n" for line in history_lines(snapshot)))
    told = subprocess.run(
        [sys.executable, str(TOOL), str(trace), str(ours)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    without, puts, misplaced = _numbers(r"(\d+) of (\d+) PUTs without rv, (\d+) versions", told)
    same, total = _numbers(r"(\d+)/(\d+) versions reproduced", told)
    assert 100 * same / total >= LEAST, told
    assert without <= puts / 10, told
    assert misplaced <= total * MOST_OUT_OF_ORDER.get(name, 0.005), told


@pytest.mark.parametrize("name", each(*(name for name in ALL if name != "etcd-protobuf")))
def test_the_history_is_what_etcd_kept_without_the_answers_too(name: str, tmp_path: Path) -> None:
    source = folder(name)
    logs = [_without_answers(log, tmp_path) for log in sorted(source.glob("audit*.jsonl.zst"))]
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, logs, IngestOptions())
    same, total = _reproduced(source, trace, tmp_path, "--request")
    assert 100 * same / total >= LEAST_WITHOUT_ANSWERS


def test_a_log_of_a_cloud_policy_gives_back_all_that_it_holds(tmp_path: Path) -> None:
    source = folder("cloud-policy")
    options = json.loads((source / "meta.json").read_text())["fidelity"].split()
    same, total = _reproduced(source, ingested("cloud-policy"), tmp_path, *options)
    assert 100 * same / total >= LEAST


@pytest.mark.parametrize("name", each(*ALL))
def test_the_model_predicts_what_the_cluster_did(name: str) -> None:
    folder(name)
    with ingested(name).snapshot() as snapshot, Log.of(snapshot) as log:
        log.prepare(SHARES)
        rows = log.connection.sql(SHARES).fetchall()
    shares = {refused: (equal, asked) for refused, equal, asked in rows}
    equal, asked = shares[False]
    assert equal >= 0.999 * asked
    refused, of = shares.get(True, (0, 0))
    assert refused >= of - MOST_REFUSALS_MISSED


def _without_answers(log: Path, scratch: Path) -> str:
    """The log as an audit policy of level Request would have written it."""
    sparse = scratch / log.name.removesuffix(".zst")
    with pa.input_stream(str(log), compression="zstd") as stream, sparse.open("wb") as file:
        command = [sys.executable, str(TOOL.with_name("lower_level.py")), "request"]
        subprocess.run(command, input=stream.read(), stdout=file, check=True)
    return str(sparse)


def _reproduced(source: Path, trace: Trace, scratch: Path, *options: str) -> list[int]:
    """(reproduced, all) versions of a recording."""
    ours = scratch / "ours.jsonl"
    with trace.snapshot() as snapshot:
        ours.write_text("".join(line + "\n" for line in history_lines(snapshot)))
    command = [sys.executable, str(TOOL), str(source), str(ours), *options]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return _numbers(r"(\d+)/(\d+) versions reproduced", told)


def _numbers(pattern: str, text: str) -> list[int]:
    found = re.search(pattern, text)
    assert found, text
    return [int(number) for number in found.groups()]
