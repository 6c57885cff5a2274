"""Validation against schemas, in kube-openapi's words."""

import pytest

from tests.engine.apiserver.custom.widgets import INTEGER, STRING, Widgets, errors, spec

NOWHERE = '<nil>: Invalid value: "": '


def one(field, value):
    """What is told of `spec.x` with that schema."""
    return errors({"type": "object", "properties": {"x": field}}, {"x": value})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (INTEGER, "a", '"string": spec.x in body must be of type integer: "string"'),
        (STRING, 1, '"integer": spec.x in body must be of type string: "integer"'),
        (STRING, True, '"boolean": spec.x in body must be of type string: "boolean"'),
        ({"type": "boolean"}, 1.5, '"number": spec.x in body must be of type boolean: "number"'),
        ({"type": "object"}, [], '"array": spec.x in body must be of type object: "array"'),
        (
            {"x-kubernetes-int-or-string": True},
            True,
            '"boolean": spec.x in body must be of type integer,string: "boolean"',
        ),
        (
            {"type": "integer", "minimum": 2},
            1,
            "1: spec.x in body should be greater than or equal to 2",
        ),
        (
            {"type": "integer", "maximum": 2, "exclusiveMaximum": True},
            2,
            "2: spec.x in body should be less than 2",
        ),
        (
            {"type": "number", "maximum": 1.5},
            2.5,
            "2.5: spec.x in body should be less than or equal to 1.5",
        ),
        (
            {"type": "integer", "multipleOf": 3},
            4,
            "4: spec.x in body should be a multiple of 3",
        ),
        (
            {"type": "string", "minLength": 2},
            "a",
            '"a": spec.x in body should be at least 2 chars long',
        ),
        (
            {"type": "string", "pattern": "^a$"},
            "a\n",
            "\"a\\n\": spec.x in body should match '^a$'",
        ),
        (
            {"type": "array", "items": STRING, "minItems": 1},
            [],
            "0: spec.x in body should have at least 1 items",
        ),
        (
            {"type": "object", "additionalProperties": STRING, "minProperties": 1},
            {},
            "0: spec.x in body should have at least 1 properties",
        ),
        (
            {"type": "string", "format": "ipv4"},
            "1.2.3",
            '"1.2.3": spec.x in body must be of type ipv4: "1.2.3"',
        ),
        (
            {"type": "integer", "format": "int32"},
            2**31,
            None,
        ),
    ],
)
def test_values_that_do_not_fit_are_invalid(field, value, message):
    if message is None:
        text = "Checked value must be of type integer with format int32 in spec.x"
        assert one(field, value) == [f'<nil>: Invalid value: "": {text}']
    else:
        assert one(field, value) == [f"spec.x: Invalid value: {message}"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ({"type": "string", "maxLength": 2}, "abc", "Too long: may not be more than 2 bytes"),
        (
            {"type": "array", "items": STRING, "maxItems": 1},
            ["a", "b"],
            "Too many: 2: must have at most 1 item",
        ),
        (
            {"type": "object", "additionalProperties": STRING, "maxProperties": 0},
            {"a": "b"},
            "Too many: 1: must have at most 0 items",
        ),
        (
            {"type": "integer", "enum": [1, 2]},
            3,
            'Unsupported value: 3: supported values: "1", "2"',
        ),
    ],
)
def test_limits_and_enums_have_errors_of_their_own(field, value, message):
    assert one(field, value) == [f"spec.x: {message}"]


def test_a_required_field_is_told_of_where_it_would_be():
    assert errors({"type": "object", "required": ["x"]}, {}) == ["spec.x: Required value"]


def test_a_whole_float_is_an_integer_and_an_integer_a_number():
    assert one(INTEGER, 2.0) == []
    assert one({"type": "number"}, 2) == []


def test_true_is_not_one_of_an_enum_of_numbers():
    assert one({"enum": [1], "x-kubernetes-preserve-unknown-fields": True}, True) == [
        'spec.x: Unsupported value: true: supported values: "1"'
    ]


def test_a_broken_float_is_neither_an_integer_nor_in_its_range():
    assert one(INTEGER, 1.5) == [
        'spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"',
        f"{NOWHERE}Checked value must be of type integer (default format) in spec.x",
    ]


def test_null_fits_only_what_is_nullable():
    assert one({**STRING, "nullable": True}, None) == []
    assert one(STRING, None) == [
        'spec.x: Invalid value: "null": spec.x in body must be of type string: "null"'
    ]


def test_of_alternatives_the_one_that_came_furthest_tells_what_is_wrong():
    alternatives = {
        "x-kubernetes-preserve-unknown-fields": True,
        "anyOf": [{"required": ["a", "b"]}, {"properties": {"a": {"minimum": 2}}}],
    }
    assert one(alternatives, {"a": 1}) == [
        '<nil>: Invalid value: "": "spec.x" must validate at least one schema (anyOf)',
        "spec.x.a: Invalid value: 1: spec.x.a in body should be greater than or equal to 2",
    ]


def test_exactly_one_of_alternatives_must_fit():
    schema = {**INTEGER, "oneOf": [{"minimum": 1}, {"maximum": 5}]}
    assert one(schema, 7) == []
    assert one(schema, 3) == [
        (
            f'{NOWHERE}"spec.x" must validate one and only one schema (oneOf). Found 2 valid '
            "alternatives"
        )
    ]


def test_all_schemas_must_fit_and_the_unwanted_one_must_not():
    assert one({**INTEGER, "allOf": [{"minimum": 2}, {"maximum": 5}]}, 1) == [
        "spec.x: Invalid value: 1: spec.x in body should be greater than or equal to 2",
        '<nil>: Invalid value: "": "spec.x" must validate all the schemas (allOf)',
    ]
    assert one({**INTEGER, "not": {"minimum": 2}}, 3) == [
        '<nil>: Invalid value: "": "spec.x" must not validate the schema (not)'
    ]


def test_what_was_wrong_before_may_stay_while_it_does_not_change():
    widgets = Widgets(spec({"x": STRING, "y": STRING}))
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}
    widgets.do("create", {**body, "spec": {"x": "long", "y": "b"}})
    schema = widgets.definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema["properties"]["spec"]["properties"]["x"] = {**STRING, "maxLength": 1}
    assert widgets.merge({"spec": {"y": "c"}})["spec"] == {"x": "long", "y": "c"}
    refused = widgets.refused("patch", {"spec": {"x": "other"}}, patch_type="merge")
    assert refused["message"].endswith("spec.x: Too long: may not be more than 1 byte")
