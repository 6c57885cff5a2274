import pytest

from engine.apiserver.admission.node_restriction import NodeRestriction
from engine.apiserver.admission.service_account import MIRROR
from tests.engine.apiserver.admission.asking import named, pod, refusal

NODE = "system:node:n1"
OWNER = {"apiVersion": "v1", "kind": "Node", "name": "n1", "uid": "u", "controller": True}


def asked(resource, obj, *others, before=None, user=NODE, **more):
    found = refusal(NodeRestriction(), resource, obj, *others, before=before, user=user, **more)
    return found and found.partition(" is forbidden: ")[2]


def mirror(**spec):
    found = pod(nodeName="n1", **spec)
    found["metadata"].update(annotations={MIRROR: "x"}, ownerReferences=[dict(OWNER)])
    return found


def node(labels, taints=None):
    found = named("Node", "n1", spec={"taints": taints} if taints else {})
    found["metadata"]["labels"] = labels
    return found


def test_others_are_not_restricted():
    assert asked("nodes", node({"kubernetes.io/x": "y"}), user="alice") is None


def test_a_kubelet_creates_mirror_pods_of_its_own_only():
    assert asked("pods", mirror(), named("Node", "n1")) is None
    assert asked("pods", pod(nodeName="n1")) == (
        'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create '
        "mirror pods"
    )
    assert asked("pods", mirror(), user="system:node:n2") == (
        'node "n2" can only create pods with spec.nodeName set to itself'
    )
    assert asked("pods", mirror(serviceAccountName="x")) == (
        'node "n1" can not create pods that reference a service account'
    )


def test_a_kubelet_writes_the_status_of_pods_that_it_runs():
    mine = pod(nodeName="n1")
    assert asked("pods", mine, before=mine, subresource="status") is None
    assert asked("pods", pod(), before=pod(), subresource="status") == (
        'node "n1" can only update pod status for pods with spec.nodeName set to itself'
    )


@pytest.mark.parametrize(
    ("label", "allowed"),
    [
        ("disk", True),
        ("kubernetes.io/hostname", True),
        ("node.kubernetes.io/anything", True),
        ("kubernetes.io/anything", False),
        ("node-restriction.kubernetes.io/x", False),
    ],
)
def test_a_kubelet_sets_the_labels_of_kubelets(label, allowed):
    problem = asked("nodes", node({label: "x"}), before=node({}))
    assert problem == (None if allowed else f"is not allowed to modify labels: {label}")


def test_a_kubelet_does_not_touch_taints_or_other_nodes():
    tainted = node({}, [{"key": "a"}])
    problem = asked("nodes", tainted, before=node({}))
    assert problem == 'node "n1" is not allowed to modify taints'
    assert asked("nodes", node({}), user="system:node:n2") == (
        'node "n2" is not allowed to modify node "n1"'
    )


def test_a_kubelets_lease_is_in_one_namespace():
    lease = named("Lease", "n1")
    leases = "leases.coordination.k8s.io"
    assert asked(leases, lease, namespace="kube-node-lease") is None
    assert asked(leases, lease) == (
        'can only access leases in the "kube-node-lease" system namespace'
    )
