"""Defaults of pods and of what pod templates hold.

Source: pkg/apis/core/v1/defaults.go (v1.36). What a pod template in another object gets is in
pod_spec and below; what only a Pod gets is in pod.
"""

from engine.apiserver.defaults.contract import Defaults, Object
from engine.apiserver.defaults.images import pull_policy
from engine.apiserver.defaults.quantities import (
    HUGE_PAGES,
    aggregate,
    completed,
    is_overcommit_allowed,
    is_pod_level,
)

FILE_MODE = 0o644
TOKEN_SECONDS = 3600


def pod(obj: Object) -> None:
    """SetDefaults_Pod."""
    spec = obj["spec"]
    for containers in (spec["containers"] or (), spec.get("initContainers") or ()):
        for container in containers:
            resources = container["resources"]
            if resources.get("limits"):
                resources["requests"] = completed(
                    resources.get("requests"), resources["limits"].items()
                )
    if "resources" in spec:
        _pod_level_limits(spec)
        _pod_level_requests(spec)
    spec.setdefault("enableServiceLinks", True)
    if spec.get("hostNetwork"):
        _host_ports(spec)


def _pod_level_limits(spec: Object) -> None:
    """defaultHugePagePodLimits: huge pages of the containers become those of the pod."""
    resources = spec["resources"]
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    if not requests and not limits:
        return
    pages = (
        (name, text)
        for name, text in aggregate(spec, "limits").items()
        if name.startswith(HUGE_PAGES) and name not in requests
    )
    if new := completed(limits, pages):
        spec["resources"] = {**resources, "limits": new}


def _pod_level_requests(spec: Object) -> None:
    """defaultPodRequests: what the containers request, else what the pod is limited to."""
    resources = spec["resources"]
    limits = resources.get("limits")
    if not limits:
        return
    asked = (
        (name, text)
        for name, text in aggregate(spec, "requests").items()
        if is_pod_level(name) and is_overcommit_allowed(name)
    )
    limited = ((name, text) for name, text in limits.items() if is_pod_level(name))
    if new := completed(resources.get("requests"), asked, limited):
        spec["resources"] = {**resources, "requests": new}


def _host_ports(spec: Object) -> None:
    for field in ("containers", "initContainers"):
        if spec.get(field):
            spec[field] = list(map(_with_host_ports, spec[field]))


def _with_host_ports(container: Object) -> Object:
    ports = container.get("ports") or ()
    if all(port.get("hostPort") or not port["containerPort"] for port in ports):
        return container
    ports = [
        port if port.get("hostPort") else {**port, "hostPort": port["containerPort"]}
        for port in ports
    ]
    return {**container, "ports": ports}


def pod_spec(spec: Object) -> None:
    """SetDefaults_PodSpec."""
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("restartPolicy", "Always")
    if "securityContext" not in spec:
        spec["securityContext"] = {}
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("schedulerName", "default-scheduler")


def container(obj: Object) -> None:
    """SetDefaults_Container, for ephemeral containers too."""
    if "imagePullPolicy" not in obj:
        obj["imagePullPolicy"] = pull_policy(obj.get("image", ""))
    obj.setdefault("terminationMessagePath", "/dev/termination-log")
    obj.setdefault("terminationMessagePolicy", "File")


def probe(obj: Object) -> None:
    """SetDefaults_Probe."""
    obj.setdefault("timeoutSeconds", 1)
    obj.setdefault("periodSeconds", 10)
    obj.setdefault("successThreshold", 1)
    obj.setdefault("failureThreshold", 3)


def http_get_action(obj: Object) -> None:
    """SetDefaults_HTTPGetAction."""
    obj.setdefault("path", "/")
    obj.setdefault("scheme", "HTTP")


def volume(obj: Object) -> None:
    """SetDefaults_Volume: without a source it is an emptyDir."""
    if len(obj) == 1:  # its name alone
        obj["emptyDir"] = {}
    image = obj.get("image")
    if image is not None and "pullPolicy" not in image:
        image["pullPolicy"] = pull_policy(image.get("reference", ""))


def with_file_mode(obj: Object) -> None:
    """SetDefaults_SecretVolumeSource and the like."""
    obj.setdefault("defaultMode", FILE_MODE)


def token_projection(obj: Object) -> None:
    """SetDefaults_ServiceAccountTokenProjection."""
    obj.setdefault("expirationSeconds", TOKEN_SECONDS)


def object_field_selector(obj: Object) -> None:
    """SetDefaults_ObjectFieldSelector."""
    obj.setdefault("apiVersion", "v1")


def host_path(obj: Object) -> None:
    """SetDefaults_HostPathVolumeSource."""
    obj.setdefault("type", "")


DEFAULTS: Defaults = {
    "Pod": pod,
    "PodSpec": pod_spec,
    "Container": container,
    "EphemeralContainer": container,
    "Probe": probe,
    "HTTPGetAction": http_get_action,
    "Volume": volume,
    "SecretVolumeSource": with_file_mode,
    "ConfigMapVolumeSource": with_file_mode,
    "DownwardAPIVolumeSource": with_file_mode,
    "ProjectedVolumeSource": with_file_mode,
    "ServiceAccountTokenProjection": token_projection,
    "ObjectFieldSelector": object_field_selector,
    "HostPathVolumeSource": host_path,
}
