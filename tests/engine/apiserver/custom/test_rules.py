"""What writing a custom resource makes of it."""

import sys

from tests.engine.apiserver.custom.widgets import INTEGER, STRING, Widgets, spec, widget


def test_unknown_fields_go_and_those_that_are_preserved_stay():
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    widgets = Widgets(spec({"size": STRING, "free": {**free, "properties": {"n": INTEGER}}}))
    body = widget({"size": "a", "odd": 1, "free": {"any": [1], "n": 2}}, other=1)
    assert widgets.do("create", body)["spec"] == {"size": "a", "free": {"any": [1], "n": 2}}
    assert "other" not in widgets.stored


def test_a_strict_client_is_told_of_unknown_fields():
    items = {"type": "array", "items": {"type": "object", "properties": {"n": INTEGER}}}
    widgets = Widgets(spec({"parts": items}))
    body = widget({"z": 1, "parts": [{"n": 1}, {"m": 1}]}, metadata={"name": "a", "odd": 1})
    refused = widgets.refused("create", body, validation="Strict")
    assert refused["code"] == 400
    assert refused["message"] == (
        'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown '
        'field "metadata.odd", unknown field "spec.parts[1].m", unknown field "spec.z"'
    )


def test_a_strict_client_is_told_of_unknown_fields_in_what_a_patch_makes():
    widgets = Widgets(spec())
    widgets.do("create", widget({"size": "small"}))
    operations = [{"op": "add", "path": "/spec/z", "value": 1, "test": True}]
    refused = widgets.refused("patch", operations, patch_type="json", validation="Strict")
    assert refused["code"] == 422
    assert refused["message"].endswith(
        ': strict decoding error: json patch unknown field "[0].test", unknown field "spec.z"'
    )


def test_defaults_are_filled_in_and_nulls_bring_them_back():
    options = {"type": "object", "default": {}, "properties": {"n": {**INTEGER, "default": 3}}}
    widgets = Widgets(spec({"color": {**STRING, "default": "blue"}, "options": options}))
    assert widgets.do("create", widget({"color": None}))["spec"] == {
        "color": "blue",
        "options": {"n": 3},
    }
    widgets.merge({"spec": {"color": "red", "options": {"n": 4}}})
    assert widgets.merge({"spec": {"color": None, "options": None}})["spec"] == {
        "color": "blue",
        "options": {"n": 3},
    }


def test_a_null_without_a_default_goes_unless_it_is_nullable():
    widgets = Widgets(spec({"a": STRING, "b": {**STRING, "nullable": True}}))
    assert widgets.do("create", widget({"a": None, "b": None}))["spec"] == {"b": None}


def test_the_status_has_an_endpoint_of_its_own():
    schema = spec()
    schema["properties"]["status"] = {"type": "object", "properties": {"n": INTEGER}}
    widgets = Widgets(schema, status={})
    assert "status" not in widgets.do("create", widget({"size": "a"}, status={"n": 1}))
    body = {"spec": {"size": "b"}, "status": {"n": 2}, "metadata": {"labels": {"a": "b"}}}
    stored = widgets.merge(body, subresource="status")
    assert (stored["spec"], stored["status"]) == ({"size": "a"}, {"n": 2})
    assert stored["metadata"]["generation"] == 1
    assert "labels" not in stored["metadata"]
    stored = widgets.merge({"spec": {"size": "b"}, "status": {"n": 3}})
    assert (stored["spec"], stored["status"]) == ({"size": "b"}, {"n": 2})
    assert stored["metadata"]["generation"] == 2


def test_a_status_is_validated_from_itself_on():
    schema = spec()
    schema["properties"]["status"] = {"type": "object", "properties": {"n": INTEGER}}
    widgets = Widgets(schema, status={})
    widgets.do("create", widget({"size": "a"}))
    refused = widgets.refused(
        "patch", {"status": {"n": "x"}}, patch_type="merge", subresource="status"
    )
    assert refused["details"]["causes"] == [
        {
            "reason": "FieldValueTypeInvalid",
            "message": 'Invalid value: "string": n in body must be of type integer: "string"',
            "field": "status.n",
        }
    ]


def test_without_that_endpoint_the_status_is_a_field_like_others():
    schema = spec()
    schema["properties"]["status"] = {"type": "object", "properties": {"n": INTEGER}}
    widgets = Widgets(schema)
    assert widgets.do("create", widget({}, status={"n": 1}))["status"] == {"n": 1}
    assert widgets.merge({"status": {"n": 2}})["metadata"]["generation"] == 2


def test_metadata_do_not_make_the_generation_grow():
    widgets = Widgets()
    widgets.do("create", widget({"size": "a"}))
    assert widgets.merge({"metadata": {"labels": {"a": "b"}}})["metadata"]["generation"] == 1


def test_replicas_must_be_counts():
    paths = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    widgets = Widgets(spec({"replicas": INTEGER}), scale=paths)
    refused = widgets.refused("create", widget({"replicas": -1}))
    assert refused["details"]["causes"] == [
        {
            "reason": "FieldValueInvalid",
            "message": "Invalid value: -1: should be a non-negative integer",
            "field": ".spec.replicas",
        }
    ]


def test_lists_that_are_sets_or_maps_hold_nothing_twice():
    parts = {
        "type": "array",
        "items": {"type": "object", "properties": {"name": STRING}},
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
    }
    tags = {"type": "array", "items": STRING, "x-kubernetes-list-type": "set"}
    widgets = Widgets(spec({"parts": parts, "tags": tags}))
    body = widget({"parts": [{"name": "a"}, {"name": "a"}], "tags": ["a", "b", "a", "a"]})
    assert [c["message"] for c in widgets.refused("create", body)["details"]["causes"]] == [
        'Duplicate value: {"name":"a"}',
        'Duplicate value: "a"',
    ]


def test_embedded_resources_have_typed_metadata_and_a_type():
    template = {
        "type": "object",
        "x-kubernetes-embedded-resource": True,
        "x-kubernetes-preserve-unknown-fields": True,
    }
    widgets = Widgets(spec({"template": template}))
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "odd": 1}, "x": 1}
    assert widgets.do("create", widget({"template": pod}))["spec"]["template"] == {
        **pod,
        "metadata": {"name": "a"},
    }
    refused = Widgets(spec({"template": template})).refused(
        "create", widget({"template": {"kind": "Pod", "metadata": {"name": "a/b"}}})
    )
    assert [cause["field"] for cause in refused["details"]["causes"]] == [
        "spec.template.apiVersion",
        "spec.template.metadata.name",
    ]


def test_a_body_of_another_version_or_kind_is_refused():
    widgets = Widgets()
    refused = widgets.refused("create", {**widget({}), "apiVersion": "example.com/v2"})
    assert refused["message"] == (
        "the API version in the data (example.com/v2) does not match the expected API version "
        "(example.com/v1)"
    )
    refused = widgets.refused("create", {**widget({}), "kind": "Gadget"})
    assert refused["message"].endswith('kind: Invalid value: "Gadget": must be Widget')


def test_an_update_must_name_its_revision():
    widgets = Widgets()
    widgets.do("create", widget({"size": "a"}))
    refused = widgets.refused("update", widget({"size": "b"}))
    assert refused["message"] == (
        'widgets.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be '
        "specified for an update"
    )


def test_nothing_is_created_while_the_definition_goes():
    widgets = Widgets()
    widgets.definition["status"]["conditions"] = [{"type": "Terminating", "status": "True"}]
    refused = widgets.refused("create", widget({"size": "a"}))
    assert (refused["code"], refused["message"]) == (
        403,
        (
            'widgets.example.com "a" is forbidden: create not allowed while custom resource '
            "definition is terminating"
        ),
    )


def test_strategic_merge_patches_are_not_supported():
    widgets = Widgets()
    widgets.do("create", widget({"size": "a"}))
    assert widgets.refused("patch", {}, patch_type="strategic")["code"] == 415


def test_objects_are_stored_in_one_version_and_shown_in_all():
    extra = {
        "name": "v2",
        "served": True,
        "storage": False,
        "schema": {"openAPIV3Schema": spec({"size": {**STRING, "default": "m"}})},
    }
    widgets = Widgets(spec(), extra)
    stored = widgets.do("create", {**widget({}), "apiVersion": "example.com/v2"}, version="v2")
    assert (stored["apiVersion"], stored["spec"]) == ("example.com/v1", {"size": "m"})


def test_whole_floats_read_as_integers_again():
    widgets = Widgets(spec({"n": {"type": "number"}}))
    stored = widgets.do("create", widget({"n": 2.0}))
    assert repr(stored["spec"]["n"]) == "2"


def test_a_body_nested_too_deeply_is_refused():
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    widgets = Widgets(spec({"free": free}))
    deep = {}
    for _ in range(sys.getrecursionlimit() + 100):
        deep = {"a": deep}
    assert widgets.refused("create", widget({"free": deep}))["code"] == 400
