from pathlib import Path
from typing import Any

from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from reports.ask import ask
from tests.audit_lines import AuditLines

OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "r1"}


def _pod(name: str, rv: int) -> dict[str, Any]:
    metadata = {
        "name": name,
        "namespace": "shop",
        "uid": f"uid-{name}",
        "resourceVersion": str(rv),
        "ownerReferences": [OWNER],
    }
    return {"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": {"nodeName": "n1"}}


def _partly_known(tmp_path: Path, lines: AuditLines) -> list[str]:
    log = tmp_path / "audit.log"
    log.write_text(lines.text())
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [str(log)], IngestOptions())
    query = (
        "SELECT concat_ws(' ', kind, namespace, name, uid, change) FROM history "
        "WHERE known = 'partial' ORDER BY position"
    )
    page = tmp_path / "rows.csv"
    with trace.snapshot() as snapshot, page.open("w") as out:
        ask(snapshot, None, query, "csv", out, out)
    return page.read_text().splitlines()[1:]


def test_what_a_late_log_only_names_is_known_to_exist(tmp_path: Path) -> None:
    lines = AuditLines()
    lines.add("patch", "pods", "a", subresource="status", response=_pod("a", 5000))
    lines.add("patch", "pods", "b", subresource="status", response=_pod("b", 5001))
    assert _partly_known(tmp_path, lines) == [
        "Namespace shop seen",
        "Node n1 seen",
        "ReplicaSet shop web-1 r1 seen",
    ]


def test_a_log_from_the_cluster_s_beginning_needs_no_hearsay(tmp_path: Path) -> None:
    lines = AuditLines()
    lines.add("create", "pods", "a", response=_pod("a", 2), code=201)
    assert _partly_known(tmp_path, lines) == []


def test_what_was_shown_and_is_gone_does_not_come_back_by_name(tmp_path: Path) -> None:
    lines = AuditLines()
    owner = {
        "kind": "ReplicaSet",
        "apiVersion": "apps/v1",
        "metadata": {"name": "web-1", "namespace": "shop", "uid": "r1", "resourceVersion": "4999"},
    }
    lines.add("update", "replicasets", "web-1", response=owner, group="apps")
    status = {"kind": "Status", "apiVersion": "v1", "status": "Success", "details": {"uid": "r1"}}
    lines.add("delete", "replicasets", "web-1", response=status, group="apps")
    lines.add("patch", "pods", "a", subresource="status", response=_pod("a", 5002))
    assert _partly_known(tmp_path, lines) == ["Namespace shop seen", "Node n1 seen"]
