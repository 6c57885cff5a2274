"""What is secret is in no file of a trace, whatever form of a record it came in."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from tests.ingest.sources.logs import event

SECRET = "Zq7-pa55word-of-mine"
ENCODED = base64.b64encode(SECRET.encode()).decode()
BOOTSTRAP = "q1w2e3.a1b2c3d4e5f6g7h8"
BEARER = "Bearer Zq7pa55wordofmine0123"
BASIC = "Basic " + base64.b64encode(f"admin:{SECRET}".encode()).decode()
SECRETS = {"resource": "secrets", "namespace": "shop", "name": "db", "apiVersion": "v1"}
SECRETS_URI = "/api/v1/namespaces/shop/secrets/db"
REFUSED = {
    "kind": "Status",
    "status": "Failure",
    "code": 400,
    "reason": "BadRequest",
    "message": f"the object provided is unrecognized: {SECRET}",
}
JOIN = {"command": ["kubeadm", "join", "--token", BOOTSTRAP]}


def pod(**container: Any) -> dict[str, Any]:
    return {"kind": "Pod", "spec": {"containers": [{"name": "a", **container}]}}


CASES: dict[str, dict[str, Any]] = {
    "a bootstrap token in arguments": {"requestObject": pod(**JOIN)},
    "one in arguments of JSON in JSON": {
        "requestObject": {"kind": "X", "data": {"a": json.dumps({"b": pod(**JOIN)}, indent=4)}}
    },
    "one in a variable": {
        "requestObject": pod(env=[{"name": "BOOTSTRAP_TOKEN", "value": BOOTSTRAP}])
    },
    "one in a variable, the value first": {
        "requestObject": pod(env=[{"value": BOOTSTRAP, "name": "KUBEADM_TOKEN_1"}])
    },
    "a Secret as YAML": {
        "objectRef": SECRETS,
        "requestObject": f"apiVersion: v1\nstringData:\n  p: {SECRET}\n",
    },
    "a list of texts instead of a Secret": {"objectRef": SECRETS, "requestObject": [ENCODED]},
    "a list of lists instead of a Secret": {"objectRef": SECRETS, "requestObject": [[SECRET]]},
    "a manifest as YAML in a ConfigMap": {
        "requestObject": {
            "kind": "ConfigMap",
            "data": {"m": f"apiVersion: v1\nkind: Secret\nstringData:\n  p: {SECRET}\n"},
        }
    },
    "a refusal of a Secret sent elsewhere": {
        "requestObject": {"kind": "Secret", "stringData": {"a": SECRET}},
        "responseObject": REFUSED,
        "responseStatus": REFUSED,
    },
    "a patch without a reference": {
        "verb": "patch",
        "objectRef": None,
        "requestURI": SECRETS_URI,
        "requestObject": {"data": {"a": ENCODED}},
    },
    "a patch with a wrong reference": {
        "verb": "patch",
        "objectRef": {"resource": 7, "name": "db"},
        "requestURI": SECRETS_URI,
        "requestObject": {"data": {"a": ENCODED}},
    },
    "a patch whose reference names another resource": {
        "verb": "patch",
        "requestURI": SECRETS_URI.replace("secrets", "%73ecrets") + "?fieldManager=x",
        "requestObject": {"data": {"a": ENCODED}},
    },
    "credentials in the user agent": {"userAgent": f"curl {BEARER} {BASIC}"},
    "credentials in the user": {"user": {"username": BEARER, "groups": ["a", BASIC]}},
    "credentials in the impersonated user": {
        "impersonatedUser": {"username": BEARER, "groups": [BASIC], "uid": BEARER}
    },
    **{
        f"{name} in the URI": {"requestURI": f"/api/v1/pods/x/proxy/login?a=b&{name}={SECRET}"}
        for name in ("api_key", "apikey", "access_token", "X-Amz-Signature", "passw%6frd", "sig")
    },
}


def every_byte(folder: Path) -> str:
    """All files, and the values in those that are packed."""
    texts = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            texts.append(path.read_bytes().decode("utf-8", "replace"))
        if path.suffix == ".parquet":
            texts.append(str(pq.ParquetFile(path).read().to_pylist()))
    return "\n".join(texts)


@pytest.mark.parametrize("indent", [None, 1, 8], ids=["one line", "laid out", "laid out wide"])
def test_no_file_of_a_trace_holds_a_secret(tmp_path: Path, indent: int | None) -> None:
    events = [event(number, **case) for number, case in enumerate(CASES.values())]
    log = tmp_path / "audit.log"
    log.write_text("\n".join(json.dumps(each, indent=indent) for each in events))
    trace = Trace(tmp_path / "trace", create=True)
    assert ingest(trace, [str(log)], IngestOptions()).new_events == len(CASES)
    text = every_byte(trace.path)
    plain = base64.b64encode(f"admin:{SECRET}".encode()).decode()
    for secret in (SECRET, ENCODED, BOOTSTRAP, BEARER, plain):
        assert secret not in text, text[max(0, text.index(secret) - 300) :][:400]
