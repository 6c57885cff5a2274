import copy

import pytest
from hypothesis import HealthCheck, given, settings

from engine.apiserver.typed_form import DecodeError, typed_form
from tests.engine.apiserver.objects import objects


def made(api_version, kind, **fields):
    obj = {"apiVersion": api_version, "kind": kind, "metadata": {}, **fields}
    form = typed_form(obj)
    return {key: form[key] for key in form if key not in ("apiVersion", "kind", "metadata")}


def test_structs_are_printed_and_what_is_empty_is_not():
    container = {"name": "c", "image": "", "args": [], "ports": None, "stdin": False}
    form = made("v1", "Pod", spec={"containers": [container]})
    assert form == {"spec": {"containers": [{"name": "c", "resources": {}}]}, "status": {}}


def test_fields_without_omitempty_are_printed_with_their_zero_value():
    assert made("v1", "Endpoints", subsets=[{"ports": [{}]}]) == {
        "subsets": [{"ports": [{"port": 0}]}]
    }
    assert made("storage.k8s.io/v1", "CSINode", spec={"drivers": None}) == {
        "spec": {"drivers": None}
    }


def test_a_pointer_to_a_zero_value_is_printed():
    form = made("apps/v1", "ReplicaSet", spec={"replicas": 0, "minReadySeconds": 0})
    assert form["spec"]["replicas"] == 0
    assert "minReadySeconds" not in form["spec"]


def test_a_creation_timestamp_is_left_out_where_there_is_none():
    template = made("v1", "PodTemplate", template={})["template"]
    assert template == {"metadata": {}, "spec": {"containers": None}}


def test_unknown_fields_and_names_in_another_case_are_dropped():
    assert made("v1", "ConfigMap", Data={"a": "b"}, other=1) == {}


def test_null_in_a_list_or_a_map_is_the_zero_value():
    form = made("v1", "Pod", spec={"containers": [None], "nodeSelector": {"a": None}})
    assert form["spec"] == {
        "containers": [{"name": "", "resources": {}}],
        "nodeSelector": {"a": ""},
    }


def test_quantities_take_their_canonical_form():
    hard = {"cpu": 2, "memory": "1024Mi", "pods": 0.5, "x": "0.00001"}
    form = made("v1", "ResourceQuota", spec={"hard": hard})
    assert form["spec"]["hard"] == {"cpu": "2", "memory": "1Gi", "pods": "500m", "x": "10u"}


def test_times_are_written_in_utc_and_the_zero_time_as_null():
    spec = {"acquireTime": "2026-11-21T05:01:00.0000019+02:00"}
    with pytest.raises(DecodeError, match=r'cannot parse "9\+02:00" as "Z07:00"'):
        made("coordination.k8s.io/v1", "Lease", spec=spec)
    spec = {"acquireTime": "2026-11-21T05:01:00.000001+02:00"}
    form = made("coordination.k8s.io/v1", "Lease", spec=spec)
    assert form["spec"] == {"acquireTime": "2026-11-21T03:01:00.000001Z"}
    status = {"startTime": "0001-01-01T00:00:00Z"}
    assert made("v1", "Pod", status=status)["status"] == {"startTime": None}


def test_bytes_are_written_as_one_line_of_base64():
    assert made("v1", "Secret", data={"a": "YW\nJj", "b": None}) == {
        "data": {"a": "YWJj", "b": None}
    }


def test_numbers_of_schemas_lose_their_point():
    props = {"maximum": 2.0, "minimum": 1.5}
    versions = [{"name": "v1", "schema": {"openAPIV3Schema": props}}]
    form = made("apiextensions.k8s.io/v1", "CustomResourceDefinition", spec={"versions": versions})
    kept = form["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert [type(kept["maximum"]), kept["minimum"]] == [int, 1.5]


def test_schemas_may_stand_for_a_boolean_or_a_list():
    props = {
        "additionalProperties": False,
        "items": [{"type": "string"}],
        "dependencies": {"a": ["b"], "c": {"type": "x"}, "d": []},
    }
    versions = [{"name": "v1", "schema": {"openAPIV3Schema": props}}]
    form = made("apiextensions.k8s.io/v1", "CustomResourceDefinition", spec={"versions": versions})
    kept = form["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert kept == {**props, "dependencies": {"a": ["b"], "c": {"type": "x"}, "d": None}}


def in_container(**fields):
    return {"template": {"spec": {"containers": [fields]}}}


@pytest.mark.parametrize(
    ("spec", "what", "field", "go_type"),
    [
        ({"replicas": "3"}, "string", "DeploymentSpec.spec.replicas", "int32"),
        ({"replicas": 1.5}, "number 1.5", "DeploymentSpec.spec.replicas", "int32"),
        ({"replicas": 2**31}, "number 2147483648", "DeploymentSpec.spec.replicas", "int32"),
        ({"paused": 1}, "number", "DeploymentSpec.spec.paused", "bool"),
        ({"template": []}, "array", "DeploymentSpec.spec.template", "v1.PodTemplateSpec"),
        (
            in_container(env=[{"value": 1}]),
            "number",
            "EnvVar.spec.template.spec.containers.env.value",
            "string",
        ),
        (
            in_container(command=[1]),
            "number",
            "Container.spec.template.spec.containers.command",
            "string",
        ),
        (
            in_container(ports={}),
            "object",
            "Container.spec.template.spec.containers.ports",
            "[]v1.ContainerPort",
        ),
        (
            in_container(imagePullPolicy=[]),
            "array",
            "Container.spec.template.spec.containers.imagePullPolicy",
            "v1.PullPolicy",
        ),
        (
            in_container(resources={"limits": 1}),
            "number",
            "ResourceRequirements.spec.template.spec.containers.resources.limits",
            "v1.ResourceList",
        ),
        (
            {"template": {"metadata": {"labels": {"a": True}}}},
            "bool",
            "ObjectMeta.spec.template.metadata.labels",
            "string",
        ),
        (
            {"template": {"metadata": {"creationTimestamp": 1}}},
            "number",
            "ObjectMeta.spec.template.metadata.creationTimestamp",
            "string",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_the_words_of_the_decoder(spec, what, field, go_type):
    with pytest.raises(DecodeError) as refused:
        made("apps/v1", "Deployment", spec=spec)
    expected = f"json: cannot unmarshal {what} into Go struct field {field} of type {go_type}"
    assert str(refused.value) == expected


def test_types_with_a_decoder_of_their_own_refuse_in_their_own_words():
    with pytest.raises(DecodeError, match=r"^quantities must match the regular expression "):
        made("v1", "ResourceQuota", spec={"hard": {"cpu": "x"}})
    with pytest.raises(DecodeError, match=r"^quantities must match the regular expression "):
        made("v1", "ResourceQuota", spec={"hard": {"cpu": []}})
    with pytest.raises(DecodeError, match=r"^illegal base64 data at input byte 4$"):
        made("v1", "Secret", data={"a": "YQ==YQ=="})


def test_a_schema_that_is_too_deep_is_refused():
    props = {}
    for _ in range(5000):
        props = {"not": props}
    versions = [{"name": "v1", "schema": {"openAPIV3Schema": props}}]
    with pytest.raises(DecodeError, match="max depth"):
        made("apiextensions.k8s.io/v1", "CustomResourceDefinition", spec={"versions": versions})


def test_of_a_custom_resource_only_the_metadata_is_typed():
    obj = {
        "apiVersion": "x/v1",
        "kind": "W",
        "metadata": {"name": "a", "x": 1},
        "spec": {"a": None},
    }
    assert typed_form(obj) == {**obj, "metadata": {"name": "a"}}


def test_kinds_that_are_no_text_are_of_no_type():
    assert typed_form({"apiVersion": ["v1"], "kind": {}}) == {"apiVersion": ["v1"], "kind": {}}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(objects(odd=True))
def test_the_typed_form_is_typed_and_leaves_its_input_alone(obj):
    before = copy.deepcopy(obj)
    try:
        form = typed_form(obj)
    except DecodeError:
        form = None
    assert obj == before
    assert form is None or typed_form(form) == form
