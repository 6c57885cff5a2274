"""Errors of fields print as Kubernetes prints them."""

import pytest

from engine.apiserver.validation.field import (
    OMITTED,
    Path,
    Struct,
    aggregate,
    duplicate,
    forbidden,
    internal,
    invalid,
    invalid_status,
    marshal,
    not_found,
    not_supported,
    required,
    too_long,
    too_many,
)

PATH = Path("spec").child("containers").index(0).child("image")


def test_a_path_names_children_indices_and_keys():
    path = Path("spec").child("resources", "limits").key("a/b")
    assert (path, PATH) == ("spec.resources.limits[a/b]", "spec.containers[0].image")


def test_a_child_of_no_path_has_no_dot_before_it():
    assert Path("").child("kind") == "kind"


@pytest.mark.parametrize(
    ("error", "body"),
    [
        (required(PATH), "Required value"),
        (required(PATH, "because"), "Required value: because"),
        (forbidden(PATH, "no"), "Forbidden: no"),
        (invalid(PATH, "a\n", "bad"), 'Invalid value: "a\\n": bad'),
        (invalid(PATH, 3, "bad"), "Invalid value: 3: bad"),
        (invalid(PATH, True, "bad"), "Invalid value: true: bad"),
        (invalid(PATH, None, "bad"), "Invalid value: null: bad"),
        (invalid(PATH, ["<b>"], "bad"), 'Invalid value: ["\\u003cb\\u003e"]: bad'),
        (invalid(PATH, {"b": 1, "a": 2}, "bad"), 'Invalid value: {"a":2,"b":1}: bad'),
        (invalid(PATH, Struct(b=1, a=2), "bad"), 'Invalid value: {"b":1,"a":2}: bad'),
        (invalid(PATH, OMITTED, "bad"), "Invalid value: bad"),
        (duplicate(PATH, "a"), 'Duplicate value: "a"'),
        (not_found(PATH, "a"), 'Not found: "a"'),
        (
            not_supported(PATH, "x", ("A", "B")),
            'Unsupported value: "x": supported values: "A", "B"',
        ),
        (too_long(PATH, 1), "Too long: may not be more than 1 byte"),
        (too_many(PATH, 3, 2), "Too many: 3: must have at most 2 items"),
        (internal(PATH, "broken"), "Internal error: broken"),
    ],
)
def test_an_error_says_its_type_value_and_detail(error, body):
    assert error.body == body
    assert str(error) == f"spec.containers[0].image: {body}"


def test_one_error_stands_alone_and_several_in_brackets_each_once():
    one, other = required("a"), required("b")
    assert aggregate([one, one]) == "a: Required value"
    assert aggregate([one, other, one]) == "[a: Required value, b: Required value]"


def test_the_status_of_an_invalid_object_lists_every_cause():
    status = invalid_status("apps", "Deployment", "web", [required("a"), required("a")])
    assert status["message"] == 'Deployment.apps "web" is invalid: a: Required value'
    assert status["code"] == 422
    cause = {"reason": "FieldValueRequired", "message": "Required value", "field": "a"}
    assert status["details"]["causes"] == [cause, cause]


def test_a_struct_keeps_its_order_and_a_map_does_not_when_indented():
    assert marshal(Struct(b=[], a={"d": 1, "c": 2}), indent=1) == (
        '{\n "b": [],\n "a": {\n  "c": 2,\n  "d": 1\n }\n}'
    )
