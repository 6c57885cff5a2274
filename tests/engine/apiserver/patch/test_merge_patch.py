import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.apiserver.patch.diff.json_merge import three_way_merge_patch
from engine.apiserver.patch.errors import PatchError
from engine.apiserver.patch.merge_patch import apply_merge_patch

KEYS = st.sampled_from("abc")
SCALARS = st.integers(-2, 2) | st.sampled_from(["", "s"]) | st.booleans()
LISTS = st.lists(
    st.recursive(SCALARS, lambda inner: st.dictionaries(KEYS, inner, max_size=2)) | st.none(),
    max_size=3,
)
OBJECTS = st.recursive(
    st.dictionaries(KEYS, SCALARS | LISTS | st.none(), max_size=3),
    lambda inner: st.dictionaries(KEYS, inner | SCALARS | LISTS | st.none(), max_size=3),
)


def by_the_rfc(target: Any, patch: Any) -> Any:
    """RFC 7386, section 2, letter by letter."""
    if not isinstance(patch, dict):
        return patch
    target = copy.deepcopy(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = by_the_rfc(target.get(name), value)
    return target


@given(OBJECTS, OBJECTS)
def test_an_object_comes_out_as_rfc_7386_says(document, patch):
    before = copy.deepcopy((document, patch))
    assert apply_merge_patch(document, patch) == by_the_rfc(document, patch)
    assert (document, patch) == before


def test_a_list_in_place_of_no_object_loses_the_nulls_of_its_objects():
    patch = {"new": [{"a": None}, None], "list": [{"a": None}], "object": [{"a": None}]}
    document = {"list": [1], "object": {}}
    assert apply_merge_patch(document, patch) == {
        "new": [{}, None],
        "list": [{}],
        "object": [{"a": None}],
    }


def test_what_the_patch_does_not_name_is_shared_with_the_original():
    document = {"spec": {"a": [1]}, "data": {"x": "1"}}
    assert apply_merge_patch(document, {"data": {"x": None}})["spec"] is document["spec"]


@pytest.mark.parametrize(
    ("patch", "text"),
    [
        (None, "Invalid JSON Patch"),
        (
            [],
            (
                "error decoding patch: json: cannot unmarshal array into Go value of type "
                "map[string]interface {}"
            ),
        ),
        (
            "x",
            (
                "error decoding patch: json: cannot unmarshal string into Go value of type "
                "map[string]interface {}"
            ),
        ),
    ],
)
def test_what_is_no_object_is_a_bad_request(patch, text):
    with pytest.raises(PatchError) as refused:
        apply_merge_patch({}, patch)
    assert (str(refused.value), refused.value.code) == (text, 400)


def test_a_patch_that_is_nested_too_deep_is_refused():
    patch: dict[str, Any] = {}
    for _ in range(100_000):
        patch = {"a": patch}
    with pytest.raises(PatchError, match="exceeded max depth"):
        apply_merge_patch({}, patch)


def test_a_three_way_patch_leaves_what_others_set():
    applied = {"data": {"a": "1", "b": "1"}}
    wanted = {"data": {"a": "2"}}
    live = {"data": {"a": "1", "b": "1", "others": "x"}}
    assert three_way_merge_patch(applied, wanted, live) == {"data": {"a": "2", "b": None}}


def test_large_numbers_go_through_a_float_on_their_way_into_a_three_way_patch():
    patch = three_way_merge_patch({}, {"a": 2**53 + 1, "b": True}, {"a": 1, "b": 1})
    assert patch == {"a": 2**53, "b": True}
    assert patch["b"] is True
