from ingest.kinds import KindLookup
from ingest.requests import ObjectKey


def key(group, resource):
    return ObjectKey(group, resource, "", "a")


def test_kinds_of_kubernetes_are_known():
    kinds = KindLookup()
    assert kinds.of(key("", "pods"), "v1") == ("v1", "Pod")
    assert kinds.of(key("apps", "deployments"), "v1") == ("apps/v1", "Deployment")


def test_a_custom_kind_is_learned_from_an_answer():
    kinds = KindLookup()
    assert kinds.of(key("example.com", "widgets"), "v1") == ("example.com/v1", "")
    kinds.learn(key("example.com", "widgets"), "example.com/v1", "Widget")
    assert kinds.of(key("example.com", "widgets"), "v1") == ("example.com/v1", "Widget")
