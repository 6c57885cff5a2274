"""Server-side apply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.apiserver.managedfields.conflicts import (
    ApplyError,
    ConflictError,
    InternalApplyError,
)
from engine.apiserver.managedfields.entries import Writer
from engine.apiserver.managedfields.last_applied import ANNOTATION
from engine.apiserver.managedfields.manager import apply, update

T0, T1, T2 = (f"2026-11-21T03:00:0{second}Z" for second in range(3))


def config(data=None, **metadata):
    found = {"apiVersion": "v1", "kind": "ConfigMap"}
    found["metadata"] = {"name": "a", "namespace": "n", **metadata}
    return found | ({"data": data} if data is not None else {})


def owners(obj):
    return {
        (entry["manager"], entry["operation"]): sorted(entry["fieldsV1"].get("f:data", {}))
        for entry in obj["metadata"].get("managedFields", ())
    }


def test_what_is_not_there_is_made_and_owned_leaf_by_leaf():
    made = apply(None, config({"a": "1"}), Writer("alice", T0))
    assert made["data"] == {"a": "1"}
    assert made["metadata"]["managedFields"] == [
        {"manager": "alice", "operation": "Apply", "apiVersion": "v1", "time": T0,
         "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {"f:a": {}}}}
    ]  # fmt: skip


def test_what_is_applied_no_more_is_removed_if_nobody_else_holds_it():
    made = apply(None, config({"a": "1", "b": "1"}), Writer("alice", T0))
    shared = apply(made, config({"b": "1"}), Writer("bob", T1))
    after = apply(shared, config({}), Writer("alice", T2))
    assert after["data"] == {"b": "1"}
    assert owners(after) == {("alice", "Apply"): [], ("bob", "Apply"): ["f:b"]}


def test_what_another_changed_is_a_conflict_told_field_by_field():
    made = apply(None, config({"a": "1", "b": "1"}), Writer("alice", T0))
    changed = update(made, {**made, "data": {"a": "2", "b": "1"}}, Writer("bob", T1, "status"))
    with pytest.raises(ConflictError) as error:
        apply(changed, config({"a": "3", "b": "2"}), Writer("carl", T2))
    assert str(error.value) == (
        'Apply failed with 2 conflicts: conflicts with "alice":\n- .data.b\n'
        'conflicts with "bob" with subresource "status" using v1:\n- .data.a'
    )
    assert error.value.causes[0] == {
        "reason": "FieldManagerConflict",
        "message": 'conflict with "alice"',
        "field": ".data.b",
    }


def test_one_conflict_is_told_in_one_line():
    made = apply(None, config({"a": "1"}), Writer("alice", T0))
    with pytest.raises(
        ConflictError, match=r'^Apply failed with 1 conflict: conflict with "alice": '
    ):
        apply(made, config({"a": "2"}), Writer("bob", T1))


def test_force_takes_the_field():
    made = apply(None, config({"a": "1"}), Writer("alice", T0))
    after = apply(made, config({"a": "2"}), Writer("bob", T1), force=True)
    assert after["data"] == {"a": "2"}
    assert owners(after) == {("bob", "Apply"): ["f:a"]}


def test_the_same_value_is_shared_without_conflict_and_without_a_time():
    made = apply(None, config({"a": "1"}), Writer("alice", T0))
    shared = apply(made, config({"a": "1"}), Writer("bob", T1))
    assert owners(shared) == {("alice", "Apply"): ["f:a"], ("bob", "Apply"): ["f:a"]}
    times = {e["manager"]: e.get("time") for e in shared["metadata"]["managedFields"]}
    assert times == {"alice": T0, "bob": None}


def test_applying_the_same_again_changes_nothing():
    made = apply(None, config({"a": "1"}), Writer("alice", T0))
    assert apply(made, config({"a": "1"}), Writer("alice", T1)) == made


def test_what_was_there_before_the_first_apply_has_a_manager_of_its_own():
    after = apply(config({"a": "1"}, uid="u"), config({"b": "1"}), Writer("alice", T0))
    assert owners(after) == {
        ("alice", "Apply"): ["f:b"],
        ("before-first-apply", "Update"): [".", "f:a"],
    }


def test_what_client_side_apply_had_set_is_taken_over_by_kubectl():
    last = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"1"}}'
    created = config({"a": "1"}, annotations={ANNOTATION: last})
    live = update(None, created, Writer("kubectl-client-side-apply", T0))
    after = apply(live, config({"a": "2"}), Writer("kubectl", T1))
    assert after["data"] == {"a": "2"}
    assert after["metadata"]["annotations"][ANNOTATION] == (
        '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap",'
        '"metadata":{"name":"a","namespace":"n"}}\n'
    )
    with pytest.raises(ConflictError):
        apply(live, config({"a": "2"}), Writer("other", T1))


def test_what_was_changed_since_client_side_apply_stays_a_conflict_for_kubectl():
    last = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"0","b":"1"}}'
    live = update(
        None, config({"a": "1", "b": "1"}, annotations={ANNOTATION: last}), Writer("someone", T0)
    )
    with pytest.raises(ConflictError) as error:
        apply(live, config({"a": "2", "b": "2"}), Writer("kubectl", T1))
    assert [conflict.field for conflict in error.value.conflicts] == [".data.a"]


def test_managed_fields_cannot_be_applied():
    with pytest.raises(ApplyError, match=r"^metadata\.managedFields must be nil$"):
        apply(None, config({}, managedFields=[]), Writer("alice", T0))


def test_another_kind_cannot_be_applied():
    with pytest.raises(ApplyError, match=r"^invalid object type: /v1, Kind=Secret$"):
        apply(config({}), {**config({}), "kind": "Secret"}, Writer("alice", T0))


def test_a_field_that_does_not_exist_is_refused():
    with pytest.raises(InternalApplyError) as error:
        apply(None, {**config(), "dota": {}}, Writer("alice", T0))
    assert str(error.value) == (
        "failed to create typed patch object (n/a; /v1, Kind=ConfigMap): "
        ".dota: field not declared in schema"
    )


def test_input_stays_as_it_is():
    made = apply(None, config({"a": "1", "b": "1"}), Writer("alice", T0))
    applied = config({"b": "2"})
    before = repr((made, applied))
    apply(made, applied, Writer("alice", T1))
    assert repr((made, applied)) == before


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 1) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["name", "labels", "data", "spec", "ports", "f:a", "k:{"]),
                      inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@given(ODD, ODD, st.sampled_from(["ConfigMap", "Pod", "Service", "Widget"]))
def test_odd_objects_and_odd_managed_fields_are_refused_or_taken_but_never_break_it(one, two, kind):
    first = {"apiVersion": "v1", "kind": kind, "metadata": {"managedFields": one}, "spec": two}
    second = {"apiVersion": "v1", "kind": kind, "metadata": two, "spec": one, "data": two}
    for live, new in ((first, second), (second, first), (None, second)):
        update(live, new, Writer("m", T0))
        try:
            apply(live, new, Writer("m", T0))
        except (ApplyError, ConflictError):
            continue


def test_objects_that_are_nested_without_end_are_refused():
    deep = []
    for _ in range(2000):
        deep = [deep]
    widget = {"apiVersion": "e.com/v1", "kind": "W", "metadata": {"name": "a"}, "spec": deep}
    other = {**widget, "spec": [deep]}
    assert "managedFields" not in update(widget, other, Writer("m", T0))["metadata"]
    with pytest.raises(InternalApplyError):
        apply(widget, other, Writer("m", T0))
