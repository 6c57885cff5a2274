import pytest

from engine.model.field_selector import FieldSelector
from engine.model.requirement import SelectorError
from engine.schema.resources import catalog
from engine.schema.selectable import checked, selectable_fields

WIDGETS = {
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "kind": "Widget"},
        "versions": [
            {"name": "v1", "served": True, "selectableFields": [{"jsonPath": ".spec.color"}]}
        ],
    }
}


def selects(name, text, obj):
    resource = catalog().with_custom_resources([WIDGETS]).resolve(name)
    return checked(FieldSelector.parse(text), resource).matches(selectable_fields(resource, obj))


@pytest.mark.parametrize(
    ("name", "text", "obj"),
    [
        ("pods", "status.phase=Running", {"status": {"phase": "Running"}}),
        ("pods", "spec.host=node-1", {"spec": {"nodeName": "node-1"}}),
        ("pods", "spec.hostNetwork=false", {"spec": {}}),
        ("pods", "spec.hostNetwork=true", {"spec": {"hostNetwork": True}}),
        ("pods", "spec.nodeName=", {"spec": {}}),
        ("nodes", "spec.unschedulable=false", {"spec": {}}),
        ("jobs", "status.successful=2", {"status": {"succeeded": 2}}),
        ("jobs", "status.successful=0", {"status": {}}),
        ("events", "source=kubelet", {"source": {"component": "kubelet"}}),
        ("events", "source=scheduler", {"reportingComponent": "scheduler"}),
        ("events", "involvedObject.name=a", {"involvedObject": {"name": "a"}}),
        ("events.events.k8s.io", "regarding.name=a", {"regarding": {"name": "a"}}),
        ("deployments", "metadata.namespace=shop", {"metadata": {"namespace": "shop"}}),
        ("widgets", "spec.color=red", {"spec": {"color": "red"}}),
    ],
)
def test_an_object_is_selected_by_the_fields_that_its_resource_offers(name, text, obj):
    assert selects(name, text, obj)
    assert not selects(name, text.replace("=", "!="), obj)


@pytest.mark.parametrize(
    ("name", "field", "message"),
    [
        ("pods", "spec.priority", "field label not supported: spec.priority"),
        ("nodes", "metadata.namespace", "field label not supported: metadata.namespace"),
        ("widgets", "spec.size", "field label not supported: spec.size"),
        ("jobs", "status.active", 'field label "status.active" not supported for Job'),
        (
            "deployments",
            "status.replicas",
            (
                '"status.replicas" is not a known field selector: '
                'only "metadata.name", "metadata.namespace"'
            ),
        ),
    ],
)
def test_a_field_that_cannot_be_used_is_refused_with_kubernetes_words(name, field, message):
    with pytest.raises(SelectorError) as error:
        selects(name, f"{field}=x", {})
    assert str(error.value) == message
