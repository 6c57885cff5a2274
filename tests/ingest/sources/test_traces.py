"""Real audit logs, held against a plain reading of every line by the json module."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard

from ingest.anomalies import Collector
from ingest.redact import Redactor
from ingest.sources.contract import ReadCounts, ReadOptions
from ingest.sources.registry import open_source, read

TRACES = Path(__file__).parents[4] / "shared" / "traces"
LOGS = sorted(TRACES.glob("*/audit*.jsonl.zst"))
READS = {"get", "list", "watch"}


def parameters() -> list[Any]:
    if not LOGS:
        skip = pytest.mark.skip(reason="the recorded traces are not at ../shared/traces")
        return [pytest.param(Path("none"), marks=skip)]
    slow = pytest.mark.slow
    return [
        pytest.param(log, id=f"{log.parent.name}-{log.name}", marks=slow if big(log) else ())
        for log in LOGS
    ]


def big(log: Path) -> bool:
    return log.stat().st_size > 400_000


def plain_events(log: Path) -> Iterator[dict[str, Any]]:
    with zstandard.open(log, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


@pytest.mark.parametrize("log", parameters())
def test_a_recorded_log_reads_as_plain_json_does(log: Path) -> None:
    anomalies, counts = Collector(), ReadCounts()
    options = ReadOptions(Redactor(b"k" * 16))
    batches = [
        batch
        for source in open_source(str(log), Collector())
        for batch in read(source, options, anomalies, counts, lambda size: None)
    ]
    rows = pa.Table.from_batches(batches).to_pylist()
    kept, reads = [], Counter[str]()
    for event in plain_events(log):
        denied = event["responseStatus"]["code"] in (401, 403)
        if event["verb"] in READS and not denied:
            reads[event["verb"]] += event["stage"] == "ResponseComplete"
        elif event["stage"] == "ResponseComplete":
            kept.append(event)
    assert anomalies.rows() == []
    assert len(rows) == len(kept)
    for row, event in zip(rows, kept, strict=True):
        assert_same(row, event)
    by_verb = Counter[str]()
    for key, count in counts.by_key.items():
        by_verb[key.verb] += count
    # A watch that was still open when the log ended counts as a read, too.
    assert by_verb["get"] == reads["get"]
    assert by_verb["list"] == reads["list"]
    assert by_verb["watch"] >= reads["watch"]


def assert_same(row: dict[str, Any], event: dict[str, Any]) -> None:
    ref, status = event["objectRef"], event["responseStatus"]
    answer = event.get("responseObject", {})
    metadata = answer.get("metadata", {})
    assert row["audit_id"] == event["auditID"]
    assert (row["verb"], row["code"]) == (event["verb"], status["code"])
    assert row["user"] == event["user"]["username"]
    assert row["groups"] == event["user"]["groups"]
    assert row["user_agent"] == event["userAgent"]
    assert row["resource"] == ref["resource"]
    assert row["api_group"] == ref.get("apiGroup", "")
    assert row["name"] == (
        ref.get("name") or metadata.get("name") or answer.get("details", {}).get("name")
    )
    version = metadata.get("resourceVersion")
    assert row["resource_version"] == (int(version) if version else None)
    assert row["response_kind"] == answer.get("kind")
    assert dict(row["annotations"]) == event.get("annotations", {})
    received = row["received"].isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert received == event["requestReceivedTimestamp"]
    if ref["resource"] != "secrets":
        for column, key in (("request", "requestObject"), ("response", "responseObject")):
            assert (row[column] and json.loads(row[column])) == event.get(key)
