"""What strategies of pods and their settings set and keep."""

import copy

from engine.apiserver.strategy.prepare import prepare_for_create, prepare_for_update


def created(spec, **metadata):
    obj = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", **metadata}, "spec": spec}
    prepare_for_create(obj)
    return obj


def resources(requests, limits):
    return {"containers": [{"name": "c", "resources": {"requests": requests, "limits": limits}}]}


def test_a_new_pod_is_pending_whatever_it_says():
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "status": {"phase": "Running"}}
    prepare_for_create(pod)
    assert pod["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    assert pod["metadata"]["generation"] == 1


def test_the_quality_of_service_follows_requests_and_limits():
    both = {"cpu": "1", "memory": "1Gi"}
    assert created(resources(both, both))["status"]["qosClass"] == "Guaranteed"
    assert created(resources({"cpu": "500m"}, both))["status"]["qosClass"] == "Burstable"
    assert created(resources({"cpu": "1"}, {"cpu": "1"}))["status"]["qosClass"] == "Burstable"
    assert created(resources({"disk": "1"}, {}))["status"]["qosClass"] == "BestEffort"


def test_the_resources_of_the_pod_decide_its_quality_of_service():
    both = {"cpu": "1", "memory": "1Gi"}
    spec = {**resources({}, {}), "resources": {"requests": both, "limits": both}}
    assert created(spec)["status"]["qosClass"] == "Guaranteed"


def test_a_gated_pod_says_so():
    (condition,) = created({"schedulingGates": [{"name": "a/b"}]})["status"]["conditions"]
    assert (condition["type"], condition["reason"]) == ("PodScheduled", "SchedulingGated")


def test_the_pods_own_labels_are_merged_into_selectors():
    term = {
        "topologyKey": "z", "labelSelector": {"matchLabels": {"a": "b"}},
        "matchLabelKeys": ["app", "absent"], "mismatchLabelKeys": ["tenant"],
    }  # fmt: skip
    affinity = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    pod = created({"affinity": affinity}, labels={"app": "web", "tenant": "t"})
    rules = pod["spec"]["affinity"]["podAntiAffinity"]
    (merged,) = rules["requiredDuringSchedulingIgnoredDuringExecution"]
    assert merged["labelSelector"]["matchExpressions"] == [
        {"key": "app", "operator": "In", "values": ["web"]},
        {"key": "tenant", "operator": "NotIn", "values": ["t"]},
    ]


def test_an_annotation_of_apparmor_becomes_a_field():
    key = "container.apparmor.security.beta.kubernetes.io/c"
    pod = created({"containers": [{"name": "c"}]}, annotations={key: "localhost/x"})
    profile = {"type": "Localhost", "localhostProfile": "x"}
    assert pod["spec"]["containers"][0]["securityContext"] == {"appArmorProfile": profile}


def test_an_update_keeps_what_only_the_server_sets():
    kept = {"creationTimestamp": "t", "uid": "1", "generation": 4}
    old = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": kept}
    new = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generation": 9}}
    prepare_for_update(new, old)
    assert new["metadata"] == kept


def test_an_update_that_shares_parts_with_the_old_object_leaves_it_as_it_is():
    old = created({"containers": [{"name": "c"}], "hostname": "a"})
    before = copy.deepcopy(old)
    for subresource in ("", "status", "resize", "ephemeralcontainers"):
        new = {**old, "spec": {**old["spec"], "hostname": "b"}}
        prepare_for_update(new, old, subresource)
        assert old == before


def test_fields_behind_gates_that_are_off_are_dropped():
    sources = [{"clusterTrustBundle": {"path": "a"}}, {"secret": {"name": "a"}}]
    volume = {"name": "v", "projected": {"sources": sources}}
    spec = {"volumes": [volume], "schedulingGroup": {"name": "g"}}
    pod = created(spec)
    assert "schedulingGroup" not in pod["spec"]
    assert pod["spec"]["volumes"][0]["projected"]["sources"] == [{}, {"secret": {"name": "a"}}]


def test_a_limit_range_without_a_name_gets_one():
    obj = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"uid": "1"}}
    prepare_for_create(obj)
    assert len(obj["metadata"]["name"]) == 36
