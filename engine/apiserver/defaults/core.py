"""Defaults of the core group, but for pods.

Source: pkg/apis/core/v1/defaults.go (v1.36).
"""

from engine.apiserver.defaults.contract import Defaults, Object
from engine.apiserver.defaults.quantities import completed

CLIENT_IP_SECONDS = 10800
NAME_LABEL = "kubernetes.io/metadata.name"


def service(obj: Object) -> None:
    """SetDefaults_Service."""
    spec = obj["spec"]
    _session_affinity(spec)
    kind = spec.setdefault("type", "ClusterIP")
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if port["targetPort"] in (0, ""):
            port["targetPort"] = port["port"]
    if _is_externally_accessible(spec):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind in ("NodePort", "LoadBalancer", "ClusterIP"):
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
        _ingress_modes(obj)


def _ingress_modes(obj: Object) -> None:
    balancer = obj["status"]["loadBalancer"]
    if balancer.get("ingress"):
        ingress = [
            {**one, "ipMode": "VIP"} if one.get("ip") and "ipMode" not in one else one
            for one in balancer["ingress"]
        ]
        obj["status"]["loadBalancer"] = {**balancer, "ingress": ingress}


def _session_affinity(spec: Object) -> None:
    affinity = spec.setdefault("sessionAffinity", "None")
    if affinity == "None":
        spec.pop("sessionAffinityConfig", None)
    elif affinity == "ClientIP":
        client_ip = spec.get("sessionAffinityConfig", {}).get("clientIP", {})
        if "timeoutSeconds" not in client_ip:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": CLIENT_IP_SECONDS}}


def _is_externally_accessible(spec: Object) -> bool:
    """ExternallyAccessible in pkg/api/v1/service/util.go (v1.36)."""
    kind = spec["type"]
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and "externalIPs" in spec)


def replication_controller(obj: Object) -> None:
    """SetDefaults_ReplicationController; `replicas` is 1 by a marker on its field."""
    spec = obj["spec"]
    labels = spec.get("template", {}).get("metadata", {}).get("labels")
    if labels:
        spec.setdefault("selector", dict(labels))
        obj["metadata"].setdefault("labels", dict(labels))


def secret(obj: Object) -> None:
    """SetDefaults_Secret."""
    obj.setdefault("type", "Opaque")


def persistent_volume(obj: Object) -> None:
    """SetDefaults_PersistentVolume."""
    obj["status"].setdefault("phase", "Pending")
    obj["spec"].setdefault("persistentVolumeReclaimPolicy", "Retain")
    obj["spec"].setdefault("volumeMode", "Filesystem")


def persistent_volume_claim(obj: Object) -> None:
    """SetDefaults_PersistentVolumeClaim."""
    obj["status"].setdefault("phase", "Pending")


def persistent_volume_claim_spec(spec: Object) -> None:
    """SetDefaults_PersistentVolumeClaimSpec."""
    spec.setdefault("volumeMode", "Filesystem")


def endpoint_port(port: Object) -> None:
    """SetDefaults_Endpoints, which sets nothing but the protocol of ports."""
    port.setdefault("protocol", "TCP")


def namespace(obj: Object) -> None:
    """SetDefaults_Namespace: a namespace that is to get a generated name has no label yet."""
    metadata = obj["metadata"]
    if name := metadata.get("name"):
        labels = metadata.get("labels") or {}
        if labels.get(NAME_LABEL) != name:
            metadata["labels"] = {**labels, NAME_LABEL: name}


def namespace_status(status: Object) -> None:
    """SetDefaults_NamespaceStatus."""
    status.setdefault("phase", "Active")


def node_status(status: Object) -> None:
    """SetDefaults_NodeStatus."""
    if "capacity" in status:
        status.setdefault("allocatable", dict(status["capacity"]))
    if not status.get("allocatable"):
        status.pop("allocatable", None)


def limit_range_item(item: Object) -> None:
    """SetDefaults_LimitRangeItem: the largest, the default and the request fill in each other."""
    if item["type"] != "Container":
        return
    default = completed(item.get("default"), item.get("max", {}).items())
    request = completed(item.get("defaultRequest"), default.items(), item.get("min", {}).items())
    if default:
        item["default"] = default
    if request:
        item["defaultRequest"] = request


DEFAULTS: Defaults = {
    "Service": service,
    "ReplicationController": replication_controller,
    "Secret": secret,
    "PersistentVolume": persistent_volume,
    "PersistentVolumeClaim": persistent_volume_claim,
    "PersistentVolumeClaimSpec": persistent_volume_claim_spec,
    "EndpointPort": endpoint_port,
    "Namespace": namespace,
    "NamespaceStatus": namespace_status,
    "NodeStatus": node_status,
    "LimitRangeItem": limit_range_item,
}
