"""`-o json`, `yaml`, `jsonl`, `name`."""

import json
from datetime import UTC, datetime

from reports.kubectl.get import render
from reports.kubectl.listing import GetOptions, Listing

WEB = {
    "metadata": {"name": "web", "namespace": "shop", "managedFields": [{"manager": "kubectl"}]},
    "spec": {"replicas": 2},
}


def printed(output, *objects, **options):
    listing = Listing("deployments", "deployment", "Deployment", "apps", "v1", True, objects)
    return render([listing], GetOptions(output=output, **options), datetime(2026, 1, 1, tzinfo=UTC))


def test_json_is_a_list_of_objects_that_say_what_they_are():
    assert printed("json", WEB) == (
        """{
    "apiVersion": "v1",
    "items": [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {
                "name": "web",
                "namespace": "shop"
            },
            "spec": {
                "replicas": 2
            }
        }
    ],
    "kind": "List",
    "metadata": {
        "resourceVersion": ""
    }
}
"""
    )


def test_an_object_that_was_asked_for_by_name_stands_alone():
    assert json.loads(printed("json", WEB, single=True))["kind"] == "Deployment"


def test_managed_fields_show_when_asked_for():
    assert "managedFields" not in printed("yaml", WEB)
    assert "managedFields" in printed("yaml", WEB, show_managed_fields=True)


def test_jsonl_has_an_object_a_line():
    lines = printed("jsonl", WEB, {"metadata": {"name": "db"}}).splitlines()
    assert [json.loads(line)["metadata"]["name"] for line in lines] == ["db", "web"]


def test_names_carry_kind_and_group():
    assert printed("name", WEB) == "deployment.apps/web\n"


def test_yaml_is_a_list_too():
    assert printed("yaml", WEB) == (
        """apiVersion: v1
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
    namespace: shop
  spec:
    replicas: 2
kind: List
metadata:
  resourceVersion: ""
"""
    )


def test_nothing_is_an_empty_list():
    assert json.loads(printed("json"))["items"] == []
    assert printed("jsonl") == printed("name") == ""
