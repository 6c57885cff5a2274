"""What a log turns out to hold."""

from typing import Any

import pyarrow as pa
import pytest

from ingest.derive import Deriver
from ingest.fold.knowledge import BIRTH, Knowledge
from ingest.requests import COLUMNS
from tests.ingest.request_rows import at

LEASES = ("coordination.k8s.io", "leases")


def whole(**changes: Any) -> bool:
    """Whether a log with the namespace kube-system's creation, changed so, holds a whole life."""
    knowledge = Knowledge()
    knowledge.foresee(pa.RecordBatch.from_pylist([{**BIRTH, **changes}]))
    return knowledge.whole


def test_a_log_that_begins_with_the_cluster_holds_all_that_was_in_it():
    assert whole()


@pytest.mark.parametrize(
    "changes",
    [{"name": "default"}, {"name": None}, {"code": 409}, {"verb": "get"}, {"resource": "pods"}],
)
def test_other_requests_tell_nothing(changes):
    assert not whole(**changes)


def test_nothing_is_known_of_an_empty_batch():
    knowledge = Knowledge()
    knowledge.foresee(pa.RecordBatch.from_pylist([{**BIRTH}]).slice(1))
    assert not knowledge.whole


def row(name: str, milliseconds: float, code: int, **fields: Any) -> dict[str, Any]:
    """A row of the log: a creation."""
    known = {
        "audit_id": f"{name}-{milliseconds}",
        "stage": "ResponseComplete",
        "received": at(milliseconds),
        "answered": at(milliseconds + 1),
        "verb": "create",
        "api_group": "",
        "api_version": "v1",
        "subresource": "",
        "name": name,
        "code": code,
        "dry_run": False,
        "user_agent": "kube-apiserver",
        "request_uri": "/",
        "user": "system:apiserver",
    }
    return {**dict.fromkeys(COLUMNS), **known, **fields}


def test_before_the_first_namespace_is_there_the_model_refuses_what_goes_into_it():
    lease = '{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"l"}}'
    namespace = '{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"kube-system"}}'
    group, resource = LEASES
    early = row(
        "l", 0, 404, api_group=group, resource=resource, namespace="kube-system", request=lease,
        reason="NotFound",
    )  # fmt: skip
    begins = row("kube-system", 5, 201, resource="namespaces", request=namespace)
    deriver = Deriver([pa.RecordBatch.from_pylist([early, begins])], count=2)
    (version,) = [one for batch in deriver.versions() for one in batch.to_pylist()]
    assert version["name"] == "kube-system"
    told = [one for batch in deriver.placements() for one in batch.to_pylist()]
    assert {one["outcome"]: one["model"] for one in told} == {"refused": "equal", "written": None}
