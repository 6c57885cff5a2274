"""What a recorded request may have asked of the server."""

from typing import Any

from engine.schema.resources import catalog
from ingest.fold.writes import readings, write_of
from ingest.requests import Step
from tests.ingest.request_rows import request

PODS = catalog().by_name("", "pods")
assert PODS is not None
READY = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}


def patch_types(**fields: Any) -> list[str]:
    """The kinds of patch that a recorded one of a pod's status can have been."""
    asked = request(
        "patch", "a", None, 0, 1, **{"resource": "pods", "subresource": "status", "body": READY,
                                     "patch_type": "strategic", **fields},
    )  # fmt: skip
    write = write_of(Step(asked, asked.key), PODS, 0, accepted=True)
    assert write is not None
    return [one.patch_type for one in readings(write, asked)]


def test_a_patch_with_a_list_and_no_directive_has_two_readings():
    assert patch_types() == ["strategic", "merge"]


def test_a_directive_tells_a_strategic_merge():
    order = {"status": {"$setElementOrder/conditions": [{"type": "Ready"}]}}
    assert patch_types(body=order) == ["strategic"]


def test_a_kubelet_reports_by_strategic_merges():
    kubelet = {"user": "system:node:n1", "agent": "kubelet/v1.36.2 (linux/amd64)"}
    assert patch_types(**kubelet) == ["strategic"]
    assert patch_types(**kubelet, subresource="") == ["strategic", "merge"]


def test_others_who_report_for_a_node_may_have_sent_either():
    assert patch_types(user="system:node:n1", agent="curl/8") == ["strategic", "merge"]
    assert patch_types(agent="kubelet/v1.36.2") == ["strategic", "merge"]
