"""What a whole audit log becomes: one row per request, whatever the form of the log."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from ingest.log.reads import ReadKey
from ingest.sources.audit import reader
from tests.ingest.sources.logs import event, line, read_log


def events_list(*numbers: int, **fields: Any) -> dict[str, Any]:
    items = [event(number) for number in numbers]
    return {"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "items": items, **fields}


def test_a_write_becomes_a_row_with_everything_the_record_says(tmp_path: Path) -> None:
    row = read_log(tmp_path, line(1)).rows[0]
    assert row == {
        "audit_id": "id-1",
        "stage": "ResponseComplete",
        "level": "RequestResponse",
        "received": datetime(2026, 11, 21, 3, 0, 36, 807691, UTC),
        "answered": datetime(2026, 11, 21, 3, 0, 36, 974498, UTC),
        "verb": "update",
        "api_group": "",
        "api_version": "v1",
        "resource": "configmaps",
        "subresource": "",
        "namespace": "shop",
        "name": "web",
        "uid": "u-1",
        "resource_version": 101,
        "code": 200,
        "reason": None,
        "message": None,
        "dry_run": False,
        "patch_type": None,
        "user": "alice",
        "groups": ["devs", "system:authenticated"],
        "impersonated_user": None,
        "impersonated_groups": None,
        "impersonated_uid": None,
        "user_agent": "kubectl/v1.36.2 (linux/amd64) kubernetes/d9b4cf1",
        "source_ips": ["10.0.0.1", "10.0.0.2"],
        "component": "kubectl",
        "node": None,
        "request_uri": "/api/v1/namespaces/shop/configmaps/web",
        "annotations": [("authorization.k8s.io/decision", "allow")],
        "request": '{"kind":"ConfigMap","apiVersion":"v1","data":{"a":"1"}}',
        "response": '{"kind":"ConfigMap","apiVersion":"v1",'
        '"metadata":{"name":"web","uid":"u-1","resourceVersion":"101"}}',
        "response_kind": "ConfigMap",
        "response_api_version": "v1",
        "file": "audit.log",
        "line": 1,
    }


def test_bodies_stay_byte_for_byte(tmp_path: Path) -> None:
    body = b'{ "n":1.10, "e":1e3, "u":"\\u00e9\\/\xc3\xa9", "big":123456789012345678901234567890 }'
    content = line(1).replace(b'{"kind":"ConfigMap","apiVersion":"v1","data":{"a":"1"}}', body)
    assert read_log(tmp_path, content).rows[0]["request"] == body.decode()


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(line(1) + line(2) + line(3)),
        gzip.compress(line(1)) + gzip.compress(line(2) + line(3)),
        zstandard.compress(line(1) + line(2)) + zstandard.compress(line(3)),
        gzip.compress(zstandard.compress(line(1) + line(2) + line(3))),
        json.dumps(events_list(1, 2, 3)).encode(),
        json.dumps(events_list(1, 2, 3), indent=2).encode(),
        json.dumps(events_list(1, 2, 3, metadata={"a": "b"}), indent=4, sort_keys=True).encode(),
        json.dumps([event(1), event(2), event(3)], indent=1).encode(),
        json.dumps([event(1), event(2), event(3)]).encode() + b"\n",
        b"\n".join(json.dumps(events_list(*part)).encode() for part in ((1, 2), (3,))),
        b"\n".join(json.dumps(events_list(*part), indent=2).encode() for part in ((1, 2), (3,))),
        b"\n".join(json.dumps(event(number), indent=2).encode() for number in (1, 2, 3)),
        line(1) + json.dumps(events_list(2, 3)).encode() + b"\n",
    ],
    ids=[
        "gzip",
        "gzip members",
        "zstd frames",
        "zstd in gzip",
        "list on a line",
        "list laid out",
        "list with sorted keys",
        "array laid out",
        "array on a line",
        "lists on lines",
        "lists laid out",
        "events laid out",
        "event and list",
    ],
)
def test_every_form_of_a_log_gives_the_same_rows(tmp_path: Path, content: bytes) -> None:
    found = read_log(tmp_path, content)
    assert found.ids == ["id-1", "id-2", "id-3"]
    assert [row["resource_version"] for row in found.rows] == [101, 102, 103]
    assert found.anomalies == {}


def test_events_of_a_laid_out_list_know_their_line(tmp_path: Path) -> None:
    content = json.dumps(events_list(1, 2), indent=1).encode()
    lines = [row["line"] for row in read_log(tmp_path, content).rows]
    starts = [n for n, text in enumerate(content.split(b"\n"), 1) if text == b"  {"]
    assert lines == starts


def test_a_laid_out_list_larger_than_many_blocks_is_read(tmp_path: Path) -> None:
    padding = {"data": {"a": "x" * 300_000}}
    items = [event(number, requestObject=padding) for number in range(20)]
    content = json.dumps({"kind": "EventList", "items": items}, indent=2).encode()
    found = read_log(tmp_path, content)
    assert found.ids == [f"id-{number}" for number in range(20)]
    assert found.anomalies == {}


def test_a_cut_laid_out_list_keeps_its_whole_events(tmp_path: Path) -> None:
    content = json.dumps(events_list(1, 2, 3), indent=2).encode()
    found = read_log(tmp_path, content[:-400])
    assert found.ids == ["id-1", "id-2"]
    assert found.anomalies == {"truncated_last_line": 1}


def test_the_first_v1beta1_has_seconds_under_other_names(tmp_path: Path) -> None:
    content = line(
        1,
        apiVersion="audit.k8s.io/v1beta1",
        metadata={"creationTimestamp": "2018-10-25T13:58:49Z"},
        timestamp="2018-10-25T13:58:48Z",
        requestReceivedTimestamp=None,
        stageTimestamp=None,
    )
    row = read_log(tmp_path, content).rows[0]
    assert row["received"] == datetime(2018, 10, 25, 13, 58, 48, tzinfo=UTC)
    assert row["answered"] is None


def test_an_envelope_without_kind_and_version_is_an_event(tmp_path: Path) -> None:
    assert read_log(tmp_path, line(1, kind=None, apiVersion=None)).ids == ["id-1"]


def test_group_and_version_are_told_apart_where_they_were_written_together(tmp_path: Path) -> None:
    reference = {"resource": "deployments", "apiVersion": "apps/v1beta1", "name": "web"}
    row = read_log(tmp_path, line(1, objectRef=reference)).rows[0]
    assert (row["api_group"], row["api_version"]) == ("apps", "v1beta1")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21T03:00:36Z", (3, 0, 36, 0)),
        ("2026-11-21T03:00:36.5Z", (3, 0, 36, 500_000)),
        ("2026-11-21T03:00:36.123456789Z", (3, 0, 36, 123_456)),
        ("2026-11-21T05:30:36.123456+02:30", (3, 0, 36, 123_456)),
        ("2026-11-20T22:00:36-05:00", (3, 0, 36, 0)),
        ("2026-11-21t03:00:36.25z", (3, 0, 36, 250_000)),
    ],
)
def test_times_may_have_any_form_of_rfc_3339(
    tmp_path: Path, text: str, moment: tuple[int, int, int, int]
) -> None:
    row = read_log(tmp_path, line(1, requestReceivedTimestamp=text)).rows[0]
    assert row["received"] == datetime(2026, 11, 21, *moment, tzinfo=UTC)


def test_the_last_stage_of_a_write_is_the_row(tmp_path: Path) -> None:
    content = (
        line(1, stage="RequestReceived", responseStatus=None, responseObject=None)
        + line(2, stage="RequestReceived", responseStatus=None, responseObject=None)
        + line(2, stage="ResponseStarted", responseObject=None)
        + line(2)
        + line(1, stage="Panic", responseStatus={"code": 500})
    )
    found = read_log(tmp_path, content)
    assert [(row["audit_id"], row["stage"], row["line"]) for row in found.rows] == [
        ("id-2", "ResponseComplete", 4),
        ("id-1", "Panic", 5),
    ]


def test_a_write_without_an_answer_is_a_row(tmp_path: Path) -> None:
    started = line(1, stage="RequestReceived", responseStatus=None, responseObject=None)
    found = read_log(tmp_path, started + line(2))
    assert [(row["audit_id"], row["code"], row["answered"] is None) for row in found.rows] == [
        ("id-2", 200, False),
        ("id-1", None, True),
    ]


def test_a_chosen_audit_id_may_come_again(tmp_path: Path) -> None:
    again = "2026-11-21T04:00:00.000000Z"
    started = line(1, stage="RequestReceived", responseStatus=None, requestReceivedTimestamp=again)
    found = read_log(tmp_path, started + line(1))
    assert [row["stage"] for row in found.rows] == ["ResponseComplete", "RequestReceived"]


def test_reads_are_counted_and_denied_ones_kept(tmp_path: Path) -> None:
    content = (
        line(1, verb="get")
        + line(2, verb="get", responseStatus={"code": 404})
        + line(3, verb="list", responseStatus={"code": 403, "reason": "Forbidden"})
        + line(4, verb="watch", stage="ResponseStarted")
        + line(4, verb="watch")
        + line(5, verb="watch", stage="ResponseStarted")
        + line(6, verb="get", stage="RequestReceived", responseStatus=None)
        + line(7)
    )
    found = read_log(tmp_path, content)
    assert found.ids == ["id-3", "id-7"]
    assert found.counts.by_key == {
        ReadKey("kubectl", "get", "", "configmaps", True): 1,
        ReadKey("kubectl", "get", "", "configmaps", False): 1,
        ReadKey("kubectl", "watch", "", "configmaps", True): 2,
    }
    assert found.counts.by_verb_and_component() == {
        ("get", "kubectl"): 2,
        ("watch", "kubectl"): 2,
    }


def test_reads_are_kept_when_asked_for(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1, verb="get") + line(2), reads=True)
    assert (found.ids, found.counts.total) == (["id-1", "id-2"], 0)


def test_of_urls_without_a_resource_only_writes_are_kept(tmp_path: Path) -> None:
    content = b"".join(
        line(number, verb=verb, objectRef=None, requestURI="/healthz")
        for number, verb in enumerate(("get", "head", "options", "post"))
    )
    found = read_log(tmp_path, content)
    assert found.ids == ["id-3"]
    assert found.rows[0]["resource"] == ""
    assert found.counts.total == 3


def test_the_name_that_the_server_made_comes_from_the_answer(tmp_path: Path) -> None:
    reference = {"resource": "pods", "namespace": "shop", "apiVersion": "v1"}
    answer = {"kind": "Pod", "metadata": {"name": "web-x7k", "uid": "u-9"}}
    row = read_log(tmp_path, line(1, verb="create", objectRef=reference, responseObject=answer))
    assert (row.rows[0]["name"], row.rows[0]["uid"]) == ("web-x7k", "u-9")


def test_a_refused_create_has_the_name_it_asked_for(tmp_path: Path) -> None:
    reference = {"resource": "pods", "namespace": "shop", "apiVersion": "v1"}
    body = {"kind": "Pod", "metadata": {"name": "wanted"}}
    status = {"code": 403, "reason": "Forbidden", "message": "pods is forbidden"}
    content = line(
        1,
        verb="create",
        objectRef=reference,
        requestObject=body,
        responseObject=None,
        responseStatus=status,
    )
    row = read_log(tmp_path, content).rows[0]
    assert (row["name"], row["code"], row["reason"]) == ("wanted", 403, "Forbidden")
    assert row["message"] == "pods is forbidden"


def test_a_namespace_is_in_no_namespace(tmp_path: Path) -> None:
    reference = {"resource": "namespaces", "namespace": "shop", "name": "shop", "apiVersion": "v1"}
    row = read_log(tmp_path, line(1, objectRef=reference)).rows[0]
    assert (row["namespace"], row["name"]) == (None, "shop")


@pytest.mark.parametrize("version", ["", "0", "abc", "12a", "-5", "9" * 40, "١٢"])
def test_a_resource_version_that_is_no_revision_is_null(tmp_path: Path, version: str) -> None:
    answer = {"kind": "X", "metadata": {"name": "web", "resourceVersion": version}}
    assert read_log(tmp_path, line(1, responseObject=answer)).rows[0]["resource_version"] is None


def test_impersonation_is_recorded(tmp_path: Path) -> None:
    whom = {"username": "bob", "groups": ["ops", "devs"], "uid": "u-7"}
    row = read_log(tmp_path, line(1, impersonatedUser=whom)).rows[0]
    assert (row["user"], row["impersonated_user"]) == ("alice", "bob")
    assert (row["impersonated_groups"], row["impersonated_uid"]) == (["ops", "devs"], "u-7")


def test_batches_end_at_the_same_rows_however_the_log_is_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "BATCH_BYTES", 3 << 20)
    content = b"".join(line(number, userAgent="x" * 20_000) for number in range(500))
    plain = [batch.num_rows for batch in read_log(tmp_path, content).batches]
    packed = [batch.num_rows for batch in read_log(tmp_path, gzip.compress(content)).batches]
    assert len(plain) > 2
    assert plain == packed
    assert sum(plain) == 500
