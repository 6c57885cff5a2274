from ingest.requests import object_key, steps_of
from tests.ingest.request_rows import request, thing


def listing(*items):
    return {"kind": "ConfigMapList", "apiVersion": "v1", "metadata": {}, "items": list(items)}


def test_events_of_both_groups_live_in_one_store():
    new = object_key("events.k8s.io", "events", "shop", "a")
    assert new == object_key("", "events", "shop", "a")


def test_a_namespace_is_in_no_namespace_though_its_url_names_one():
    assert object_key("", "namespaces", "shop", "shop").namespace == ""


def test_a_collection_falls_into_its_objects_in_the_order_of_the_list():
    whole = request("deletecollection", None, listing(thing("b"), thing("a")), 0, 10)
    steps = steps_of(whole)
    assert [step.key.name for step in steps] == ["b", "a"]
    assert [step.ended - whole.received for step in steps] == [5_000, 10_000]
    assert [step.over - whole.received for step in steps] == [10_000, 10_000]


def test_items_without_a_name_are_passed_over():
    broken = listing({"metadata": None}, {"metadata": {"name": 7}}, thing("a"), 3)
    names = [step.key.name for step in steps_of(request("deletecollection", None, broken, 0, 10))]
    assert names == ["a"]


def test_an_unreadable_list_is_one_step():
    steps = steps_of(
        request("deletecollection", None, None, 0, 10, response="[", response_kind="PodList")
    )
    assert [step.item for step in steps] == [None]
