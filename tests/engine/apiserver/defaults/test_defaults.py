"""The defaults beyond those that the conformance vectors show."""

import pytest
from hypothesis import HealthCheck, given, settings

from engine.apiserver.defaults import registry
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.typed_form import typed_form
from engine.schema.go_types import go_types
from tests.engine.apiserver.objects import objects


def defaulted(api_version, kind, metadata=None, **fields):
    obj = {"apiVersion": api_version, "kind": kind, "metadata": metadata or {}, **fields}
    form = typed_form(obj)
    apply_defaults(form)
    return form


def test_every_function_is_registered_for_a_type_that_exists():
    assert [name for name in registry.BY_TYPE if name not in go_types()] == []


def test_a_custom_resource_has_no_defaults_of_its_own():
    obj = {"apiVersion": "example.com/v1", "kind": "Pod", "spec": {}}
    apply_defaults(obj)
    assert obj == {"apiVersion": "example.com/v1", "kind": "Pod", "spec": {}}


def test_the_input_shares_nothing_that_defaults_change():
    obj = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "labels": {"b": "c"}}}
    form = typed_form(obj)
    apply_defaults(form)
    assert obj["metadata"]["labels"] == {"b": "c"}
    assert form["metadata"]["labels"] == {"b": "c", "kubernetes.io/metadata.name": "a"}


def test_a_namespace_that_is_to_be_named_has_no_label_yet():
    assert defaulted("v1", "Namespace", {"generateName": "a-"})["metadata"] == {
        "generateName": "a-"
    }


def test_labels_of_the_template_become_those_of_a_job_without_any():
    template = {"metadata": {"labels": {"a": "b"}}}
    assert defaulted("batch/v1", "Job", spec={"template": template})["metadata"] == {
        "labels": {"a": "b"}
    }
    job = defaulted("batch/v1", "Job", {"labels": {"c": "d"}}, spec={"template": template})
    assert job["metadata"] == {"labels": {"c": "d"}}


def test_a_job_with_completions_alone_runs_one_pod_at_a_time():
    spec = defaulted("batch/v1", "Job", spec={"completions": 5})["spec"]
    assert (spec["parallelism"], spec["completions"]) == (1, 5)
    assert "completions" not in defaulted("batch/v1", "Job", spec={"parallelism": 2})["spec"]


def test_an_empty_list_of_policies_is_not_replaced():
    behavior = {"scaleUp": {"policies": []}, "scaleDown": None}
    spec = defaulted("autoscaling/v2", "HorizontalPodAutoscaler", spec={"behavior": behavior})
    rules = spec["spec"]["behavior"]
    assert rules["scaleUp"] == {"stabilizationWindowSeconds": 0, "selectPolicy": "Max"}
    assert rules["scaleDown"]["policies"] == [
        {"type": "Percent", "value": 100, "periodSeconds": 15}
    ]


def test_an_empty_allocatable_is_not_the_capacity():
    assert (
        "allocatable"
        not in defaulted("v1", "Node", status={"capacity": {"cpu": "1"}, "allocatable": {}})[
            "status"
        ]
    )


def test_only_a_pod_gets_host_ports_and_service_links():
    spec = {"hostNetwork": True, "containers": [{"ports": [{"containerPort": 80}]}]}
    pod = defaulted("v1", "Pod", spec=spec)["spec"]
    assert pod["containers"][0]["ports"][0]["hostPort"] == 80
    template = defaulted("apps/v1", "Deployment", spec={"template": {"spec": spec}})["spec"]
    in_template = template["template"]["spec"]
    assert "hostPort" not in in_template["containers"][0]["ports"][0]
    assert "enableServiceLinks" not in in_template


def test_only_a_pods_requests_follow_its_limits():
    spec = {"containers": [{"resources": {"limits": {"cpu": "1.0005"}}}]}
    pod = defaulted("v1", "Pod", spec=spec)["spec"]
    assert pod["containers"][0]["resources"] == {
        "limits": {"cpu": "1001m"},
        "requests": {"cpu": "1001m"},
    }
    template = defaulted("v1", "PodTemplate", template={"spec": spec})["template"]["spec"]
    assert "requests" not in template["containers"][0]["resources"]


def test_ephemeral_containers_are_completed_like_others():
    pod = defaulted("v1", "Pod", spec={"ephemeralContainers": [{"image": "a:1"}]})["spec"]
    assert pod["ephemeralContainers"][0]["imagePullPolicy"] == "IfNotPresent"


@pytest.mark.parametrize(
    ("resources", "containers", "kept"),
    [
        (
            {"limits": {"memory": "1Gi", "hugepages-2Mi": "4Mi"}},
            [{"requests": {"cpu": "500m"}}, {"requests": {"cpu": "250m", "memory": "1Mi"}}],
            {
                "limits": {"memory": "1Gi", "hugepages-2Mi": "4Mi"},
                "requests": {"cpu": "750m", "memory": "1Mi", "hugepages-2Mi": "4Mi"},
            },
        ),
        (
            {"requests": {"cpu": "1"}},
            [{"limits": {"hugepages-2Mi": "4Mi", "cpu": "1"}}],
            {
                "requests": {"cpu": "1", "hugepages-2Mi": "4Mi"},
                "limits": {"hugepages-2Mi": "4Mi"},
            },
        ),
        ({"requests": {"cpu": "1"}}, [{"limits": {"cpu": "1"}}], {"requests": {"cpu": "1"}}),
        ({}, [{"requests": {"cpu": "500m"}}], {}),
    ],
)
def test_resources_of_a_whole_pod_follow_its_containers(resources, containers, kept):
    spec = {"resources": resources, "containers": [{"resources": each} for each in containers]}
    assert defaulted("v1", "Pod", spec=spec)["spec"]["resources"] == kept


def test_what_init_containers_need_counts_if_it_is_more():
    containers = [{"resources": {"requests": {"cpu": "1"}}}]
    init = [
        {"restartPolicy": "Always", "resources": {"requests": {"cpu": "200m"}}},
        {"resources": {"requests": {"cpu": "2"}}},
    ]
    resources = {"limits": {"cpu": "4"}}
    spec = {"resources": resources, "containers": containers, "initContainers": init}
    kept = defaulted("v1", "Pod", spec=spec)["spec"]["resources"]
    assert kept["requests"] == {"cpu": "2200m"}


def test_an_image_volume_is_pulled_like_a_container():
    volumes = [{"name": "a", "image": {"reference": "x:1"}}, {"name": "b", "image": {}}]
    pod = defaulted("v1", "Pod", spec={"volumes": volumes})["spec"]
    assert [v["image"]["pullPolicy"] for v in pod["volumes"]] == ["IfNotPresent", "IfNotPresent"]


def test_an_external_address_makes_a_service_accessible_from_outside():
    spec = defaulted("v1", "Service", spec={"externalIPs": ["1.2.3.4"]})["spec"]
    assert spec["externalTrafficPolicy"] == "Cluster"


def test_a_load_balancers_addresses_have_a_mode():
    status = {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}, {"hostname": "a"}]}}
    service = defaulted("v1", "Service", spec={"type": "LoadBalancer"}, status=status)
    assert service["status"]["loadBalancer"]["ingress"] == [
        {"ip": "1.2.3.4", "ipMode": "VIP"},
        {"hostname": "a"},
    ]


def test_a_session_without_affinity_needs_no_configuration():
    config = {"clientIP": {"timeoutSeconds": 5}}
    spec = defaulted("v1", "Service", spec={"sessionAffinityConfig": config})["spec"]
    assert "sessionAffinityConfig" not in spec
    given_ = {"sessionAffinity": "ClientIP", "sessionAffinityConfig": config}
    assert defaulted("v1", "Service", spec=given_)["spec"]["sessionAffinityConfig"] == config


def test_a_stateful_sets_strategy_is_completed_only_as_far_as_it_goes():
    def strategy(**given_):
        spec = defaulted("apps/v1", "StatefulSet", spec={"updateStrategy": given_})["spec"]
        return spec["updateStrategy"]

    assert strategy() == {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    assert strategy(type="RollingUpdate") == {"type": "RollingUpdate"}
    assert strategy(type="OnDelete") == {"type": "OnDelete"}


def test_a_custom_resource_definition_completes_its_names_and_versions():
    spec = {
        "names": {"kind": "Widget", "plural": "widgets"},
        "versions": [{"name": "v1"}, {"name": "v2", "storage": True}, {"name": "v3"}],
    }
    obj = defaulted("apiextensions.k8s.io/v1", "CustomResourceDefinition", spec=spec)
    assert obj["spec"]["names"] == {
        "kind": "Widget",
        "plural": "widgets",
        "singular": "widget",
        "listKind": "WidgetList",
    }
    assert obj["spec"]["conversion"] == {"strategy": "None"}
    assert obj["status"]["storedVersions"] == ["v2"]


@pytest.mark.parametrize(
    ("api_version", "kind", "fields", "path", "value"),
    [
        (
            "apiregistration.k8s.io/v1",
            "APIService",
            {"spec": {"service": {}}},
            ("spec", "service", "port"),
            443,
        ),
        (
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicy",
            {"spec": {"matchConstraints": {"resourceRules": [{}]}}},
            ("spec", "matchConstraints", "resourceRules", 0, "scope"),
            "*",
        ),
        (
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicyBinding",
            {"spec": {"matchResources": {}}},
            ("spec", "matchResources", "matchPolicy"),
            "Equivalent",
        ),
        (
            "flowcontrol.apiserver.k8s.io/v1",
            "PriorityLevelConfiguration",
            {"spec": {"limited": {"limitResponse": {"queuing": {}}}}},
            ("spec", "limited", "limitResponse", "queuing"),
            {"queues": 64, "handSize": 8, "queueLengthLimit": 50},
        ),
        (
            "flowcontrol.apiserver.k8s.io/v1",
            "PriorityLevelConfiguration",
            {"spec": {"exempt": {}}},
            ("spec", "exempt"),
            {"nominalConcurrencyShares": 0, "lendablePercent": 0},
        ),
        (
            "authentication.k8s.io/v1",
            "TokenRequest",
            {"spec": {}},
            ("spec", "expirationSeconds"),
            3600,
        ),
        (
            "node.k8s.io/v1",
            "RuntimeClass",
            {"overhead": {"podFixed": {"cpu": "1.5m"}}},
            ("overhead", "podFixed", "cpu"),
            "2m",
        ),
        (
            "resource.k8s.io/v1",
            "ResourceClaim",
            {"spec": {"devices": {"requests": [{"exactly": {}}]}}},
            ("spec", "devices", "requests", 0, "exactly", "count"),
            1,
        ),
        (
            "storage.k8s.io/v1",
            "VolumeAttachment",
            {"spec": {"source": {"inlineVolumeSpec": {"rbd": {}}}}},
            ("spec", "source", "inlineVolumeSpec", "rbd", "pool"),
            "rbd",
        ),
    ],
)
def test_defaults_of_other_groups(api_version, kind, fields, path, value):
    found = defaulted(api_version, kind, **fields)
    for step in path:
        found = found[step]
    assert found == value


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(objects(odd=False))
def test_defaults_are_set_once(obj):
    form = typed_form(obj)
    apply_defaults(form)
    again = typed_form(form)
    assert again == form
    apply_defaults(again)
    assert again == form
