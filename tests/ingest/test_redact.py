"""No secret leaves the reader of sources; everything else stays byte for byte."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import KubeRewindError
from ingest.redact import KEY_FILE, PREFIX, Redactor, load_key
from tests.ingest.sources.logs import line, read_log

REDACTOR = Redactor(b"a key for tests only")
PASSWORD = "hunter2-correct-horse"
ENCODED = base64.b64encode(PASSWORD.encode()).decode()
HASH = REDACTOR.hash(PASSWORD)
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl_of-it"
SECRET = {
    "kind": "Secret",
    "apiVersion": "v1",
    "metadata": {"name": "db", "resourceVersion": "7"},
    "data": {"password": ENCODED},
}
SECRETS = {"resource": "secrets", "namespace": "shop", "name": "db", "apiVersion": "v1"}
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def hidden(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    """The row of a request whose password must be nowhere in it."""
    found = read_log(tmp_path, line(1, **changes))
    text = json.dumps(found.rows, default=str) + str(found.notes)
    assert PASSWORD not in text
    assert ENCODED not in text
    assert JWT not in text
    return found.rows[0]


@pytest.mark.parametrize(
    "body",
    [
        SECRET,
        {"kind": "Secret", "stringData": {"password": PASSWORD}},
        {"kind": "secret", "Data": {"password": ENCODED}, "STRINGDATA": {"p": PASSWORD}},
        {"kind": "List", "items": [{"kind": "ConfigMap", "data": {"a": "b"}}, SECRET]},
        {"kind": "SecretList", "items": [{"data": {"password": ENCODED}}]},
        {"kind": "Template", "objects": [SECRET]},
        {"kind": "ConfigMap", "metadata": {"annotations": {APPLIED: json.dumps(SECRET)}}},
        {"kind": "ConfigMap", "data": {"manifest": json.dumps({"items": [SECRET]})}},
    ],
    ids=["data", "stringData", "wrong case", "list", "secrets", "template", "applied", "nested"],
)
def test_values_of_secrets_are_hidden_in_bodies_of_any_kind(
    tmp_path: Path, body: dict[str, Any]
) -> None:
    row = hidden(tmp_path, requestObject=body, responseObject=body)
    assert PREFIX in row["request"]
    assert PREFIX in row["response"]


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"password": ENCODED}},
        {"stringData": {"password": PASSWORD}},
        {"data": {"$patch": "replace", "password": ENCODED}},
        [{"op": "replace", "path": "/data/password", "value": ENCODED}],
        [{"op": "add", "path": "/stringData", "value": {"password": PASSWORD}}],
        [{"op": "test", "path": "", "value": SECRET}],
        [{"op": "add", "path": f"/metadata/annotations/{APPLIED.replace('/', '~1')}",
          "value": json.dumps(SECRET)}],
        {"metadata": {"annotations": {APPLIED: json.dumps(SECRET)}}},
        {"metadata": {"annotations": {"kapp.k14s.io/original": json.dumps({"x": PASSWORD})}}},
    ],
)  # fmt: skip
def test_patches_of_secrets_are_hidden(tmp_path: Path, body: Any) -> None:
    row = hidden(tmp_path, verb="patch", objectRef=SECRETS, requestObject=body)
    assert PREFIX in row["request"]


def test_a_secret_spelled_with_escapes_is_hidden(tmp_path: Path) -> None:
    body = json.dumps(SECRET).replace("Secret", "S\\u0065cret").encode()
    content = line(1, requestObject="@").replace(b'"@"', body)
    row = read_log(tmp_path, content).rows[0]
    assert ENCODED not in row["request"]


def test_a_repeated_key_hides_nothing_from_the_redaction(tmp_path: Path) -> None:
    body = b'{"kind":"Secret","data":{"p":"' + ENCODED.encode() + b'"},"data":{}}'
    found = read_log(tmp_path, line(1, requestObject="@").replace(b'"@"', body))
    assert ENCODED not in found.rows[0]["request"]
    assert found.anomalies == {"body_not_redactable": 1}


def test_the_rest_of_a_secret_stays(tmp_path: Path) -> None:
    row = hidden(tmp_path, objectRef=SECRETS, requestObject=SECRET)
    assert json.loads(row["request"]) == {**SECRET, "data": {"password": HASH}}


def test_equal_values_stay_equal_however_they_were_sent() -> None:
    sent = REDACTOR.body(json.dumps({"kind": "Secret", "stringData": {"p": PASSWORD}}),
                         sensitive=False)  # fmt: skip
    stored = REDACTOR.body(json.dumps(SECRET), sensitive=False)
    assert json.loads(sent.text)["stringData"]["p"] == HASH
    assert json.loads(stored.text)["data"]["password"] == HASH


def test_another_key_gives_other_hashes() -> None:
    assert Redactor(b"another key, as long").hash(PASSWORD) != HASH
    assert len(HASH) == len(PREFIX) + 32


def test_issued_and_reviewed_tokens_are_hidden(tmp_path: Path) -> None:
    token = {"resource": "serviceaccounts", "name": "web", "subresource": "token"}
    answer = {"kind": "TokenRequest", "status": {"token": JWT, "expirationTimestamp": "x"}}
    row = hidden(tmp_path, verb="create", objectRef=token, responseObject=answer)
    assert json.loads(row["response"])["status"]["expirationTimestamp"] == "x"
    review = {"kind": "TokenReview", "spec": {"token": PASSWORD}}
    hidden(tmp_path, verb="create", objectRef={"resource": "tokenreviews"}, requestObject=review)


@pytest.mark.parametrize(
    "value",
    [
        {"httpHeaders": [{"name": "Authorization", "value": PASSWORD}]},
        {"annotations": {"example.com/authorization": PASSWORD}},
        {"headers": {"authorization": [f"Basic {ENCODED}"]}},
        {"conf": f'proxy_set_header Authorization "Bearer {PASSWORD}";'},
        {"log": f"curl -H 'authorization: Basic {ENCODED}' https://x"},
        {"text": f"the token was {JWT}, they said"},
    ],
)
def test_authorization_data_is_hidden_anywhere(tmp_path: Path, value: dict[str, Any]) -> None:
    row = hidden(tmp_path, requestObject={"kind": "Pod", "spec": value})
    assert PREFIX in row["request"]


@pytest.mark.parametrize(
    "value",
    [
        "kubeadm join --token abcdef.0123456789abcdef 10.0.0.1",
        {"args": ["--token", "abcdef.0123456789abcdef"]},
        {"token": "abcdef.0123456789abcdef"},
    ],
)
def test_bootstrap_tokens_are_hidden(tmp_path: Path, value: Any) -> None:
    row = hidden(tmp_path, requestObject={"kind": "Pod", "spec": {"x": value}})
    assert "0123456789abcdef" not in row["request"]


def test_refusals_that_quote_a_secret_are_hidden(tmp_path: Path) -> None:
    message = f'Secret "db" is invalid: data[x]: Invalid value: "{PASSWORD}": no'
    status = {"kind": "Status", "code": 422, "reason": "Invalid", "message": message,
              "details": {"name": "db", "causes": [{"message": f"Invalid {ENCODED}"}]}}  # fmt: skip
    row = hidden(
        tmp_path,
        verb="create",
        objectRef=SECRETS,
        requestObject=SECRET,
        responseObject=status,
        responseStatus=status,
    )
    assert row["reason"] == "Invalid"
    assert row["message"].startswith(PREFIX)


def test_a_refusal_that_only_names_the_secret_keeps_its_message(tmp_path: Path) -> None:
    message = 'secrets "db" already exists'
    status = {"code": 409, "reason": "AlreadyExists", "message": message}
    row = hidden(tmp_path, objectRef=SECRETS, requestObject=SECRET, responseStatus=status)
    assert row["message"] == message


def test_patches_of_webhooks_in_audit_annotations_are_hidden(tmp_path: Path) -> None:
    patch = {"patch": [{"op": "add", "path": "/data/p", "value": ENCODED}]}
    notes = {"patch.webhook.admission.k8s.io/round_0_index_0": json.dumps(patch), "a": "b"}
    row = hidden(tmp_path, objectRef=SECRETS, annotations=notes)
    assert ("a", "b") in row["annotations"]


@pytest.mark.parametrize(
    "body",
    [
        b'{ "kind":"Pod", "env":[{"name":"PASSWORD","value":"x"}], "n":1.50 }',
        b'{"kind":"ClusterRole", "rules":[{"resources":["secrets"],"verbs":["get"]}]}',
        b'{"kind":"Pod","volumes":[ {"secret":{"secretName":"db"}} ],"f":{"f:secret":{}}}',
        b'{"apiVersion":"authorization.k8s.io/v1", "kind":"SubjectAccessReview"}',
        b'{"kind":"Event","metadata":{"name":"node01.0123456789abcdef"},"x":"a\\u003cb" }',
        b'{"kind":"CustomResourceDefinition","d":"authorization: see basic authentication" }',
        b'{"kind":"Event","involvedObject":{"kind":"Secret","name":"db"} }',
        b'{"kind":"CertificateSigningRequest","spec":{"request":"LS0tLS1CRUdJTg=="} }',
    ],
)
def test_bodies_without_secrets_stay_byte_for_byte(tmp_path: Path, body: bytes) -> None:
    found = read_log(tmp_path, line(1, requestObject="@").replace(b'"@"', body))
    assert found.rows[0]["request"] == body.decode()


def test_latencies_of_authorization_are_no_secret(tmp_path: Path) -> None:
    notes = {"apiserver.latency.k8s.io/authorization": "5.581µs"}
    assert hidden(tmp_path, annotations=notes)["annotations"] == list(notes.items())


@given(
    value=st.text(min_size=8, max_size=40),
    kind=st.sampled_from(["Secret", "secret", "SECRET"]),
    field=st.sampled_from(["data", "stringData", "Data"]),
)
def test_no_value_of_a_secret_survives(value: str, kind: str, field: str) -> None:
    body = json.dumps({"kind": kind, field: {"k": value}}, ensure_ascii=False)
    text = body.encode("utf-8", "replace").decode()
    assert REDACTOR.suspects(pa.array([text])) == [0]
    assert json.loads(REDACTOR.body(text, sensitive=False).text)[field]["k"].startswith(PREFIX)


def test_the_key_of_a_trace_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    key = load_key(trace, None)
    assert len(key) == 64
    assert load_key(trace, None) == key
    assert stat.S_IMODE((trace / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in trace.iterdir()] == [KEY_FILE]


def test_a_given_key_is_used_and_a_bad_one_refused(tmp_path: Path) -> None:
    given_key = tmp_path / "key"
    given_key.write_bytes(b"0123456789abcdef0123\n")
    assert load_key(tmp_path, given_key) == b"0123456789abcdef0123"
    given_key.write_bytes(b"short\n")
    with pytest.raises(KubeRewindError, match="too short"):
        load_key(tmp_path, given_key)
    with pytest.raises(KubeRewindError, match="cannot read"):
        load_key(tmp_path, tmp_path / "none")
    assert not (tmp_path / KEY_FILE).exists()
