import json

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.ingest.request_rows import STATUS, created, history, patched, pod, request, thing

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.sampled_from(["", "x", "9" * 30, "2026-13-99T00:00:00Z", "9999-12-31T23:59:59Z"]),
    st.just([]),
    st.just({}),
    st.just([1, None, {"metadata": None}]),
    st.just({"metadata": [1]}),
)
MARK = {"deletionTimestamp": "2026-11-21T03:00:00Z", "deletionGracePeriodSeconds": 0}
DEPLOYMENT = {**thing("d", 15, managedFields=[]), "kind": "Deployment", "apiVersion": "apps/v1",
              "spec": {"replicas": 1}}  # fmt: skip
SCALE = {"kind": "Scale", "metadata": thing("d", 16)["metadata"], "spec": {"replicas": 2}}
LIST = {"kind": "PodList", "metadata": {"resourceVersion": "12"}, "items": [pod("a", 10)]}
CLAIM = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "status": {"phase": "Pending"},
         "metadata": thing("c", 20)["metadata"]}  # fmt: skip
APPS = {"resource": "deployments", "api_group": "apps"}

LOG = [
    created(pod("a", 10), 0, 5),
    request("create", "a", STATUS, 10, 20, subresource="binding", resource="pods",
            body={"metadata": {"annotations": {"x": "y"}}, "target": {"name": "n1"}}),
    patched(pod("a", 13, node="n1", finalizers=[], labels={"a": "b"}), 30, 40),
    created(DEPLOYMENT, 41, 42, **APPS),
    patched(SCALE, 43, 44, subresource="scale", body={}, **APPS),
    created(CLAIM, 45, 46, resource="persistentvolumeclaims", body=CLAIM),
    request("deletecollection", None, LIST, 50, 60, resource="pods",
            body={"gracePeriodSeconds": 5, "propagationPolicy": "Foreground"}),
    request("create", "a", STATUS, 61, 62, subresource="eviction", resource="pods",
            body={"deleteOptions": {"gracePeriodSeconds": 1}}),
    patched(pod("a", 17, node="n1", **MARK), 63, 64),
    request("delete", "a", pod("a", 19, **MARK), 70, 80, body={"gracePeriodSeconds": 0}),
]  # fmt: skip


@st.composite
def spoiled(draw, value):
    """A value with one part of it, or all of it, replaced by something else."""
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: draw(spoiled(value[name]))}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [draw(spoiled(value[0])), *value[1:]]
    return draw(JUNK)


@st.composite
def logs(draw):
    log = list(LOG)
    for _ in range(draw(st.integers(1, 4))):
        index = draw(st.integers(0, len(log) - 1))
        part = draw(st.sampled_from(["request", "response"]))
        text = getattr(log[index], part)
        if text is not None:
            body = draw(spoiled(json.loads(text)))
            log[index] = replace(log[index], **{part: json.dumps(body)})
    rv = draw(st.sampled_from([None, 0, 13, 10**18]))
    index = draw(st.integers(0, len(log) - 1))
    if draw(st.booleans()):
        log[index] = replace(log[index], resource_version=rv, answered=None)
    return log


@given(logs())
@settings(deadline=None, max_examples=300)
def test_no_body_stops_the_rebuild_and_every_version_is_json(log):
    for version in history(*log):
        if version.body is not None:
            json.loads(version.body)


def test_the_log_itself_is_read_to_its_end():
    assert [v.type for v in history(*LOG)][-1] == "DELETE"
