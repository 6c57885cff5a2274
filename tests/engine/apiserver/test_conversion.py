import pytest
from hypothesis import HealthCheck, given, settings

from engine.apiserver.conversion import convert
from engine.apiserver.defaults.apply import apply_defaults
from engine.apiserver.typed_form import DecodeError, typed_form
from tests.engine.apiserver.objects import objects


def converted(api_version, kind, **fields):
    obj = typed_form({"apiVersion": api_version, "kind": kind, "metadata": {}, **fields})
    convert(obj)
    return obj


def test_a_service_account_has_both_of_its_names():
    assert converted("v1", "Pod", spec={"serviceAccount": "old"})["spec"] == {
        "containers": None,
        "serviceAccountName": "old",
        "serviceAccount": "old",
        "securityContext": {},
    }
    template = {"spec": {"serviceAccount": "old", "serviceAccountName": "new"}}
    spec = converted("apps/v1", "Deployment", spec={"template": template})["spec"]
    assert spec["template"]["spec"]["serviceAccount"] == "new"


def test_texts_of_a_secret_go_into_its_data():
    secret = converted("v1", "Secret", data={"a": "YQ==", "b": "Yg=="}, stringData={"b": "é"})
    assert secret["data"] == {"a": "YQ==", "b": "w6k="}
    assert "stringData" not in secret


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ({"podIP": "1.1.1.1"}, {"podIP": "1.1.1.1", "podIPs": [{"ip": "1.1.1.1"}]}),
        ({"podIPs": [{"ip": "1.1.1.1"}]}, {"podIP": "1.1.1.1", "podIPs": [{"ip": "1.1.1.1"}]}),
        (
            {"podIP": "1.1.1.1", "podIPs": [{"ip": "2.2.2.2"}, {"ip": "3.3.3.3"}]},
            {"podIP": "1.1.1.1", "podIPs": [{"ip": "1.1.1.1"}]},
        ),
    ],
)
def test_the_address_of_a_pod_is_the_first_of_its_addresses(given_, kept):
    assert converted("v1", "Pod", status=given_)["status"] == kept


def test_the_range_of_a_node_is_the_first_of_its_ranges():
    assert converted("v1", "Node", spec={"podCIDR": "10.0.0.0/24"})["spec"] == {
        "podCIDR": "10.0.0.0/24",
        "podCIDRs": ["10.0.0.0/24"],
    }


def test_a_daemon_set_is_shown_with_the_generation_of_its_template():
    key = "deprecated.daemonset.template.generation"
    assert converted("apps/v1", "DaemonSet")["metadata"]["annotations"] == {key: "0"}
    given_ = {"annotations": {key: "+07", "a": "b"}}
    kept = converted("apps/v1", "DaemonSet", metadata=given_)["metadata"]["annotations"]
    assert kept == {key: "7", "a": "b"}


@pytest.mark.parametrize(
    ("text", "why"), [("x", "invalid syntax"), ("1" * 19 + "11", "value out of range")]
)
def test_a_generation_that_is_no_number_is_refused(text, why):
    annotations = {"deprecated.daemonset.template.generation": text}
    with pytest.raises(DecodeError, match=rf'^strconv.ParseInt: parsing "{text}": {why}$'):
        converted("apps/v1", "DaemonSet", metadata={"annotations": annotations})


def test_annotations_of_old_versions_are_dropped():
    annotations = {"pod.beta.kubernetes.io/init-containers": "[]", "a": "b"}
    pod = converted("v1", "Pod", metadata={"annotations": annotations})
    assert pod["metadata"] == {"annotations": {"a": "b"}}
    annotations = {"autoscaling.alpha.kubernetes.io/metrics": "[]"}
    scaler = converted(
        "autoscaling/v2", "HorizontalPodAutoscaler", metadata={"annotations": annotations}
    )
    assert scaler["metadata"] == {}


def test_claims_of_a_stateful_set_are_kept_with_their_kind():
    spec = converted("apps/v1", "StatefulSet", spec={"volumeClaimTemplates": [{}]})["spec"]
    claim = spec["volumeClaimTemplates"][0]
    assert (claim["apiVersion"], claim["kind"]) == ("v1", "PersistentVolumeClaim")


def test_the_label_of_old_disruption_budgets_stays_only_alone():
    label = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match"
    alone = {"matchExpressions": [{"key": label, "operator": "Exists"}]}
    budget = converted("policy/v1", "PodDisruptionBudget", spec={"selector": alone})
    assert budget["spec"]["selector"] == alone
    mixed = {"matchLabels": {"a": "b", label: ""}, **alone}
    budget = converted("policy/v1", "PodDisruptionBudget", spec={"selector": mixed})
    assert budget["spec"]["selector"] == {"matchLabels": {"a": "b"}}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(objects(odd=False))
def test_what_came_through_once_stays_as_it_is(obj):
    form = typed_form(obj)
    apply_defaults(form)
    convert(form)
    again = typed_form(form)
    apply_defaults(again)
    convert(again)
    assert again == form
