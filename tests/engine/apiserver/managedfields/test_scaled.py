import pytest

from engine.apiserver.managedfields.conflicts import ConflictError
from engine.apiserver.managedfields.entries import Writer
from engine.apiserver.managedfields.scaled import (
    BUILTIN_PATHS,
    replica_path,
    scale_applied,
    scale_updated,
    to_scale,
)

T0, T1 = "2026-11-21T03:00:00Z", "2026-11-21T03:00:01Z"
REPLICAS = {"f:spec": {"f:replicas": {}}}
BOTH = {"f:spec": {"f:paused": {}, "f:replicas": {}}}
PAUSED = {"f:spec": {"f:paused": {}}}


def entry(manager, fields, operation="Update", time=T0, version="apps/v1", subresource=""):
    found = {"manager": manager, "operation": operation, "apiVersion": version}
    found |= {"time": time} if time else {}
    found |= {"fieldsType": "FieldsV1", "fieldsV1": fields}
    return found | ({"subresource": subresource} if subresource else {})


def deployment(replicas, *managed):
    metadata = {"name": "d", "uid": "u", "generation": 1, "managedFields": list(managed)}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
            "spec": {"replicas": replicas}}  # fmt: skip


def scale_of(replicas):
    spec = {"replicas": replicas} if replicas else {}
    return {"apiVersion": "autoscaling/v1", "kind": "Scale",
            "metadata": {"name": "d", "uid": "u"}, "spec": spec}  # fmt: skip


def test_the_writer_gets_an_entry_without_a_time_and_the_others_keep_the_rest():
    parent = deployment(1, entry("alice", BOTH))
    assert scale_updated(parent, scale_of(1), scale_of(2), Writer("bob", T1)) == [
        entry("bob", REPLICAS, time=None, subresource="scale"),
        entry("alice", PAUSED),
    ]


def test_an_applier_that_is_not_touched_keeps_its_entry():
    held = [entry("alice", BOTH, "Apply")]
    parent = deployment(1, *held)
    assert scale_updated(parent, scale_of(1), scale_of(1), Writer("bob", T1)) == held


def test_applying_other_replicas_is_a_conflict_in_the_terms_of_a_scale():
    parent = deployment(1, entry("alice", BOTH))
    with pytest.raises(ConflictError) as error:
        scale_applied(parent, scale_of(1), scale_of(2), Writer("bob", T1))
    assert str(error.value) == (
        'Apply failed with 1 conflict: conflict with "alice" using autoscaling/v1: .spec.replicas'
    )
    after, held = scale_applied(parent, scale_of(1), scale_of(2), Writer("bob", T1), force=True)
    assert after["spec"] == {"replicas": 2}
    assert held == [
        entry("bob", REPLICAS, "Apply", time=None, subresource="scale"),
        entry("alice", PAUSED),
    ]


def test_managers_of_unknown_versions_are_dropped():
    parent = deployment(1, entry("alice", BOTH, version="apps/v0"), entry("bob", PAUSED))
    assert to_scale(parent["metadata"]["managedFields"], BUILTIN_PATHS) == []
    after = scale_updated(parent, scale_of(1), scale_of(2), Writer("carl", T1))
    assert [e["manager"] for e in after] == ["bob"]


def test_a_custom_resource_says_where_its_replicas_are():
    assert replica_path(".spec.size") == ("f:spec", "f:size")
    parent = {"apiVersion": "e.com/v1", "metadata": {"managedFields": [
        entry("alice", {"f:spec": {"f:size": {}}}, version="e.com/v1")]}}  # fmt: skip
    paths = {"e.com/v1": replica_path(".spec.size")}
    assert scale_updated(parent, scale_of(1), scale_of(2), Writer("bob", T1), paths) == [
        entry("bob", {"f:spec": {"f:size": {}}}, time=None, version="e.com/v1", subresource="scale")
    ]
