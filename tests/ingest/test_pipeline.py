import errno
import json
from pathlib import Path

import pytest
from pyarrow.parquet import ParquetWriter

from ingest.errors import SourceError
from ingest.log.connection import Log
from ingest.log.durable import write_atomically
from ingest.log.event_reader import read_events
from ingest.log.settings import Settings, SettingsError
from ingest.log.trace import Trace, TraceError
from ingest.pipeline import IngestOptions, digest, ingest, rebuild
from reports.history import history_lines
from tests.audit_lines import AuditLines, config_map


def _log(tmp_path: Path, text: str, name: str = "audit.log") -> str:
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def _versions(trace: Trace, cluster: str = "default", *, partial: bool = False) -> list[dict]:
    with trace.snapshot(cluster) as snapshot:
        return [json.loads(line) for line in history_lines(snapshot, partial=partial)]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*.parquet"))
    }


def _three_versions() -> AuditLines:
    lines = AuditLines()
    created = config_map("web", 5, {"a": "1"})
    lines.add("create", "configmaps", "web", response=created, code=201)
    lines.add("update", "configmaps", "web", response=config_map("web", 7, {"a": "2"}))
    status = {"kind": "Status", "apiVersion": "v1", "status": "Success", "details": {"uid": "u1"}}
    lines.add("delete", "configmaps", "web", response=status)
    return lines


def test_a_log_becomes_the_versions_of_its_objects(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [_log(tmp_path, _three_versions().text())], IngestOptions())
    versions = _versions(trace)
    assert [(v["rv"], v["type"]) for v in versions] == [(5, "PUT"), (7, "PUT"), (None, "DELETE")]
    assert [v["object"] and v["object"]["data"]["a"] for v in versions] == ["1", "2", None]
    assert versions[0]["kind"] == "ConfigMap"
    assert versions[0]["namespace"] == "shop"


def test_a_body_is_kept_byte_for_byte(tmp_path: Path) -> None:
    lines = AuditLines()
    lines.add("create", "configmaps", "web", response=config_map("web", 5, {}), code=201)
    text = lines.text().replace('"data": {}', '"data":  {"n": 1.10, "e": 1e3, "u": "\\u00e9"}')
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [_log(tmp_path, text)], IngestOptions())
    with trace.snapshot() as snapshot:
        (line,) = history_lines(snapshot)
    assert '"data":  {"n": 1.10, "e": 1e3, "u": "\\u00e9"}' in line


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    log = _log(tmp_path, _three_versions().text())
    ingest(trace, [log], IngestOptions())
    before = _files(tmp_path / "trace")
    again = ingest(trace, [log], IngestOptions())
    assert again.new_events == 0
    assert _files(tmp_path / "trace") == before


def test_overlapping_rotations_give_the_same_history_as_one_file(tmp_path: Path) -> None:
    lines = _three_versions().lines
    whole, parts = Trace(tmp_path / "a", create=True), Trace(tmp_path / "b", create=True)
    ingest(whole, [_log(tmp_path, "\n".join(lines))], IngestOptions())
    first = _log(tmp_path, "\n".join(lines[:2]), "audit-1.log")
    second = _log(tmp_path, "\n".join(lines[1:]), "audit-2.log")
    result = ingest(parts, [second, first], IngestOptions())
    assert result.events == 4
    assert result.new_events == 3
    assert _versions(parts) == _versions(whole)
    assert digest(parts, "default") == digest(whole, "default")


def test_the_stages_of_a_request_in_two_files_are_one_new_event(tmp_path: Path) -> None:
    lines = _three_versions().lines
    begun = [{**json.loads(each), "stage": "RequestReceived"} for each in lines]
    first = _log(tmp_path, "\n".join(map(json.dumps, begun)), "a.log")
    second = _log(tmp_path, "\n".join(lines), "b.log")
    assert (
        ingest(Trace(tmp_path / "x", create=True), [first, second], IngestOptions()).new_events == 3
    )
    apart = Trace(tmp_path / "y", create=True)
    counts = [ingest(apart, [each], IngestOptions()).new_events for each in (first, second)]
    assert counts == [3, 0]
    assert len(_versions(apart)) == 3


@pytest.mark.parametrize(
    ("stage", "code", "outcome"),
    [
        ("ResponseComplete", 504, "unknown"),
        ("Panic", 500, "unknown"),
        ("ResponseComplete", 500, "refused"),
        ("ResponseComplete", 409, "refused"),
    ],
)
def test_what_a_server_that_failed_has_done_is_unknown(
    tmp_path: Path, stage: str, code: int, outcome: str
) -> None:
    lines = AuditLines()
    failure = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code}
    event = lines.add("update", "configmaps", "web", response=failure, code=code)
    lines.lines[-1] = json.dumps({**event, "stage": stage})
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [_log(tmp_path, lines.text())], IngestOptions())
    with trace.snapshot() as snapshot, Log.of(snapshot) as log:
        log.prepare("events")
        assert log.connection.sql("SELECT outcome FROM events").fetchall() == [(outcome,)]


def test_an_event_that_made_several_versions_is_there_once(tmp_path: Path) -> None:
    lines = AuditLines()
    pods = [
        {
            "kind": "Pod",
            "apiVersion": "v1",
            "metadata": {**config_map(name, rv, {}, uid=name)["metadata"], "finalizers": ["x/y"]},
            "spec": {"nodeName": "n1", "terminationGracePeriodSeconds": 30},
        }
        for name, rv in (("a", 5), ("b", 6), ("c", 7))
    ]
    for pod in pods:
        lines.add("create", "pods", pod["metadata"]["name"], response=pod, code=201)
    ending = {"deletionTimestamp": "2026-11-21T03:00:04Z", "deletionGracePeriodSeconds": 0}
    marked = {**pods[0]["metadata"], **ending, "resourceVersion": "9", "finalizers": []}
    lines.add("delete", "pods", "a", response={**pods[0], "metadata": marked})
    listed = {"kind": "PodList", "metadata": {"resourceVersion": "9"}, "items": pods[1:]}
    lines.add("deletecollection", "pods", "", response=listed)
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [_log(tmp_path, lines.text())], IngestOptions())
    with trace.snapshot() as snapshot, Log.of(snapshot) as log:
        log.prepare("events history")
        several = (
            "SELECT count(*) FROM (FROM history SELECT audit_id GROUP BY 1 HAVING count(*) > 1)"
        )
        assert log.connection.sql(several).fetchall() == [(2,)]
        ids = [id_ for (id_,) in log.connection.sql("SELECT audit_id FROM events").fetchall()]
    assert len(ids) == len(set(ids)) == 5


def test_files_of_several_servers_give_one_history_in_any_order(tmp_path: Path) -> None:
    lines = _three_versions().lines
    first = _log(tmp_path, lines[0] + "\n" + lines[2], "server-1.log")
    second = _log(tmp_path, lines[1], "server-2.log")
    one, other = Trace(tmp_path / "a", create=True), Trace(tmp_path / "b", create=True)
    ingest(one, [first, second], IngestOptions())
    ingest(other, [second], IngestOptions())
    ingest(other, [first], IngestOptions())
    assert _versions(one) == _versions(other)
    assert [v["type"] for v in _versions(one)] == ["PUT", "PUT", "DELETE"]


def test_clusters_stay_apart(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    log = _log(tmp_path, _three_versions().text())
    ingest(trace, [log], IngestOptions(cluster="east"))
    ingest(trace, [log], IngestOptions(cluster="west"))
    assert trace.clusters() == ["east", "west"]
    assert len(_versions(trace, "east")) == len(_versions(trace, "west")) == 3


def test_rebuild_derives_the_same_files_again(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [_log(tmp_path, _three_versions().text())], IngestOptions())
    before = _files(tmp_path / "trace")
    assert rebuild(trace, "default") == 3
    assert _files(tmp_path / "trace") == before


def test_refused_writes_are_events_and_no_versions(tmp_path: Path) -> None:
    lines = AuditLines()
    lines.add("create", "configmaps", "web", response=config_map("web", 5, {}), code=201)
    conflict = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 409}
    lines.add("update", "configmaps", "web", response=conflict, code=409)
    trace = Trace(tmp_path / "trace", create=True)
    assert ingest(trace, [_log(tmp_path, lines.text())], IngestOptions()).events == 2
    assert [v["rv"] for v in _versions(trace)] == [5]


def test_what_was_logged_without_a_body_is_partial(tmp_path: Path) -> None:
    lines = AuditLines()
    lines.add("create", "configmaps", "web", code=201, level="Metadata")
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [_log(tmp_path, lines.text())], IngestOptions())
    assert _versions(trace) == []
    named = [(v["kind"], v["name"], v["object"]) for v in _versions(trace, partial=True)]
    assert named == [("Namespace", "shop", None), ("ConfigMap", "web", None)]


def test_no_secret_reaches_the_disk(tmp_path: Path) -> None:
    lines = AuditLines()
    secret = {
        **config_map("db", 5, {"password": "aHVudGVyMg=="}),
        "kind": "Secret",
        "stringData": {"token": "correct-horse-battery"},
    }
    lines.add("create", "secrets", "db", request=secret, response=secret, code=201)
    token = {"kind": "TokenRequest", "status": {"token": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}}
    lines.add("create", "serviceaccounts", "bot", subresource="token", response=token, code=201)
    trace = Trace(tmp_path / "trace", create=True)
    ingest(trace, [_log(tmp_path, lines.text())], IngestOptions())
    with trace.snapshot() as snapshot:
        events = list(read_events(snapshot.folder, snapshot.files("events")))
    kept = "".join(str(batch.to_pylist()) for batch in events)
    kept += "".join(json.dumps(v) for v in _versions(trace))
    for value in ("aHVudGVyMg==", "correct-horse-battery", "eyJhbGciOiJSUzI1NiJ9"):
        assert value not in kept
        for path in (tmp_path / "trace").rglob("*"):
            assert path.is_dir() or value.encode() not in path.read_bytes()
    assert "redacted:" in kept


def test_a_source_without_events_is_an_error_that_leaves_others_alone(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    good = _log(tmp_path, _three_versions().text())
    bad = _log(tmp_path, "hello\n", "hello.txt")
    result = ingest(trace, [bad, good], IngestOptions())
    assert len(result.failures) == 1
    assert "hello.txt" in result.failures[0]
    assert len(_versions(trace)) == 3
    with pytest.raises(SourceError, match=r"hello\.txt"):
        ingest(trace, [bad], IngestOptions())


def _everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("content", [None, "hello\n", ""])
def test_an_ingest_that_reads_nothing_leaves_no_trace(tmp_path: Path, content: str | None) -> None:
    log = str(tmp_path / "none") if content is None else _log(tmp_path, content)
    before = _everything(tmp_path)
    trace = Trace(tmp_path / "a" / "b" / "trace", create=True)
    with pytest.raises(SourceError):
        ingest(trace, [log], IngestOptions())
    assert _everything(tmp_path) == before


def test_a_folder_that_was_there_stays_with_what_was_in_it(tmp_path: Path) -> None:
    (tmp_path / "trace").mkdir()
    (tmp_path / "trace" / ".keep").write_text("")
    with pytest.raises(SourceError):
        ingest(Trace(tmp_path / "trace", create=True), [str(tmp_path / "none")], IngestOptions())
    assert _everything(tmp_path / "trace") == [".keep"]


def test_a_trace_that_was_there_loses_nothing_by_a_failed_ingest(tmp_path: Path) -> None:
    log = _log(tmp_path, _three_versions().text())
    ingest(Trace(tmp_path / "trace", create=True), [log], IngestOptions())
    before = _everything(tmp_path / "trace")
    for cluster in ("default", "other"):
        with pytest.raises(SourceError):
            ingest(
                Trace(tmp_path / "trace", create=True),
                [_log(tmp_path, "hello\n", "hello.txt")],
                IngestOptions(cluster=cluster),
            )
    assert _everything(tmp_path / "trace") == before


def test_a_file_that_cannot_be_replaced_is_called_by_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing/current") as refusal:
        write_atomically(tmp_path / "missing" / "current.json", b"")
    assert refusal.value.filename == str(tmp_path / "missing" / "current.json")


def test_a_full_disk_is_said_of_the_trace_and_leaves_no_unfinished_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close, failing = ParquetWriter.close, [1, 2]

    def full(writer: ParquetWriter) -> None:
        if failing:
            failing.pop()
            raise OSError(errno.ENOSPC, "Error writing bytes to file")
        close(writer)

    log = _log(tmp_path, _three_versions().text())
    trace = Trace(tmp_path / "trace", create=True)
    monkeypatch.setattr(ParquetWriter, "close", full)
    with pytest.raises(TraceError, match=r"cannot write to .*/trace: No space left on device"):
        ingest(trace, [log], IngestOptions())
    assert not list((tmp_path / "trace").rglob(".*writing*"))


def _an_event_and_two_hours() -> str:
    lines = AuditLines()
    event = {**config_map("e", 5, {}), "kind": "Event"}
    lines.add("create", "events", "e", response=event, code=201)
    lines.add("create", "configmaps", "web", response=config_map("web", 9, {}), code=201)
    first, second = lines.lines
    return f"{first}\n{second.replace('T03:', 'T05:')}\n"


def test_events_expire_after_an_hour_unless_told_otherwise(tmp_path: Path) -> None:
    log = _log(tmp_path, _an_event_and_two_hours())
    ends = []
    for ttl in (None, "90m", "24h0m0s", "0"):
        trace = Trace(tmp_path / f"trace-{ttl}", create=True)
        ingest(trace, [log], IngestOptions(event_ttl=ttl))
        ends.append([v["type"] for v in _versions(trace)])
    whole = ["PUT", "PUT"]
    assert ends == [["PUT", "DELETE", "PUT"], ["PUT", "DELETE", "PUT"], whole, whole]


def test_the_trace_keeps_how_long_events_live(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    log = _log(tmp_path, _an_event_and_two_hours())
    assert ingest(trace, [log], IngestOptions(event_ttl="24h")).versions == 2
    assert ingest(trace, [log], IngestOptions()).versions == 0
    assert rebuild(trace, "default") == 2
    assert rebuild(trace, "default", event_ttl="1h") == 3
    assert rebuild(trace, "default") == 3


def test_another_lifetime_of_events_derives_the_history_again(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    log = _log(tmp_path, _an_event_and_two_hours())
    ingest(trace, [log], IngestOptions())
    assert ingest(trace, [log], IngestOptions(event_ttl="24h")).versions == 2
    (tmp_path / "trace/default/current.json").unlink()
    with trace.writer() as writer:
        assert writer.current.made_with == Settings(event_ttl_s=86_400).text


@pytest.mark.parametrize("text", ["soon", "-1h", "5", ""])
def test_what_is_no_lifetime_is_refused_before_anything_is_read(tmp_path: Path, text: str) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    with pytest.raises(SettingsError, match="--event-ttl"):
        ingest(trace, [_log(tmp_path, "")], IngestOptions(event_ttl=text))


def test_damaged_settings_are_said_and_not_ignored(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace", create=True)
    log = _log(tmp_path, _an_event_and_two_hours())
    ingest(trace, [log], IngestOptions(event_ttl="24h"))
    (tmp_path / "trace/default/settings.json").write_text("[]")
    with pytest.raises(SettingsError, match="damaged"):
        rebuild(trace, "default")
