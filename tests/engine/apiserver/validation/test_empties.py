"""Empty lists that were sent are there while an object is validated."""

from engine.apiserver.typed_form import typed_form
from engine.apiserver.validation.empties import with_empties
from engine.apiserver.validation.internal_form import internal_form

POD = "io.k8s.api.core.v1.Pod"


def decoded(spec):
    sent = {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": spec}
    return sent, typed_form(sent)


def test_an_empty_list_is_told_from_none_at_any_depth():
    sent, obj = decoded({"volumes": [], "containers": [{"name": "c", "env": [], "odd": []}]})
    spec = with_empties(POD, obj, sent)["spec"]
    assert spec["volumes"] == []
    assert spec["containers"][0]["env"] == []
    assert "odd" not in spec["containers"][0]
    assert internal_form("io.k8s.api.core.v1.PodSpec", spec)["Volumes"] == []


def test_an_object_without_empty_lists_is_not_copied():
    sent, obj = decoded({"containers": [{"name": "c"}]})
    assert with_empties(POD, obj, sent) is obj
