"""Comparing, merging, removing and checking values by their types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.apiserver.managedfields.compare import compare, same
from engine.apiserver.managedfields.contents import fields_of, with_named_fields
from engine.apiserver.managedfields.custom_schema import custom_atom
from engine.apiserver.managedfields.fieldset import difference, union
from engine.apiserver.managedfields.merge import merge
from engine.apiserver.managedfields.reconcile import reconciled
from engine.apiserver.managedfields.remove import remove
from engine.apiserver.managedfields.schema import DEDUCED, builtin
from engine.apiserver.managedfields.validate import TypedError, check

POD = builtin("v1", "Pod")
NODE = builtin("v1", "Node")
SERVICE = builtin("v1", "Service")

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), DOCUMENTS, max_size=3)


def pod(*containers, **spec):
    return {"spec": {"containers": list(containers), **spec}}


def test_an_item_is_known_by_its_keys_with_their_defaults():
    old = {"spec": {"ports": [{"port": 80}]}}
    new = {"spec": {"ports": [{"port": 80, "protocol": "TCP", "name": "web"}]}}
    found = compare(SERVICE, old, new)
    assert found.changed == {
        "f:spec": {"f:ports": {'k:{"port":80,"protocol":"TCP"}': {"f:name": {}, "f:protocol": {}}}}
    }
    assert not found.removed


def test_an_atomic_field_is_modified_as_a_whole():
    found = compare(SERVICE, {"spec": {"selector": {"a": "1"}}}, {"spec": {"selector": {"b": "1"}}})
    assert found.changed == {"f:spec": {"f:selector": {}}}


def test_what_is_new_is_added_with_all_below_it():
    found = compare(POD, pod(), pod({"name": "a", "env": [{"name": "E"}], "args": ["x", "y"]}))
    assert found.changed == {
        "f:spec": {
            "f:containers": {
                'k:{"name":"a"}': {
                    ".": {},
                    "f:name": {},
                    "f:args": {},
                    "f:env": {".": {}, 'k:{"name":"E"}': {".": {}, "f:name": {}}},
                }
            }
        }
    }


def test_the_order_of_items_with_keys_is_no_difference():
    assert (
        compare(POD, pod({"name": "a"}, {"name": "b"}), pod({"name": "b"}, {"name": "a"})).changed
        == {}
    )


def test_several_items_of_one_key_are_owned_by_the_key_alone():
    once, twice = pod({"name": "a", "image": "x"}), pod({"name": "a"}, {"name": "a"})
    assert compare(POD, once, twice).changed == {"f:spec": {"f:containers": {'k:{"name":"a"}': {}}}}
    assert compare(POD, twice, once).removed == {"f:spec": {"f:containers": {'k:{"name":"a"}': {}}}}


def test_items_of_keys_that_are_equal_to_python_alone_are_told_apart():
    env = [{"name": name} for name in ("1", 1, True, "true", 1.5)]
    added = compare(POD, pod({"name": "a"}), pod({"name": "a", "env": env})).changed
    items = added["f:spec"]["f:containers"]['k:{"name":"a"}']["f:env"]
    texts = ('"1"', "1", "true", '"true"', "1.5")
    assert list(items) == [".", *(f'k:{{"name":{text}}}' for text in texts)]


def test_true_is_not_one():
    assert not same({"a": [1]}, {"a": [True]})
    assert not same(True, 1)
    assert same({"a": 1, "b": True}, {"b": True, "a": 1.0})
    assert not same({"a": 1, "b": True}, {"b": True, "a": True})


def test_null_and_empty_are_told_apart():
    assert compare(POD, {"spec": None}, {"spec": {}}).changed == {"f:spec": {}}


@given(OBJECTS, OBJECTS)
def test_a_difference_one_way_is_the_same_difference_the_other_way(old, new):
    there, back = compare(DEDUCED, old, new), compare(DEDUCED, new, old)
    assert union(there.changed, there.removed) == union(back.changed, back.removed)
    assert not difference(there.removed, back.changed)


@given(OBJECTS, OBJECTS)
def test_merging_a_configuration_twice_is_merging_it_once(live, applied):
    once = merge(DEDUCED, live, applied)
    assert same(merge(DEDUCED, once, applied), once)


@given(OBJECTS, OBJECTS)
def test_merging_removes_nothing(live, applied):
    merged = merge(DEDUCED, live, applied)
    merged = merged if isinstance(merged, dict) else {}
    assert {**live, **applied}.keys() <= merged.keys()


def test_merged_items_keep_their_place_between_those_that_both_have():
    live = {"spec": {"taints": [], "podCIDRs": ["a", "b", "c", "d"]}}
    merged = merge(NODE, live, {"spec": {"podCIDRs": ["c", "x", "a"]}})
    assert merged["spec"]["podCIDRs"] == ["b", "c", "d", "x", "a"]


def test_a_field_that_is_removed_leaves_an_empty_map():
    fields = {"f:metadata": {"f:labels": {"f:a": {}}}}
    assert remove(POD, {"metadata": {"labels": {"a": "1"}, "name": "n"}}, fields) == {
        "metadata": {"labels": {}, "name": "n"}
    }


def test_an_item_that_is_removed_leaves_the_others():
    fields = {"f:spec": {"f:containers": {'k:{"name":"a"}': {}}}}
    assert remove(POD, pod({"name": "a"}, {"name": "b"}), fields) == pod({"name": "b"})


def test_a_configuration_names_leaves_items_and_entries_but_no_structs():
    configuration = {**pod({"name": "a"}, nodeSelector={"x": "y"}), "metadata": {"labels": {}}}
    assert fields_of(POD, configuration) == {
        "f:metadata": {"f:labels": {}},
        "f:spec": {
            "f:containers": {'k:{"name":"a"}': {".": {}, "f:name": {}}},
            "f:nodeSelector": {},
        },
    }


def test_named_fields_on_the_way_can_be_added():
    fields = {"f:metadata": {"f:labels": {"f:a": {}}}}
    assert with_named_fields(fields, POD) == {
        "f:metadata": {".": {}, "f:labels": {".": {}, "f:a": {}}}
    }


def test_who_owned_a_part_of_what_is_atomic_now_owns_it_whole():
    fields = {"f:spec": {"f:selector": {"f:app": {}}, "f:type": {}}}
    assert reconciled(fields, SERVICE) == {"f:spec": {"f:selector": {}, "f:type": {}}}
    assert reconciled({"f:spec": {"f:type": {}}}, SERVICE) == {"f:spec": {"f:type": {}}}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"spec": {"hostNetwork": "yes", "priority": "1"}},
            (
                "errors:\n  .spec.hostNetwork: expected boolean, got &{yes}\n"
                "  .spec.priority: expected numeric (int or float), got string"
            ),
        ),
        (
            {"spec": {"nodeName": 5}},
            ".spec.nodeName: expected string, got &value.valueUnstructured{Value:5}",
        ),
        ({"spec": {"containers": {}}}, ".spec.containers: expected list, got &{map[]}"),
        ({"spec": ["a"]}, ".spec: expected map, got &{[a]}"),
        ({"nowhere": 1}, ".nowhere: field not declared in schema"),
        (
            pod({"name": "a"}, {"image": 1, "name": "a"}),
            (
                'errors:\n  .spec.containers: duplicate entries for key [name="a"]\n'
                '  .spec.containers[name="a"].image: expected string, '
                "got &value.valueUnstructured{Value:1}"
            ),
        ),
        (
            {"spec": {"tolerations": [{"key": 1}]}},
            ".spec.tolerations[0].key: expected string, got &value.valueUnstructured{Value:1}",
        ),
        (
            {"metadata": {"ownerReferences": [None]}},
            (
                ".metadata.ownerReferences: element 0: "
                "associative list with keys may not have a null element"
            ),
        ),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_the_words_of_kubernetes(value, message):
    with pytest.raises(TypedError) as error:
        check(POD, value)
    assert str(error.value) == message


def test_an_item_without_any_key_is_refused():
    with pytest.raises(TypedError) as error:
        check(builtin("v1", "ServiceAccount"), {"secrets": [{"name": "a"}, {"kind": "b"}]})
    assert str(error.value) == (
        ".secrets: element 1: associative list with keys has an element that omits all key fields "
        '["name"] (and doesn\'t have default values for any key fields)'
    )


def test_what_is_known_to_fit_is_not_looked_at_again():
    live = pod({"name": "a"}, hostNetwork=True)
    check(POD, {**live, "metadata": {"name": "n"}}, known=live)
    with pytest.raises(TypedError):
        check(POD, pod({"name": "a"}, hostNetwork="yes"), known=live)


def test_a_custom_resource_is_merged_by_its_schema():
    parts = {
        "type": "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        "items": {"type": "object", "properties": {"name": {"type": "string", "default": "x"}}},
    }
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    whole = {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"a": {}}}
    properties = {"parts": parts, "free": free, "whole": whole, "any": {}}
    atom = custom_atom({"type": "object", "properties": properties})
    value = {"parts": [{}], "free": {"a": [1]}, "whole": {"a": 1}, "any": {"b": {"c": 1}}}
    check(atom, value)
    assert fields_of(atom, value) == {
        "f:parts": {'k:{"name":"x"}': {}},
        "f:free": {"f:a": {}},
        "f:whole": {},
        "f:any": {"f:b": {".": {}, "f:c": {}}},
    }


def test_a_custom_resource_has_the_metadata_of_all_objects():
    atom = custom_atom({"type": "object", "properties": {"spec": {"type": "object"}}})
    assert fields_of(atom, {"metadata": {"finalizers": ["a"]}}) == {
        "f:metadata": {"f:finalizers": {'v:"a"': {}}}
    }
    with pytest.raises(TypedError, match=r"\.status: field not declared in schema"):
        check(atom, {"status": {}})
