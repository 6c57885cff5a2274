"""What is refused of patches: unknown fields, results of another type, the way they are asked."""

from typing import Any

import pytest

from tests.engine.apiserver.server.cluster import Cluster, deployment

DEPLOYMENTS = "deployments.apps"


def deployed() -> Cluster:
    cluster = Cluster()
    cluster.do("create", DEPLOYMENTS, deployment())
    return cluster


def patch(cluster: Cluster, patch_type: str, body: Any, **more: Any) -> dict[str, Any]:
    what, name = more.pop("what", DEPLOYMENTS), more.pop("name", "web")
    return cluster.refused("patch", what, body, name, patch_type=patch_type, **more)


STRICT = {"validation": "Strict"}


def test_unknown_fields_in_what_a_merge_patch_makes_are_refused_where_that_was_asked_for() -> None:
    cluster, body = deployed(), {"spec": {"paused": True, "replica": 3}}
    refused = patch(cluster, "merge", body, **STRICT)
    assert (refused["code"], refused["reason"]) == (422, "Invalid")
    assert refused["message"].startswith(' "" is invalid: patch: Invalid value: "{\\"apiVersion')
    assert refused["message"].endswith(': strict decoding error: unknown field "spec.replica"')
    answer = cluster.do("patch", DEPLOYMENTS, body, "web", patch_type="merge")
    assert answer.object["spec"]["paused"] is True
    assert "replica" not in answer.object["spec"]


def test_a_json_patch_is_told_of_its_own_unknown_fields_too() -> None:
    body = [{"op": "add", "path": "/spec/replica", "value": 3, "values": [3]}]
    refused = patch(deployed(), "json", body, **STRICT)
    assert refused["message"].endswith(
        ': strict decoding error: json patch unknown field "[0].values", '
        'unknown field "spec.replica"'
    )


def test_of_a_strategic_patch_the_patch_itself_is_shown() -> None:
    body = {"spec": {"replica": 3, "a": "b"}}
    assert patch(deployed(), "strategic", body, **STRICT)["message"] == (
        ' "" is invalid: patch: Invalid value: "map[spec:map[a:b replica:3]]": strict decoding '
        'error: unknown field "spec.a", unknown field "spec.replica"'
    )


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"replicas": "3"}, "unrecognized type: int32"),
        ({"replicas": 1.5}, "cannot convert float64 to int32"),
        ({"strategy": {"type": 3}}, "cannot convert int64 to v1.DeploymentStrategyType"),
        ({"paused": "yes"}, "unrecognized type: bool"),
        ({"selector": "app"}, "cannot restore struct from: string"),
        ({"selector": {"matchLabels": "app"}}, "cannot restore map from string"),
        ({"template": {"spec": {"volumes": "v"}}}, "cannot restore slice from string"),
    ],
)
def test_what_a_strategic_patch_makes_and_does_not_fit_is_said_by_the_converter(
    spec: Any, why: str
) -> None:
    refused = patch(deployed(), "strategic", {"spec": spec})
    assert (refused["code"], refused["reason"]) == (422, "Invalid")
    assert refused["message"].startswith(' "" is invalid: patch: Invalid value: "map[spec:map[')
    assert refused["message"].endswith(f']]": {why}')


def test_a_scale_is_patched_as_strictly() -> None:
    what = f"{DEPLOYMENTS}/scale"
    refused = patch(deployed(), "merge", {"spec": {"size": 3}}, what=what, **STRICT)
    assert refused["message"].endswith('strict decoding error: unknown field "spec.size"')
    refused = patch(deployed(), "merge", {"spec": {"replicas": "3"}}, what=what)
    assert refused["code"] == 422
    assert refused["message"].endswith("Go struct field ScaleSpec.spec.replicas of type int32")


def configuration(**more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, **more}


@pytest.mark.parametrize(
    ("patch_type", "options", "why"),
    [
        ("apply", {"manager": ""}, "fieldManager: Required value: is required for apply patch"),
        ("merge", {"force": False}, "force: Forbidden: may not be specified for non-apply patch"),
        ("apply", {"manager": "x" * 129}, "fieldManager: Too long: may not be more than 128 bytes"),
        (
            "merge",
            {"manager": "a\nb"},
            'fieldManager: Invalid value: "a\\nb": invalid character U+000A (at position 1)',
        ),
        (
            "merge",
            {"validation": "Fully"},
            (
                'fieldValidation: Unsupported value: "Fully": supported values: "", "Ignore", '
                '"Strict", "Warn"'
            ),
        ),
    ],
)
def test_a_patch_that_is_asked_for_wrongly_is_refused_before_it_is_read(
    patch_type: str, options: Any, why: str
) -> None:
    refused = patch(Cluster(), patch_type, 7, what="configmaps", name="a", **options)
    assert (refused["code"], refused["reason"]) == (422, "Invalid")
    assert refused["message"] == f'PatchOptions.meta.k8s.io "" is invalid: {why}'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"metadata": {"name": "a"}}, "invalid object type: /, Kind="),
        ({"kind": "ConfigMap"}, "invalid object type: /, Kind=ConfigMap"),
        (configuration(kind=""), "invalid object type: /v1, Kind="),
        (configuration(kind="Secret"), "invalid object type: /v1, Kind=Secret"),
        (configuration(apiVersion="apps/v1"), "invalid object type: apps/v1, Kind=ConfigMap"),
        (None, "invalid object type: /, Kind="),
        (
            configuration(metadata={"name": "a", "managedFields": []}),
            "metadata.managedFields must be nil",
        ),
        (
            [],
            (
                "error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot "
                "unmarshal array into Go value of type map[string]interface {}"
            ),
        ),
    ],
)
def test_a_configuration_of_another_type_is_refused_whether_the_object_is_there_or_not(
    body: Any, why: str
) -> None:
    cluster = Cluster()
    for _ in range(2):
        refused = patch(cluster, "apply", body, what="configmaps", name="a")
        assert (refused["code"], refused["reason"], refused["message"]) == (400, "BadRequest", why)
        cluster.do("patch", "configmaps", configuration(), "a", patch_type="apply")
