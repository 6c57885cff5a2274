import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.apiserver.patch.apply import (
    JSON_PATCH,
    MERGE_PATCH,
    STRATEGIC_MERGE_PATCH,
    apply_patch,
)
from engine.apiserver.patch.errors import PanicError, PatchError
from engine.apiserver.patch.strategic.merge import apply_strategic_merge_patch

POD = {
    "metadata": {"name": "web", "finalizers": ["x/a", "x/b"], "labels": {"app": "web"}},
    "spec": {
        "containers": [
            {"name": "a", "image": "a:1", "env": [{"name": "K", "value": "1"}]},
            {"name": "b", "image": "b:1", "ports": [{"containerPort": 80}, {"containerPort": 81}]},
        ],
        "tolerations": [{"key": "t"}],
        "volumes": [{"name": "v", "emptyDir": {}}],
    },
}


def patched(document: dict[str, Any], patch: Any, kind: str = "Pod") -> dict[str, Any]:
    version = "apps/v1" if kind == "Deployment" else "v1"
    return apply_strategic_merge_patch(document, patch, version, kind)


def names(pod: dict[str, Any]) -> list[str]:
    return [container["name"] for container in pod["spec"]["containers"]]


def refusal(document: dict[str, Any], patch: Any) -> str:
    with pytest.raises(PatchError) as refused:
        patched(document, patch)
    return str(refused.value)


def test_items_merge_by_their_key_and_new_ones_come_before_live_ones():
    pod = patched(POD, {"spec": {"containers": [{"name": "c"}, {"name": "b", "image": "b:2"}]}})
    assert names(pod) == ["c", "a", "b"]
    assert pod["spec"]["containers"][2] == {**POD["spec"]["containers"][1], "image": "b:2"}


def test_what_the_patch_does_not_name_is_shared_with_the_original():
    pod = patched(POD, {"spec": {"containers": [{"name": "b", "image": "b:2"}]}})
    assert pod["spec"]["containers"][0] is POD["spec"]["containers"][0]
    assert pod["spec"]["containers"][1]["ports"] is POD["spec"]["containers"][1]["ports"]
    assert pod["metadata"] is POD["metadata"]


def test_a_list_without_a_strategy_is_replaced():
    assert patched(POD, {"spec": {"tolerations": []}})["spec"]["tolerations"] == []


def test_the_names_of_a_set_are_added_to_it():
    pod = patched(POD, {"metadata": {"finalizers": ["x/c", "x/a"]}})
    assert sorted(pod["metadata"]["finalizers"]) == ["x/a", "x/b", "x/c"]


def test_an_item_is_deleted_by_its_key():
    deletion = {"spec": {"containers": [{"name": "a", "$patch": "delete"}]}}
    assert names(patched(POD, deletion)) == ["b"]


def test_a_list_is_replaced_where_it_says_so():
    patch = {"spec": {"containers": [{"$patch": "replace"}, {"name": "c"}]}}
    assert names(patched(POD, patch)) == ["c"]


def test_an_object_is_replaced_or_emptied_where_it_says_so():
    labels = {"metadata": {"labels": {"$patch": "replace", "x": "y"}}}
    assert patched(POD, labels)["metadata"]["labels"] == {"x": "y"}
    assert patched(POD, {"spec": {"$patch": "delete"}})["spec"] == {}


def test_values_are_deleted_from_a_set():
    patch = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/a", "other"]}}
    assert patched(POD, patch)["metadata"]["finalizers"] == ["x/b"]


def test_the_order_of_a_list_can_be_set_alone():
    patch = {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}}
    assert names(patched(POD, patch)) == ["b", "a"]


def test_an_item_that_the_order_lacks_stays_where_it_was_among_the_others():
    patch = {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "c"}],
                      "containers": [{"name": "c"}]}}  # fmt: skip
    assert names(patched(POD, patch)) == ["a", "b", "c"]


def test_where_an_item_was_deleted_a_new_one_counts_as_live():
    """Go appends to the array that it deleted from, and the order goes by that array."""
    live = {"spec": {"containers": [{"name": name} for name in "dab"]}}
    order = [{"name": "c"}]
    patch = {
        "spec": {
            "$setElementOrder/containers": order,
            "containers": [{"name": "d", "$patch": "delete"}, {"name": "c"}],
        }
    }
    assert names(patched(live, patch)) == ["a", "b", "c"]


def test_items_that_an_empty_order_lacks_turn_around():
    patch = {
        "spec": {
            "$setElementOrder/containers": [],
            "containers": [{"$patch": "replace"}, *({"name": name} for name in "xyz")],
        }
    }
    assert names(patched({"spec": {"containers": [{"name": "a"}]}}, patch)) == ["z", "y", "x"]


def test_fields_that_are_not_retained_go():
    deployment = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {}}}}
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert patched(deployment, patch, "Deployment") == {"spec": {"strategy": {"type": "Recreate"}}}


def test_nulls_of_new_objects_go_but_those_of_new_items_stay():
    patch = {
        "spec": {"securityContext": {"runAsUser": None}, "volumes": [{"name": "w", "x": None}]}
    }
    spec = patched(POD, patch)["spec"]
    assert spec["securityContext"] == {}
    assert {"name": "w", "x": None} in spec["volumes"]


def test_fields_are_found_in_any_case_of_letters():
    live = {"spec": {"CONTAINERS": [{"name": "a"}]}}
    patch = {"spec": {"CONTAINERS": [{"name": "b"}]}}
    assert len(patched(live, patch)["spec"]["CONTAINERS"]) == 2


@pytest.mark.parametrize(
    ("patch", "text"),
    [
        (
            {"spec": {"containers": [{"image": "x"}]}},
            "map: map[image:x] does not contain declared merge key: name",
        ),
        ({"spec": {"$patch": 3}}, "unknown patch type: %!s(int64=3) in map: map[$patch:3]"),
        (
            {"spec": {"containers": [{"$patch": "merge"}]}},
            "merging lists cannot yet be specified in the patch",
        ),
        (
            {"spec": {"containers": [1]}},
            (
                "list element types are not identical: [[map[env:"
                "[map[name:K value:1]] image:a:1 name:a] map[image:b:1 name:b "
                "ports:[map[containerPort:80] map[containerPort:81]]]] [1]]"
            ),
        ),
        (
            {"metadata": {"finalizers": [["x"]]}},
            ("list element types are not identical: [[x/a x/b] [[x]]]"),
        ),
        (
            {"spec": {"$setElementOrder/tolerations": None}},
            "expected a []interface {}, but received a %!s(<nil>)",
        ),
        (
            {"$setElementOrder/bogus": []},
            'unable to find api field in struct Pod for the json field "bogus"',
        ),
        ({"$deleteFromPrimitiveList": []}, "invalid patch format of primitive list"),
        ({"$setElementOrder": []}, "invalid patch format of setElementOrder list"),
        ({"spec": {"$retainKeys": ["x"], "hostname": "y"}}, "invalid patch format of retainKeys"),
        (
            {"metadata": {"$setElementOrder/labels": []}},
            "expected a []interface {}, but received a map[string]interface {}",
        ),
    ],
)
def test_a_patch_that_does_not_apply_is_refused_in_the_words_of_kubernetes(patch, text):
    assert refusal(POD, patch) == text


def test_an_object_inside_of_a_map_has_no_rules():
    live = {"metadata": {"labels": {"app": {"a": "b"}}}}
    patch = {"metadata": {"labels": {"app": {"a": "c"}}}}
    assert refusal(live, patch) == (
        "merging an object in json but data type is not struct, instead is: map"
    )


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("hostname", "expected slice or array type, but got: struct"),
        ("securityContext/runAsGroup", ""),
        ("securityContext/fsGroupChangePolicy", ""),
        ("securityContext/seLinuxOptions/user", "expected slice or array type, but got: ptr"),
        ("nodeSelector", "expected slice or array type, but got: struct"),
    ],
)
def test_the_order_of_what_is_no_list_is_refused_unless_go_points_to_it(field, text):
    *path, name = field.split("/")
    live: dict[str, Any] = {}
    patch: dict[str, Any] = {f"$setElementOrder/{name}": []}
    for step in reversed(["spec", *path]):
        live, patch = {step: live}, {step: patch}
    if text:
        assert refusal(live, patch) == text
    else:
        assert patched(live, patch) == live


def test_an_order_for_objects_that_have_no_key_is_a_panic_of_the_server():
    order = {"spec": {"$setElementOrder/tolerations": [{"key": "t"}]}}
    with pytest.raises(PanicError) as refused:
        patched(POD, order)
    assert refused.value.status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "This request caused apiserver to panic. Look in the logs for details.",
        "code": 500,
    }


def test_custom_resources_take_no_strategic_merge_patch():
    with pytest.raises(PatchError) as refused:
        apply_patch({}, {}, STRATEGIC_MERGE_PATCH, "example.com/v1", "Widget")
    assert refused.value.status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "the body of the request was in an unknown format - accepted media types "
        "include: application/json-patch+json, application/merge-patch+json, "
        "application/apply-patch+yaml",
        "reason": "UnsupportedMediaType",
        "code": 415,
    }


def test_the_media_type_says_what_the_patch_is():
    assert apply_patch({"a": [1]}, [{"op": "remove", "path": "/a/0"}], JSON_PATCH, "v1", "Pod") == {
        "a": []
    }
    patch = {"spec": {"containers": [{"name": "c"}]}}
    assert names(apply_patch(POD, patch, MERGE_PATCH, "v1", "Pod")) == ["c"]
    assert len(names(apply_patch(POD, patch, STRATEGIC_MERGE_PATCH, "v1", "Pod"))) == 3
    with pytest.raises(PatchError, match="415: Unsupported Media Type"):
        apply_patch({}, {}, "text/plain", "v1", "Pod")


def test_a_patch_that_is_null_changes_nothing():
    assert patched(POD, None) == POD


FIELDS = st.sampled_from(
    ["metadata", "spec", "containers", "env", "ports", "volumes", "finalizers", "labels", "name"]
) | st.sampled_from(
    [
        "containerPort",
        "tolerations",
        "$patch",
        "$retainKeys",
        "$setElementOrder",
        "$setElementOrder/containers",
        "$setElementOrder/finalizers",
        "$setElementOrder/tolerations",
        "$deleteFromPrimitiveList/finalizers",
        "$deleteFromPrimitiveList/containers",
    ]
)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(79, 82)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["a", "b", "c", "K", "x/a", "delete", "replace", "merge", "v"])
)
ANYTHING = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=12,
)


@given(ANYTHING, st.dictionaries(FIELDS, ANYTHING, max_size=4) | st.just(POD))
@settings(max_examples=300)
def test_any_patch_is_applied_or_refused_always_in_the_same_way(patch, document):
    patches = [patch, {"spec": patch}, {"metadata": patch}, {"spec": {"containers": patch}}]
    before = copy.deepcopy((document, patch))

    def outcome(patch: Any) -> Any:
        try:
            return patched(document, patch)
        except PatchError as error:
            return type(error), str(error)

    for each in patches:
        assert outcome(each) == outcome(each)
    assert (document, patch) == before


def test_a_patch_that_is_nested_too_deep_is_refused():
    patch: dict[str, Any] = {}
    for _ in range(100_000):
        patch = {"spec": patch}
    assert refusal(POD, {"spec": patch}) == "exceeded max depth"


def test_a_live_set_with_a_value_twice_loses_it_and_with_it_its_order():
    """Go drops a value by moving the last one onto it."""
    live = {"metadata": {"finalizers": ["c", "a", "a", "f", "d"]}}
    kept = patched(live, {"metadata": {"finalizers": []}})
    assert kept["metadata"]["finalizers"] == ["c", "a", "d", "f"]
