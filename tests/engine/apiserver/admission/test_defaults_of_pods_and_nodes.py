from engine.apiserver.admission.default_toleration_seconds import DefaultTolerationSeconds
from engine.apiserver.admission.extended_resource_toleration import ExtendedResourceToleration
from engine.apiserver.admission.node_taint import TaintNodesByCondition
from engine.apiserver.admission.pod_node_selector import ANNOTATION, PodNodeSelector
from engine.apiserver.admission.pod_topology_labels import PodTopologyLabels
from tests.engine.apiserver.admission.asking import admitted, named, pod, refusal

SECONDS = DefaultTolerationSeconds(30, 40)


def tolerations(**spec):
    found = admitted(SECONDS, "pods", pod(**spec))["spec"]["tolerations"]
    return [(one.get("key"), one.get("tolerationSeconds")) for one in found]


def test_pods_tolerate_failing_nodes_for_the_seconds_that_are_set():
    assert tolerations() == [
        ("node.kubernetes.io/not-ready", 30),
        ("node.kubernetes.io/unreachable", 40),
    ]


def test_what_a_pod_says_itself_stands():
    own = {"key": "node.kubernetes.io/not-ready", "operator": "Exists"}
    other = {"key": "node.kubernetes.io/unreachable", "effect": "NoSchedule"}
    assert tolerations(tolerations=[own, other])[2:] == [("node.kubernetes.io/unreachable", 40)]
    everything = {"operator": "Exists"}
    assert tolerations(tolerations=[everything]) == [(None, None)]


def test_a_new_node_is_tainted_once():
    taint = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    node = admitted(TaintNodesByCondition(), "nodes", named("Node", "n1"))
    assert node["spec"]["taints"] == [taint]
    assert admitted(TaintNodesByCondition(), "nodes", node) is node


def test_who_asks_for_a_device_tolerates_its_taint():
    asks = {"name": "a", "resources": {"requests": {"example.com/gpu": "1", "cpu": "1"}}}
    found = admitted(ExtendedResourceToleration(), "pods", pod(asks))
    toleration = {"key": "example.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    assert found["spec"]["tolerations"] == [toleration]


def test_a_namespace_can_name_the_nodes_of_its_pods():
    namespace = named("Namespace", "shop")
    namespace["metadata"]["annotations"] = {ANNOTATION: "disk=ssd,zone=a"}
    found = admitted(PodNodeSelector(), "pods", pod(nodeSelector={"x": "y"}), namespace)
    assert found["spec"]["nodeSelector"] == {"disk": "ssd", "zone": "a", "x": "y"}
    other = pod(nodeSelector={"disk": "hdd"})
    assert refusal(PodNodeSelector(), "pods", other, namespace) == (
        'pods "web" is forbidden: pod node label selector conflicts with its namespace node label '
        "selector"
    )


def test_a_pod_that_names_its_node_shows_where_that_is():
    node = named("Node", "n1")
    node["metadata"]["labels"] = {"topology.kubernetes.io/zone": "a", "disk": "ssd"}
    mine = pod(nodeName="n1")
    mine["metadata"]["labels"] = {"app": "web", "topology.kubernetes.io/zone": "mine"}
    found = admitted(PodTopologyLabels(), "pods", mine, node)
    assert found["metadata"]["labels"] == {"app": "web", "topology.kubernetes.io/zone": "a"}
