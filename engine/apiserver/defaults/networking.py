"""Defaults of the groups networking.k8s.io and discovery.k8s.io.

Source: pkg/apis/networking/v1/defaults.go and pkg/apis/discovery/v1/defaults.go (v1.36).
"""

from engine.apiserver.defaults.contract import Defaults, Object


def network_policy(obj: Object) -> None:
    """SetDefaults_NetworkPolicy: every policy is about ingress unless it says otherwise."""
    spec = obj["spec"]
    if "policyTypes" not in spec:
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def network_policy_port(port: Object) -> None:
    """SetDefaults_NetworkPolicyPort."""
    port.setdefault("protocol", "TCP")


def ingress_class(obj: Object) -> None:
    """SetDefaults_IngressClass."""
    parameters = obj["spec"].get("parameters")
    if parameters is not None and parameters["scope"] is None:
        parameters["scope"] = "Cluster"


def endpoint_port(port: Object) -> None:
    """SetDefaults_EndpointPort."""
    port.setdefault("name", "")
    port.setdefault("protocol", "TCP")


NETWORKING: Defaults = {
    "NetworkPolicy": network_policy,
    "NetworkPolicyPort": network_policy_port,
    "IngressClass": ingress_class,
}

DISCOVERY: Defaults = {"EndpointPort": endpoint_port}
