from engine.model.reference import Reference


def deployment(**changes):
    place = {
        "group": "apps",
        "version": "v1",
        "kind": "Deployment",
        "resource": "deployments",
        "namespace": "shop",
        "name": "web",
    }
    return Reference(**{**place, **changes})


def test_the_api_version_of_the_core_group_has_no_group():
    assert deployment().api_version == "apps/v1"
    assert deployment(group="").api_version == "v1"


def test_an_object_of_the_cluster_has_no_namespace_in_its_name():
    assert str(deployment()) == "Deployment/shop/web"
    assert deployment(namespace="").full_name == "web"


def test_references_sort_by_namespace_and_name():
    assert deployment(namespace="a", name="z") < deployment(namespace="b", name="a")
    assert deployment(namespace="b", name="a") < deployment(namespace="b", name="b")
