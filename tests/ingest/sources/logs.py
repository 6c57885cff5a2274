"""Audit events and a reader of them for the tests of this folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from ingest.anomalies import Collector
from ingest.log.schema import EVENTS
from ingest.redact import Redactor
from ingest.sources.contract import LINE_LIMIT, ReadCounts, ReadOptions, SourceFile
from ingest.sources.registry import read

KEY = b"a key for tests only"


def event(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A complete audit event; `changes` replace fields, None takes one away."""
    fields: dict[str, Any] = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "RequestResponse",
        "auditID": f"id-{number}",
        "stage": "ResponseComplete",
        "requestURI": "/api/v1/namespaces/shop/configmaps/web",
        "verb": "update",
        "user": {"username": "alice", "groups": ["devs", "system:authenticated"]},
        "sourceIPs": ["10.0.0.1", "10.0.0.2"],
        "userAgent": "kubectl/v1.36.2 (linux/amd64) kubernetes/d9b4cf1",
        "objectRef": {
            "resource": "configmaps",
            "namespace": "shop",
            "name": "web",
            "apiVersion": "v1",
        },
        "responseStatus": {"metadata": {}, "code": 200},
        "requestObject": {"kind": "ConfigMap", "apiVersion": "v1", "data": {"a": "1"}},
        "responseObject": {
            "kind": "ConfigMap",
            "apiVersion": "v1",
            "metadata": {"name": "web", "uid": "u-1", "resourceVersion": str(100 + number)},
        },
        "requestReceivedTimestamp": "2026-11-21T03:00:36.807691Z",
        "stageTimestamp": "2026-11-21T03:00:36.974498Z",
        "annotations": {"authorization.k8s.io/decision": "allow"},
    }
    fields.update(changes)
    return {name: value for name, value in fields.items() if value is not None}


def line(number: int = 1, **changes: Any) -> bytes:
    """The same as a line of a log, with its break."""
    return json.dumps(event(number, **changes), separators=(",", ":")).encode() + b"\n"


class Reading(NamedTuple):
    """What became of a log."""

    rows: list[dict[str, Any]]
    anomalies: dict[str, int]
    notes: list[dict[str, object]]
    counts: ReadCounts
    batches: list[pa.RecordBatch]

    @property
    def ids(self) -> list[str]:
        return [row["audit_id"] for row in self.rows]


def read_log(
    path: Path, content: bytes, *, reads: bool = False, line_limit: int = LINE_LIMIT
) -> Reading:
    """Read `content` as a file that the user named; batches are checked against the schema."""
    file = path / "audit.log"
    file.write_bytes(content)
    anomalies, counts = Collector(), ReadCounts()
    options = ReadOptions(Redactor(KEY), reads=reads, line_limit=line_limit)
    source = SourceFile("audit.log", file, len(content), named=True)
    batches = list(read(source, options, anomalies, counts, lambda size: None))
    for batch in batches:
        batch.validate(full=True)
        assert batch.schema == EVENTS.arrow
        for column in EVENTS.columns:
            assert column.nullable or batch.column(column.name).null_count == 0, column.name
    rows = [row for batch in batches for row in batch.to_pylist()]
    return Reading(rows, anomalies.of("audit.log"), anomalies.rows(), counts, batches)
