"""The model held against what is recorded."""

from typing import Any

import pytest

from engine.schema.resources import catalog
from ingest.fold.state import State
from ingest.fold.writes import readings, write_of
from ingest.order import in_order
from ingest.rebuild import Rebuild
from ingest.requests import Request, Step
from tests.ingest.request_rows import STATUS, arrived, created, request

MADE = {
    "kind": "ConfigMap",
    "apiVersion": "v1",
    "metadata": {
        "name": "a",
        "namespace": "shop",
        "uid": "uid-a",
        "resourceVersion": "10",
        "creationTimestamp": "2027-01-15T08:00:00Z",
        "managedFields": [
            {
                "manager": "kubectl",
                "operation": "Update",
                "apiVersion": "v1",
                "time": "2027-01-15T08:00:00Z",
                "fieldsType": "FieldsV1",
                "fieldsV1": {"f:data": {".": {}, "f:x": {}}},
            }
        ],
    },
    "data": {"x": "1"},
}
ASKED = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a"}, "data": {"x": "1"}}


def judged(*requests: Request, **options: Any) -> list[Step]:
    """The steps of the requests, with what the model said of each."""
    rebuild = Rebuild(State(), **{"share_checked": 1, **options})
    steps = list(in_order([arrived(requests)]))
    for step in steps:
        rebuild.apply(step)
    return steps


def test_a_write_that_the_model_predicts_is_equal():
    (step,) = judged(created(MADE, 0, 5, body=ASKED))
    assert (step.model, step.miss) == ("equal", None)


def test_a_write_that_somebody_changed_on_its_way_is_a_miss_and_says_where():
    changed = {**MADE, "data": {"x": "1", "injected": "yes"}}
    (step,) = judged(created(changed, 0, 5, body=ASKED))
    assert step.model == "different"
    assert step.miss == "data.injected: recorded 'yes', predicted None"


def test_a_refusal_with_the_same_reason_is_equal():
    again = request("create", "a", None, 10, 15, body=ASKED, code=409, reason="AlreadyExists")
    steps = judged(created(MADE, 0, 5, body=ASKED), again)
    assert [step.model for step in steps] == ["equal", "equal"]


def test_a_refusal_that_the_model_would_not_make_is_a_miss():
    refused = request("create", "b", None, 10, 15, body=ASKED, code=422, reason="Invalid")
    (step,) = judged(refused)
    assert (step.model, step.miss) == ("accepted", "recorded 422 Invalid, predicted ")


def updated(code: int, reason: str, received: float, answered: float) -> Request:
    """A refused update of MADE."""
    fields = {"body": {**MADE, "data": {"x": "2"}}, "code": code, "reason": reason}
    return request("update", "a", None, received, answered, **fields)


@pytest.mark.parametrize(("answered", "outcome"), [(40, "equal"), (25, "accepted")])
def test_a_refusal_may_have_been_decided_after_any_write_that_overlaps_with_it(answered, outcome):
    """A request is refused when it ends: whether it was decided before that is not recorded."""
    ends = request("delete", "a", {**STATUS, "details": {"uid": "uid-a"}}, 30, 50)
    late = updated(404, "NotFound", 20, answered)
    steps = judged(created(MADE, 0, 5, body=ASKED), late, ends)
    assert {step.request.verb: step.model for step in steps}["update"] == outcome


def test_a_refusal_waits_for_the_write_that_explains_it():
    changed = {**MADE, "metadata": {**MADE["metadata"], "resourceVersion": "11"}}
    first = request("update", "a", changed, 21, 22, body=MADE)
    ends = request("delete", "a", {**STATUS, "details": {"uid": "uid-a"}}, 30, 50)
    late = updated(404, "NotFound", 20, 40)
    steps = judged(created(MADE, 0, 5, body=ASKED), late, first, ends)
    assert [step.model for step in steps if step.request is late] == ["equal"]


def kinds_of(patch: Any) -> list[str]:
    """As which kinds of patch a recorded one may be read."""
    patched_pod = request("patch", "a", MADE, 0, 5, body=patch, patch_type="strategic")
    (step,) = in_order([[patched_pod]])
    write = write_of(step, catalog().resolve("configmaps"), 0, accepted=True)
    assert write is not None
    return [reading.patch_type for reading in readings(write, patched_pod)]


def test_a_patch_with_a_list_may_have_been_of_either_kind():
    assert kinds_of({"metadata": {"finalizers": ["x/b"]}}) == ["strategic", "merge"]
    assert kinds_of({"metadata": {"finalizers": ["x/b"], "$patch": "replace"}}) == ["strategic"]
    assert kinds_of({"data": {"x": "2"}}) == ["strategic"]


def test_nothing_is_asked_where_nothing_shall_be():
    (step,) = judged(created(MADE, 0, 5, body=ASKED), share_checked=0)
    assert step.model is None
