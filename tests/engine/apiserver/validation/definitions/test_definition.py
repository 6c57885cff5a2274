"""CustomResourceDefinitions: what Kubernetes takes, and its words for what it does not."""

import pytest

from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.strategy.prepare import prepare_for_create, prepare_for_update
from engine.apiserver.typed_form import typed_form
from engine.apiserver.validation.definitions.approval import ANNOTATION, SEE
from engine.apiserver.validation.validate import validate_create, validate_update
from tests.engine.apiserver.custom.widgets import STRING, definition, spec


def made(body):
    obj = typed_form(body)
    apply_defaults(obj)
    prepare_for_create(obj)
    return obj


def errors(body):
    return [str(error) for error in validate_create(made(body))]


def changed(**fields):
    body = definition()
    body["spec"] = {**body["spec"], **fields}
    return body


def of_spec(schema):
    """What is told of a schema for `spec`, without where it stands."""
    prefix = "spec.validation.openAPIV3Schema.properties[spec]."
    whole = {"type": "object", "properties": {"spec": schema}}
    return [text.removeprefix(prefix) for text in errors(definition(whole))]


def test_a_definition_is_valid_and_stores_its_version():
    obj = made(definition())
    assert validate_create(obj) == []
    assert obj["status"]["storedVersions"] == ["v1"]
    assert obj["metadata"]["generation"] == 1


def test_its_name_is_that_of_its_resource():
    body = definition()
    body["metadata"]["name"] = "other.example.com"
    told = 'must be spec.names.plural+"."+spec.group'
    assert errors(body) == [f'metadata.name: Invalid value: "other.example.com": {told}']


ONE_OF_SCOPES = 'supported values: "Cluster", "Namespaced"'
NO_PRESERVING = (
    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
    "spec.versions[*].schema instead"
)
WEBHOOK = {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"]}}
SAME_KINDS = {"plural": "widgets", "kind": "Widget", "listKind": "Widget"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"scope": "World"}, f'scope: Unsupported value: "World": {ONE_OF_SCOPES}'),
        ({"scope": ""}, "scope: Required value"),
        (
            {"names": SAME_KINDS},
            'names.listKind: Invalid value: "Widget": kind and listKind may not be the same',
        ),
        (
            {"conversion": WEBHOOK},
            (
                "conversion.webhookClientConfig: Required value: required when strategy is set to "
                "Webhook"
            ),
        ),
        (
            {"preserveUnknownFields": True},
            f"preserveUnknownFields: Invalid value: true: {NO_PRESERVING}",
        ),
    ],
)
def test_what_is_wrong_with_its_spec_is_told(fields, message):
    assert errors(changed(**fields)) == [f"spec.{message}"]


def test_a_version_needs_a_schema():
    body = definition()
    del body["spec"]["versions"][0]["schema"]
    assert errors(body) == ["spec.versions[0].schema.openAPIV3Schema: Required value"]


def test_one_version_stores():
    schema = {"openAPIV3Schema": spec()}
    body = definition(None, {"name": "v2", "served": True, "storage": True, "schema": schema})
    told = [error.rpartition(": ")[2] for error in errors(body)]
    assert told[0] == "must have exactly one version marked as storage version"


def test_a_protected_group_needs_an_approval():
    body = changed(group="x.k8s.io")
    body["metadata"]["name"] = "widgets.x.k8s.io"
    explanation = f'protected groups must have approval annotation "{ANNOTATION}", {SEE}'
    path = f"metadata.annotations[{ANNOTATION}]"
    assert errors(body) == [f"{path}: Required value: {explanation}"]


KEYED = {
    "type": "array",
    "items": {"type": "object", "properties": {"a": STRING}},
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["a"],
}
TYPES = '"array", "boolean", "integer", "number", "object", "string"'
NO_KEY = (
    "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required "
    "property"
)
NOT_UNIQUE = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
NO_LIST = "must be array if x-kubernetes-list-type is specified"
BLANK = "x-kubernetes-validations[0].rule: Required value: rule is not specified"


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({}, "type: Required value: must not be empty for specified object fields"),
        ({"type": "array"}, "items: Required value: must be specified"),
        ({"type": "text"}, f'type: Unsupported value: "text": supported values: {TYPES}'),
        (
            {"type": "string", "anyOf": [{"type": "string"}]},
            "anyOf[0].type: Forbidden: must be empty to be structural",
        ),
        (
            {"type": "integer", "default": "a"},
            'default: Invalid value: "string":  in body must be of type integer: "string"',
        ),
        (
            {"type": "object", "default": {"a": 1}},
            'default: Invalid value: {"a":1}: must not have unknown fields',
        ),
        (KEYED, f"items.properties[a].default: Required value: {NO_KEY}"),
        (
            {"type": "object", "x-kubernetes-list-type": "set"},
            f'type: Invalid value: "object": {NO_LIST}',
        ),
        (
            {"type": "array", "items": STRING, "uniqueItems": True},
            f"uniqueItems: Forbidden: {NOT_UNIQUE}",
        ),
        ({"type": "object", "x-kubernetes-validations": [{"rule": " "}]}, BLANK),
    ],
)
def test_what_is_wrong_with_a_schema_is_told(schema, message):
    assert of_spec(schema) == [message]


def test_fields_that_only_value_validations_name_need_a_schema():
    schema = {**spec(), "anyOf": [{"properties": {"a": {"minimum": 1}}}]}
    path = "spec.validation.openAPIV3Schema"
    assert errors(definition(schema)) == [
        (
            f"{path}.properties[a]: Required value: because it is defined in {path}.anyOf[0]"
            ".properties[a]"
        )
    ]


def test_rules_must_be_expressions():
    told = of_spec({"type": "object", "x-kubernetes-validations": [{"rule": "self."}]})
    assert len(told) == 1
    assert told[0].startswith(
        'x-kubernetes-validations[0].rule: Invalid value: {"rule":"self."}: compilation failed: '
    )


def test_integers_or_strings_may_say_so_twice():
    either = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert of_spec({"x-kubernetes-int-or-string": True, **either}) == []


def test_the_group_never_changes_and_the_scope_not_once_it_is_served():
    old = made(definition())
    old["metadata"]["resourceVersion"] = "1"
    new = {**old, "spec": {**old["spec"], "scope": "Cluster"}}
    assert validate_update(new, old) == []
    established = [{"type": "Established", "status": "True"}]
    old = {**old, "status": {**old["status"], "conditions": established}}
    assert [str(e) for e in validate_update({**new, "status": old["status"]}, old)] == [
        'spec.scope: Invalid value: "Cluster": field is immutable'
    ]


def test_a_new_storage_version_is_stored_beside_the_old():
    old = made(definition())
    new = made(definition())
    new["spec"]["versions"] = [
        {**new["spec"]["versions"][0], "storage": False},
        {**new["spec"]["versions"][0], "name": "v2"},
    ]
    prepare_for_update(new, old)
    assert new["status"]["storedVersions"] == ["v1", "v2"]
    assert old["status"]["storedVersions"] == ["v1"]
    assert new["metadata"]["generation"] == 2
