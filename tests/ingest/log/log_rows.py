"""Rows of the log for tests: what a test does not name has a plain value."""

from typing import Any

import pyarrow as pa

from ingest.log.schema import ANOMALIES, EVENTS, PLACEMENTS, SCHEDULING, Table
from ingest.log.segments import VERSIONS

_EVENT = {
    "stage": "ResponseComplete",
    "level": "RequestResponse",
    "verb": "update",
    "api_group": "",
    "api_version": "v1",
    "resource": "pods",
    "subresource": "",
    "namespace": "default",
    "name": "web",
    "code": 200,
    "dry_run": False,
    "user": "alice",
    "groups": ["dev"],
    "user_agent": "kubectl/v1.36.2",
    "source_ips": ["127.0.0.1"],
    "component": "kubectl",
    "request_uri": "/api/v1/namespaces/default/pods/web",
    "annotations": [("authorization.k8s.io/decision", "allow")],
    "request": '{"kind":"Pod"}',
    "response": '{"kind":"Pod","status":{}}',
    "file": "audit.log",
    "line": 1,
}

_VERSION = {
    "store": 0,
    "type": "PUT",
    "change": "updated",
    "known": "observed",
    "api_group": "",
    "api_version": "v1",
    "kind": "Pod",
    "resource": "pods",
    "namespace": "default",
    "name": "web",
}


def event(audit_id: str, received: int, **columns: Any) -> dict[str, Any]:
    """An event; `received` in microseconds."""
    return {**_EVENT, "audit_id": audit_id, "received": received, "answered": received, **columns}


def version(position: int, **columns: Any) -> dict[str, Any]:
    """A version, valid from its position as microseconds."""
    made = {**_VERSION, "position": position, "rv": position, "valid_from": position, **columns}
    if made["type"] == "PUT":
        made.setdefault("object", f'{{"at":{position}}}')
    return made


def batch(schema: Table | pa.Schema, *rows: dict[str, Any]) -> pa.RecordBatch:
    """Rows as a batch; columns that a row lacks are null."""
    arrow = schema.arrow if isinstance(schema, Table) else schema
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in arrow]
    return pa.record_batch(columns, schema=arrow)


def events(*rows: dict[str, Any]) -> pa.RecordBatch:
    """A batch of events."""
    return batch(EVENTS, *rows)


def versions(*rows: dict[str, Any]) -> pa.RecordBatch:
    """A batch of versions, as a segment writer takes them."""
    return batch(VERSIONS, *rows)


def placement(audit_id: str, position: int) -> pa.RecordBatch:
    """A batch of one placement."""
    row = {"audit_id": audit_id, "received": position, "position": position, "outcome": "written"}
    return batch(PLACEMENTS, row)


def anomaly(name: str, **columns: Any) -> pa.Table:
    """A table of one anomaly."""
    plain = {"severity": "notice", "source": "audit.log", "count": 1, "first_line": 3}
    row = {"name": name, **plain, "first_offset": 99, "example": "", **columns}
    return pa.Table.from_batches([batch(ANOMALIES, row)])


def decisions(*names: str) -> pa.Table:
    """Decisions of the scheduler on pods of these names, with a score each."""
    plain = {
        "namespace": "default",
        "uid": "u",
        "event": "Scheduled",
        "verdict": "equal",
        "recorded_at": 1,
        "decided_at": 1,
        "position": 1,
        "assumed": 0,
        "scores": [{"node": "n", "plugin": "NodeResourcesFit", "raw": 7}],
    }
    rows = [{**plain, "decision": at, "name": name} for at, name in enumerate(names, start=1)]
    return pa.Table.from_pylist(rows, schema=SCHEDULING.arrow)
