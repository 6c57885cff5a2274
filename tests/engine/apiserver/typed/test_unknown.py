import pytest

from engine.apiserver.typed.errors import DecodeError
from engine.apiserver.typed.unknown import unknown_fields


def found(**fields):
    return unknown_fields({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {}, **fields})


def test_unknown_fields_are_named_by_their_path():
    containers = [{"name": "a"}, {"imagee": "b", "Image": "c"}]
    template = {"spec": {"containers": containers}, "metadata": {"labels": {"anything": "goes"}}}
    assert found(spec={"template": template, "x": None}, y=1) == [
        'unknown field "spec.template.spec.containers[1].imagee"',
        'unknown field "spec.template.spec.containers[1].Image"',
        'unknown field "spec.x"',
        'unknown field "y"',
    ]


def test_what_does_not_fit_is_not_looked_into():
    assert found(spec=[{"x": 1}]) == []


def test_a_body_that_is_too_deep_is_refused():
    schema = {}
    for _ in range(5000):
        schema = {"not": schema}
    versions = [{"schema": {"openAPIV3Schema": schema}}]
    obj = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    with pytest.raises(DecodeError, match="max depth"):
        unknown_fields({**obj, "spec": {"versions": versions}})


def test_a_hundred_are_enough():
    assert len(found(**{f"x{n}": 1 for n in range(200)})) == 100


def test_a_custom_resource_has_no_fields_that_are_known():
    assert unknown_fields({"apiVersion": "a/v1", "kind": "B", "c": 1}) == []
