import pytest

from engine.errors import KubeRewindError
from engine.schema.resources import UnknownResourceError, catalog, storage_key


def definition(group="example.com", plural="widgets", versions=("v1",), **names):
    return {
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": "Widget", "singular": "widget", **names},
            "versions": [{"name": version, "served": True} for version in versions],
        }
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("po", "v1 pods"),
        ("pods", "v1 pods"),
        ("Pod", "v1 pods"),
        ("PODS", "v1 pods"),
        ("pods.v1.", "v1 pods"),
        ("deploy", "apps/v1 deployments"),
        ("deployments.apps", "apps/v1 deployments"),
        ("deploy.apps", "apps/v1 deployments"),
        ("deployments.v1.apps", "apps/v1 deployments"),
        ("Deployment.v1.apps", "apps/v1 deployments"),
        ("storageclass.storage", "storage.k8s.io/v1 storageclasses"),
        ("netpol.networking", "networking.k8s.io/v1 networkpolicies"),
    ],
)
def test_a_resource_is_found_by_every_name_that_kubectl_takes(typed, found):
    resource = catalog().resolve(typed)
    assert f"{resource.api_version} {resource.name}" == found


def test_the_core_group_wins_where_two_groups_have_the_name():
    assert catalog().resolve("events").api_version == "v1"
    assert catalog().resolve("ev").api_version == "v1"
    assert catalog().resolve("events.events.k8s.io").api_version == "events.k8s.io/v1"


def test_the_preferred_version_wins_unless_another_is_named():
    assert catalog().resolve("hpa").version == "v2"
    assert catalog().resolve("hpa.v1.autoscaling").version == "v1"


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("foo", "foo"),
        ("foo.example.com", "foo"),
        ("", ""),
        ("PO", "PO"),
        ("deployments.v9.apps", "deployments"),
        ("pods.apps", "pods"),
    ],
)
def test_an_unknown_resource_is_told_as_kubectl_tells_it(typed, named):
    with pytest.raises(UnknownResourceError) as error:
        catalog().resolve(typed)
    assert str(error.value) == f'the server doesn\'t have a resource type "{named}"'
    assert isinstance(error.value, KubeRewindError)


def test_the_category_all_has_the_resources_of_kubectl_get_all_in_its_order():
    assert [resource.qualified_name for resource in catalog().in_category("all")] == [
        "pods",
        "replicationcontrollers",
        "services",
        "daemonsets.apps",
        "deployments.apps",
        "replicasets.apps",
        "statefulsets.apps",
        "horizontalpodautoscalers.autoscaling",
        "cronjobs.batch",
        "jobs.batch",
    ]


def test_kinds_and_names_lead_to_their_resource():
    assert catalog().by_kind("apps", "Deployment").name == "deployments"
    assert catalog().by_name("", "pods").kind == "Pod"
    assert catalog().by_name("autoscaling", "horizontalpodautoscalers", "v1").version == "v1"
    assert catalog().by_kind("apps", "Pod") is None
    assert catalog().by_name("apps", "deployments", "v1beta1") is None


def test_a_resource_knows_its_columns_and_subresources():
    pods = catalog().by_name("", "pods")
    assert [column.name for column in pods.columns if column.priority == 0] == [
        "Name",
        "Ready",
        "Status",
        "Restarts",
        "Age",
    ]
    assert "binding" in [subresource.name for subresource in pods.subresources]


def test_groups_that_share_a_store_have_one_storage_key():
    assert storage_key("events.k8s.io", "events") == storage_key("", "events") == ("", "events")
    assert storage_key("extensions", "deployments") == ("apps", "deployments")
    assert storage_key("apps", "deployments") == ("apps", "deployments")


def test_a_custom_resource_is_found_as_a_built_in_one_is():
    found = catalog().with_custom_resources([definition(shortNames=["wd"], categories=["all"])])
    assert found.resolve("wd") is found.by_kind("example.com", "Widget")
    assert found.resolve("widgets.example").qualified_name == "widgets.example.com"
    assert found.in_category("all")[-1].name == "widgets"
    assert catalog().by_kind("example.com", "Widget") is None


def test_the_newest_stable_version_of_a_custom_resource_is_preferred():
    versions = ("foo", "v1alpha1", "v2beta1", "v1", "v10", "v2", "bar")
    found = catalog().with_custom_resources([definition(versions=versions)])
    assert [resource.version for resource in found if resource.group == "example.com"] == [
        "v10",
        "v2",
        "v1",
        "v2beta1",
        "v1alpha1",
        "bar",
        "foo",
    ]


def test_a_version_that_is_not_served_is_no_resource():
    crd = definition(versions=("v1", "v2"))
    crd["spec"]["versions"][1]["served"] = False
    assert catalog().with_custom_resources([crd]).resolve("widgets").version == "v1"


def test_a_definition_of_v1beta1_shares_its_columns_among_its_versions():
    crd = definition()
    del crd["spec"]["versions"]
    crd["spec"] |= {
        "version": "v1",
        "additionalPrinterColumns": [{"name": "Size", "type": "integer", "JSONPath": ".spec.size"}],
    }
    columns = catalog().with_custom_resources([crd]).resolve("widgets").columns
    assert [(column.name, column.json_path) for column in columns] == [
        ("Name", ""),
        ("Size", ".spec.size"),
    ]


def test_a_custom_resource_without_columns_shows_its_age():
    columns = catalog().with_custom_resources([definition()]).resolve("widgets").columns
    assert [(column.name, column.json_path) for column in columns] == [
        ("Name", ""),
        ("Age", ".metadata.creationTimestamp"),
    ]


def test_a_definition_cannot_take_the_place_of_a_built_in_resource():
    found = catalog().with_custom_resources([definition(group="apps", plural="deployments")])
    assert found.resolve("deployments").kind == "Deployment"
    assert found.by_kind("apps", "Widget") is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"spec": None},
        {"spec": {"group": "example.com", "names": {}}},
        {"spec": {"group": 1, "names": {"plural": [], "kind": {}}, "versions": 3}},
        {"metadata": {"name": "widgets.example.com"}},
    ],
)
def test_a_definition_whose_body_is_not_known_adds_nothing(body):
    assert catalog().with_custom_resources([body]).resources == catalog().resources
