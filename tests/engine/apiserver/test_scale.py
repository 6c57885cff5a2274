from engine.apiserver.managedfields.entries import read, write
from engine.apiserver.scale import manager_of, scale


def owner(manager, fields, operation="Update", **more):
    entry = {"manager": manager, "operation": operation, "apiVersion": "apps/v1"}
    return {**entry, "fieldsType": "FieldsV1", "fieldsV1": fields, **more}


REPLICAS = {"f:spec": {"f:replicas": {}}}
BOTH = {"f:spec": {"f:replicas": {}, "f:paused": {}}}


def parent(replicas, *owners):
    metadata = {"name": "a", "generation": 1, "managedFields": list(owners)}
    return {"apiVersion": "apps/v1", "metadata": metadata, "spec": {"replicas": replicas}}


def owners(scaled):
    return [(e["manager"], e.get("subresource"), e["fieldsV1"]) for e in
            scaled["metadata"]["managedFields"]]  # fmt: skip


def test_a_new_number_grows_the_generation_and_the_same_does_not():
    assert scale(parent(1), 2, "kubectl")["metadata"]["generation"] == 2
    assert scale(parent(2), 2, "kubectl")["metadata"]["generation"] == 1


def test_the_writer_takes_the_field_from_its_owner():
    scaled = scale(parent(1, owner("alice", BOTH, time="2026-11-21T03:00:00Z")), 2, "kubectl")
    assert owners(scaled) == [
        ("kubectl", "scale", REPLICAS),
        ("alice", None, {"f:spec": {"f:paused": {}}}),
    ]


def test_an_owner_without_other_fields_is_gone():
    assert owners(scale(parent(1, owner("alice", REPLICAS)), 2, "bob")) == [
        ("bob", "scale", REPLICAS)
    ]


def test_the_same_number_leaves_the_owner():
    assert owners(scale(parent(2, owner("alice", REPLICAS)), 2, "bob")) == [
        ("alice", None, REPLICAS)
    ]


def test_nobody_owns_a_zero():
    assert owners(scale(parent(1, owner("alice", REPLICAS)), 0, "bob")) == []


def test_nothing_is_tracked_where_nothing_was_unless_applied():
    assert owners(scale(parent(1), 2, "bob")) == []
    assert owners(scale(parent(1), 2, "bob", operation="Apply")) == [("bob", "scale", REPLICAS)]


def test_owners_are_sorted_as_the_api_server_stores_them():
    late = owner("a", {}, time="2026-11-21T03:00:01Z")
    early = owner("z", {}, time="2026-11-21T03:00:00Z")
    applied = owner("y", {}, "Apply", time="2026-11-21T03:00:09Z")
    assert write(read([late, early, applied])) == [applied, early, late]


def test_a_manager_is_as_named_or_the_head_of_the_user_agent():
    assert manager_of("mine", "kubectl/v1") == "mine"
    assert manager_of(None, "kubectl/v1 (linux)") == "kubectl"
    assert len(manager_of(None, "x" * 300)) == 128


def test_a_user_agents_name_has_no_more_bytes_than_allowed_and_only_what_can_be_printed():
    assert manager_of("", "a\tb\x00c/1.0") == "abc"
    assert manager_of("", "é" * 100 + "/1.0") == "é" * 64
    assert manager_of("", "a" + "é" * 100) == "a" + "é" * 63
    assert manager_of(None, "/1.0") == ""


def test_an_applier_that_does_not_write_keeps_its_entry():
    applied = owner("alice", BOTH, "Apply", time="2026-11-21T03:00:00Z")
    held = scale(parent(2, applied), 2, "bob")["metadata"]["managedFields"]
    assert held == [applied]


def test_owners_that_cannot_be_read_stay_as_they_are():
    broken = parent(1)
    broken["metadata"]["managedFields"] = "nobody"
    assert scale(broken, 2, "bob")["metadata"]["managedFields"] == "nobody"
