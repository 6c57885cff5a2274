import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.apiserver.managedfields.fieldset import (
    FieldsError,
    difference,
    from_paths,
    has,
    including,
    intersection,
    ordered,
    paths,
    read,
    recursive_difference,
    union,
)

ELEMENTS = st.sampled_from(["f:a", "f:b", 'k:{"name":"x"}', 'v:"y"', "i:0"])
PATHS = st.frozensets(st.lists(ELEMENTS, min_size=1, max_size=4).map(tuple), max_size=12)


def members(fields):
    return frozenset(paths(fields))


@given(PATHS)
def test_a_set_holds_the_paths_it_is_made_of(held):
    fields = from_paths(*held)
    assert members(fields) == held
    assert all(has(fields, path) for path in held)


@given(PATHS, PATHS)
def test_union_intersection_and_difference_are_those_of_the_paths(left, right):
    a, b = from_paths(*left), from_paths(*right)
    assert members(union(a, b)) == left | right
    assert members(intersection(a, b)) == left & right
    assert members(difference(a, b)) == left - right


@given(PATHS, PATHS)
def test_a_recursive_difference_takes_what_is_below_too(left, right):
    kept = {path for path in left if not any(path[: len(other)] == other for other in right)}
    assert recursive_difference(from_paths(*left), from_paths(*right)) == from_paths(*kept)


@given(PATHS, PATHS)
def test_what_is_made_of_sets_is_spelled_as_if_made_of_paths(left, right):
    a, b = from_paths(*left), from_paths(*right)
    assert union(a, b) == from_paths(*(left | right))
    assert difference(a, b) == from_paths(*(left - right))
    assert intersection(a, b) == from_paths(*(left & right))
    assert (a, b) == (from_paths(*left), from_paths(*right))


@given(PATHS, PATHS)
def test_a_set_stays_itself_where_nothing_is_added_or_taken(left, right):
    a, b = from_paths(*left), from_paths(*right)
    assert union(a, intersection(a, b)) is a
    assert difference(a, difference(b, a)) is a
    assert recursive_difference(a, {"f:other": {}}) is a


@given(PATHS)
def test_a_set_that_was_written_is_read_back(held):
    fields = ordered(from_paths(*held))
    assert read(fields) == fields
    assert list(read(fields)) == list(fields)


def test_a_member_over_members_holds_a_dot_first():
    fields = ordered(from_paths(("f:z", "f:b"), ("f:z",), ("f:a",)))
    assert str(fields) == "{'f:a': {}, 'f:z': {'.': {}, 'f:b': {}}}"


def test_the_order_of_what_was_read_is_kept_and_the_rest_is_sorted():
    known = {"f:a": {}, "f:b": {"f:x": {}, "f:y": {}}}
    fields = ordered({**known, "f:aa": {"f:2": {}, "f:1": {}}}, known)
    assert list(fields) == ["f:a", "f:aa", "f:b"]
    assert list(fields["f:aa"]) == ["f:1", "f:2"]
    assert fields["f:b"] is known["f:b"]


def test_a_lone_dot_and_unknown_elements_are_read_as_nothing_below():
    assert read({"f:a": {".": {}}, "f:b": {"x:1": {}}, ".": {}}) == {"f:a": {}, "f:b": {}}


def test_two_spellings_of_one_element_are_one():
    written = {'k:{"b":1,"a":2}': {"f:x": {}}, 'k:{"a":2,"b":1}': {".": {}, "f:y": {}}}
    assert read(written) == {'k:{"a":2,"b":1}': {".": {}, "f:x": {}, "f:y": {}}}


@pytest.mark.parametrize("written", ["text", ["f:a"], {"f:a": 1}, {"nothing": {}}, {"k:{": {}}])
def test_what_is_no_set_is_refused(written):
    with pytest.raises(FieldsError):
        read(written)


def test_a_matcher_keeps_what_it_names_and_all_below():
    fields = from_paths(
        ("f:spec",), ("f:spec", "f:a", "f:x"), ("f:spec", "f:b", "f:x"), ("f:status",)
    )
    matcher = {"f:spec": {"*": {"f:x": {}}}}
    assert including(fields, matcher) == {
        "f:spec": {".": {}, "f:a": {"f:x": {}}, "f:b": {"f:x": {}}}
    }
    assert including(fields, {"f:spec": {"f:a": {}}}) == {"f:spec": {".": {}, "f:a": {"f:x": {}}}}
