"""Which pods a kubelet may create: mirrors of those that it runs from files.

Source: plugin/pkg/admission/noderestriction/admission.go (admitPodCreate), v1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.apiserver.admission.objects import annotations_of, containers_of, spec_of
from engine.apiserver.admission.service_account import MIRROR, secret_names
from engine.apiserver.verbs.contract import Object, View
from engine.apiserver.verbs.metadata import metadata_of

NODES = ("", "nodes")


def mirror_pod_problem(view: View, node: str, pod: Object) -> str:
    """Why this node cannot create that pod; empty if it can."""
    if MIRROR not in annotations_of(pod):
        return f'pod does not have "{MIRROR}" annotation, node "{node}" can only create mirror pods'
    if spec_of(pod).get("nodeName") != node:
        return f'node "{node}" can only create pods with spec.nodeName set to itself'
    return _owner_problem(view, node, pod) or _reference_problem(node, spec_of(pod))


def _owner_problem(view: View, node: str, pod: Object) -> str:
    owners = metadata_of(pod).get("ownerReferences") or ()
    only = f'node "{node}" can only create pods with'
    if len(owners) > 1:
        return f"{only} a single owner reference set to itself"
    if not owners:
        return f"{only} an owner reference set to itself"
    owner = owners[0]
    if (owner.get("apiVersion"), owner.get("kind"), owner.get("name")) != ("v1", "Node", node):
        return f"{only} an owner reference set to itself"
    if not owner.get("controller"):
        return f"{only} a controller owner reference set to itself"
    if owner.get("blockOwnerDeletion"):
        return f'node "{node}" must not set blockOwnerDeletion on an owner reference'
    found = view.get(*NODES, "", node)
    uid = metadata_of(found).get("uid") if found else None
    if uid and uid != owner.get("uid"):
        return f"node {node} UID mismatch: expected {owner.get('uid', '')} got {uid}"
    return ""


def _reference_problem(node: str, spec: Object) -> str:
    """Other API objects are not for a mirror pod."""
    found = next(_references(spec), "")
    return f'node "{node}" can not create pods that reference {found}' if found else ""


def _references(spec: Object) -> Iterator[str]:
    if spec.get("serviceAccountName"):
        yield "a service account"
    if any(True for _ in secret_names(spec)):
        yield "secrets"
    volumes = spec.get("volumes") or ()
    sources = [
        source
        for volume in volumes
        for source in (volume.get("projected") or {}).get("sources") or ()
    ]
    if _has_config_maps(spec) or any(source.get("configMap") is not None for source in sources):
        yield "configmaps"
    if any(source.get("clusterTrustBundle") is not None for source in sources):
        yield "clustertrustbundles"
    if any(volume.get("persistentVolumeClaim") is not None for volume in volumes):
        yield "persistentvolumeclaims"


def _has_config_maps(spec: Object) -> bool:
    for container in containers_of(spec, "initContainers", "containers", "ephemeralContainers"):
        if any(one.get("configMapRef") is not None for one in container.get("envFrom") or ()):
            return True
        for variable in container.get("env") or ():
            if (variable.get("valueFrom") or {}).get("configMapKeyRef") is not None:
                return True
    return any(volume.get("configMap") is not None for volume in spec.get("volumes") or ())
