"""Events without objectRef: what they were about is taken from the URL, else from their bodies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from ingest.sources.audit.references import in_url
from reports.history import history_lines
from tests.ingest.sources.logs import event, line, read_log


def about(uri: str) -> tuple[Any, ...] | None:
    ref = in_url(uri)
    if ref is None:
        return None
    where = (ref.api_group, ref.api_version, ref.resource, ref.subresource)
    return (*where, ref.namespace, ref.name)


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("/api/v1/namespaces/shop/pods/web", ("", "v1", "pods", None, "shop", "web")),
        ("/api/v1/namespaces/shop/pods?limit=5", ("", "v1", "pods", None, "shop", None)),
        (
            "/apis/apps/v1/namespaces/shop/deployments/web/scale",
            ("apps", "v1", "deployments", "scale", "shop", "web"),
        ),
        ("/api/v1/nodes/n%C3%A9/status", ("", "v1", "nodes", "status", None, "né")),
        ("/api/v1/namespaces", ("", "v1", "namespaces", None, None, None)),
        ("/api/v1/namespaces/shop", ("", "v1", "namespaces", None, "shop", "shop")),
        (
            "/api/v1/namespaces/shop/finalize",
            ("", "v1", "namespaces", "finalize", "shop", "shop"),
        ),
        ("/api/v1/watch/namespaces/shop/pods", ("", "v1", "pods", None, "shop", None)),
        ("/api/v1/nodes/n/proxy/logs/x", ("", "v1", "nodes", "proxy", None, "n")),
        ("/apis/apps/v1", None),
        ("/livez?verbose", None),
        ("/", None),
        ("", None),
    ],
)
def test_a_url_names_what_the_api_server_reads_from_it(
    uri: str, found: tuple[Any, ...] | None
) -> None:
    assert about(uri) == found


def test_an_event_without_reference_reads_as_with_it(tmp_path: Path) -> None:
    whole = read_log(tmp_path, line(1)).rows
    found = read_log(tmp_path, line(1, objectRef=None))
    assert found.rows == whole
    assert found.anomalies == {"missing_object_ref": 1}
    empty = read_log(tmp_path, line(1, objectRef={"namespace": "shop"}))
    assert empty.rows == whole


def test_without_a_url_the_body_tells(tmp_path: Path) -> None:
    (row,) = read_log(tmp_path, line(1, objectRef=None, requestURI=None)).rows
    assert (row["resource"], row["name"], row["api_version"]) == ("configmaps", "web", "v1")


def test_a_secret_is_known_by_its_url_too(tmp_path: Path) -> None:
    body = {"metadata": {"name": "db"}, "data": {"password": "aHVudGVyMg=="}}
    uri = "/api/v1/namespaces/shop/secrets/db"
    secret = line(1, objectRef=None, requestURI=uri, requestObject=body, responseObject=None)
    (row,) = read_log(tmp_path, secret).rows
    assert "aHVudGVyMg==" not in str(row)


def test_a_write_that_nothing_tells_about_is_noted_and_makes_no_version(tmp_path: Path) -> None:
    body = {"kind": "Gadget", "metadata": {"name": "web", "uid": "u", "resourceVersion": "9"}}
    lost = event(2, objectRef=None, requestURI=None, responseObject=body)
    lost["requestObject"] = body
    found = read_log(tmp_path, json.dumps(lost).encode() + b"\n")
    assert found.anomalies == {"unknown_object": 1}
    trace = Trace(tmp_path / "trace", create=True)
    (tmp_path / "audit.log").write_bytes(line(1) + json.dumps(lost).encode() + b"\n")
    ingest(trace, [str(tmp_path / "audit.log")], IngestOptions())
    with trace.snapshot() as snapshot:
        names = [json.loads(text)["kind"] for text in history_lines(snapshot, partial=True)]
    assert "" not in names
    assert "Gadget" not in names


def test_a_request_for_another_url_is_about_nothing(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1, objectRef=None, requestURI="/debug", verb="delete"))
    assert [row["resource"] for row in found.rows] == [""]
    assert found.anomalies == {}
