from engine.apiserver.pods import EVICTED_BY_API, bind, with_condition

NOW = 1_800_000_000
SCHEDULED = {"type": "PodScheduled", "status": "True"}


def pod(**status):
    return {"metadata": {"name": "a"}, "spec": {"containers": []}, "status": status}


def test_a_binding_sets_node_and_condition():
    bound = bind(pod(phase="Pending"), "n1", {}, {}, NOW)
    assert bound["spec"] == {"containers": [], "nodeName": "n1"}
    assert bound["status"]["conditions"] == [
        {**SCHEDULED, "lastProbeTime": None, "lastTransitionTime": "2027-01-15T08:00:00Z"}
    ]
    assert "labels" not in bound["metadata"]


def test_a_binding_copies_topology_labels_and_nothing_else_of_the_node():
    labels = {"topology.kubernetes.io/region": "eu", "kubernetes.io/hostname": "n1"}
    bound = bind(pod(), "n1", {}, labels, NOW)
    assert bound["metadata"]["labels"] == {"topology.kubernetes.io/region": "eu"}


def test_a_pod_takes_the_bindings_labels_and_annotations_but_the_node_says_where_it_is():
    labels = {"topology.kubernetes.io/zone": "mine", "a": "b"}
    given = {"labels": labels, "annotations": {"x": "y"}}
    bound = bind(pod(), "n1", given, {"topology.kubernetes.io/zone": "west"}, NOW)
    assert bound["metadata"]["labels"] == {"topology.kubernetes.io/zone": "west", "a": "b"}
    assert bound["metadata"]["annotations"] == {"x": "y"}


def test_a_binding_ends_the_nomination():
    assert "nominatedNodeName" not in bind(pod(nominatedNodeName="n2"), "n1", {}, {}, NOW)["status"]


def test_a_pod_is_not_changed_in_place():
    before = pod(conditions=[])
    bind(before, "n1", {"labels": {"a": "b"}}, {}, NOW)
    assert before == pod(conditions=[])


def test_a_condition_takes_the_place_of_its_type():
    ready = {"type": "Ready", "status": "False"}
    changed = with_condition([ready, {**SCHEDULED, "status": "False"}], SCHEDULED, NOW)
    assert [c["type"] for c in changed] == ["Ready", "PodScheduled"]
    assert changed[1]["status"] == "True"


def test_the_time_of_a_transition_stays_while_the_status_does():
    old = {**SCHEDULED, "lastTransitionTime": "2020-01-01T00:00:00Z", "reason": "x"}
    (condition,) = with_condition([old], SCHEDULED, NOW)
    assert condition["lastTransitionTime"] == "2020-01-01T00:00:00Z"
    assert "reason" not in condition


def test_an_eviction_is_a_new_condition():
    (condition,) = with_condition([], EVICTED_BY_API, NOW)
    assert condition["reason"] == "EvictionByEvictionAPI"
