"""Logs that begin in the middle, or lost lines: what is seen is as etcd kept it."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import orjson
import pyarrow as pa
import pytest

from ingest.log.connection import Log
from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from reports.history import history_lines
from tests.recordings import FAST, each, folder

TOOL = Path(__file__).resolve().parents[3] / "shared" / "tools" / "fidelity.py"


def lines(name: str) -> list[bytes]:
    with pa.input_stream(folder(name) / "audit.jsonl.zst", compression="zstd") as stream:
        return stream.read().splitlines(keepends=True)


def rebuilt(kept: list[bytes], path: Path) -> list[bytes]:
    """The history of these audit lines, one version a line."""
    with of(kept, path).snapshot() as snapshot:
        return [line.encode() for line in history_lines(snapshot)]


def of(kept: list[bytes], path: Path) -> Trace:
    """A trace of these audit lines."""
    path.mkdir(exist_ok=True)
    log = path / "audit.jsonl"
    log.write_bytes(b"".join(kept))
    trace = Trace(path / "trace", create=True)
    ingest(trace, [str(log)], IngestOptions())
    return trace


def times(trace: Trace) -> dict[int, int]:
    """When each revision came into force, in microseconds; not of what was only seen later."""
    query = (
        "SELECT rv, epoch_us(valid_from) FROM history "
        "WHERE rv IS NOT NULL AND change NOT IN ('seen', 'expired') AND audit_id IS NOT NULL"
    )
    with trace.snapshot() as snapshot, Log.of(snapshot) as log:
        log.prepare(query)
        return dict(log.connection.sql(query).fetchall())


def first_creation(kept: list[bytes]) -> int:
    """The lowest revision that was made for certain by what is left of the log."""
    events = map(orjson.loads, kept)
    made = [e for e in events if e["verb"] == "create" and e["responseStatus"].get("code") == 201]
    revisions = [(e.get("responseObject") or {}).get("metadata", {}) for e in made]
    return min(int(m["resourceVersion"]) for m in revisions if m.get("resourceVersion"))


@pytest.mark.parametrize("name", each(*FAST, "batch", "node-failure", "pressure", "stateful"))
@pytest.mark.parametrize("start", [1 / 3, 1 / 2])
def test_a_log_that_begins_in_the_middle_is_exact_from_first_sight_on(
    name: str, start: float, tmp_path: Path
) -> None:
    whole = lines(name)
    kept = whole[int(len(whole) * start) :]
    ours = tmp_path / "ours.jsonl"
    ours.write_bytes(b"\n".join(rebuilt(kept, tmp_path)))
    run = subprocess.run(
        [sys.executable, TOOL, folder(name), ours, "--from-rv", str(first_creation(kept))],
        check=True,
        capture_output=True,
        text=True,
    )
    reproduced = re.search(r"versions reproduced = ([0-9.]+)%", run.stdout)
    assert reproduced is not None
    assert float(reproduced[1]) >= 99.5, run.stdout


@pytest.mark.parametrize("name", each(*FAST))
def test_lines_that_are_lost_give_no_revision_to_another_object(name: str, tmp_path: Path) -> None:
    rng = random.Random(1)
    kept = [line for line in lines(name) if rng.random() > 0.05]
    truth = {}
    with pa.input_stream(folder(name) / "history.jsonl.zst", compression="zstd") as stream:
        for line in stream.read().splitlines():
            record = orjson.loads(line)
            truth[record["rev"]] = (record["type"], record["key"].rpartition("/")[2])
    for version in map(json.loads, rebuilt(kept, tmp_path)):
        if version["rv"] in truth:
            assert truth[version["rv"]] == (version["type"], version["name"])


@pytest.mark.parametrize("name", ["api", pytest.param("churn", marks=pytest.mark.slow)])
def test_a_log_that_begins_in_the_middle_has_the_times_of_the_whole_one(
    name: str, tmp_path: Path
) -> None:
    every = lines(name)
    whole = times(of(every, tmp_path / "whole"))
    cut = times(of(every[len(every) // 2 :], tmp_path / "cut"))
    both = sorted(cut.keys() & whole.keys())
    assert len(both) > 0.4 * len(whole)
    # A write of open revision may be placed elsewhere, and so may move its neighbours' times a bit.
    apart = [abs(cut[rv] - whole[rv]) for rv in both if cut[rv] != whole[rv]]
    assert len(apart) <= 0.005 * len(both)
    assert max(apart, default=0) < 1_000_000
