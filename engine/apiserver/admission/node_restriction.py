"""NodeRestriction: kubelets write what is theirs. Off by default, on where kubeadm sets up.

Source: plugin/pkg/admission/noderestriction/admission.go, v1.36. Deletions, evictions and requests
of tokens go other ways; what those may do is not asked here.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.apiserver.admission.contract import CREATE, UPDATE, Attributes, Plugin
from engine.apiserver.admission.node_labels import changed_labels, forbidden_labels
from engine.apiserver.admission.node_pods import mirror_pod_problem
from engine.apiserver.admission.objects import spec_of
from engine.apiserver.admission.refusal import forbidden
from engine.apiserver.verbs.contract import Object, User
from engine.apiserver.verbs.metadata import metadata_of

USER_PREFIX = "system:node:"
GROUP = "system:nodes"
LEASE_NAMESPACE = "kube-node-lease"
ANY_OF_CLAIM = frozenset({"capacity", "conditions", "allocatedResourceStatuses",
                          "allocatedResources"})  # fmt: skip
"""What a kubelet may change of a claim's status (RecoverVolumeExpansionFailure is on)."""

Check = Callable[[Attributes, str, Object, Object | None], str]
"""(write, node, object, the one before) -> why not; empty if so."""


class NodeRestriction(Plugin):
    """Refuses what a kubelet writes of others."""

    name = "NodeRestriction"
    resources = (
        ("", "pods"),
        ("", "nodes"),
        ("", "persistentvolumeclaims"),
        ("coordination.k8s.io", "leases"),
        ("storage.k8s.io", "csinodes"),
    )

    def admit(self, attributes: Attributes, obj: Object, before: Object | None) -> Object:
        """Refuse a kubelet's write to what is not its own."""
        write = attributes.write
        if write.accepted or not is_node(write.user):
            return obj
        node = write.user.name.removeprefix(USER_PREFIX)
        problem = (
            CHECKS[write.resource.name](attributes, node, obj, before)
            if node
            else f'could not determine node from user "{write.user.name}"'
        )
        if problem:
            raise forbidden(attributes, obj, problem)
        return obj


def is_node(user: User) -> bool:
    """Whether a kubelet writes; where the groups are not known, its name tells
    (pkg/auth/nodeidentifier/default.go)."""
    return user.name.startswith(USER_PREFIX) and (not user.groups or GROUP in user.groups)


def _pod(attributes: Attributes, node: str, obj: Object, before: Object | None) -> str:
    subresource = attributes.write.subresource
    if subresource == "status":
        return _pod_status(node, obj, before)
    if subresource:
        return (
            f"unexpected pod subresource \"{subresource}\", only 'status' and 'eviction' are "
            "allowed"
        )
    if attributes.operation != CREATE:
        return (
            f'unexpected operation "{attributes.operation}", node "{node}" can only create and '
            "delete mirror pods"
        )
    return mirror_pod_problem(attributes.view, node, obj)


def _pod_status(node: str, obj: Object, before: Object | None) -> str:
    old = before or {}
    if spec_of(old).get("nodeName") != node:
        return f'node "{node}" can only update pod status for pods with spec.nodeName set to itself'
    if (metadata_of(old).get("labels") or {}) != (metadata_of(obj).get("labels") or {}):
        return f'node "{node}" cannot update labels through pod status'
    claims = [(one.get("status") or {}).get("resourceClaimStatuses") or [] for one in (old, obj)]
    return f'node "{node}" cannot update resource claim statues' if claims[0] != claims[1] else ""


def _node(attributes: Attributes, node: str, obj: Object, before: Object | None) -> str:
    name = attributes.write.name or metadata_of(obj).get("name", "")
    if name != node:
        return f'node "{node}" is not allowed to modify node "{name}"'
    labels, old = metadata_of(obj).get("labels") or {}, before or {}
    wrong = forbidden_labels(changed_labels(labels, metadata_of(old).get("labels") or {}))
    if attributes.operation == CREATE:
        names = ", ".join(wrong)
        return f'node "{node}" is not allowed to set the following labels: {names}' if wrong else ""
    if (spec_of(obj).get("taints") or []) != (spec_of(old).get("taints") or []):
        return f'node "{node}" is not allowed to modify taints'
    return f"is not allowed to modify labels: {', '.join(wrong)}" if wrong else ""


def _claim(attributes: Attributes, node: str, obj: Object, before: Object | None) -> str:
    if attributes.write.subresource != "status":
        return "may only update PVC status"
    if attributes.operation != UPDATE:
        return f'unexpected operation "{attributes.operation}"'
    if before is not None and _comparable(before) != _comparable(obj):
        return (
            f'node "{node}" is not allowed to update fields other than status.capacity and '
            "status.conditions"
        )
    return ""


def _comparable(claim: Object) -> Object:
    metadata = {
        k: v for k, v in metadata_of(claim).items() if k not in ("resourceVersion", "managedFields")
    }
    status = {k: v for k, v in (claim.get("status") or {}).items() if k not in ANY_OF_CLAIM}
    return {**claim, "metadata": metadata, "status": status}


def _lease(attributes: Attributes, node: str, obj: Object, before: Object | None) -> str:
    if attributes.write.namespace != LEASE_NAMESPACE:
        return f'can only access leases in the "{LEASE_NAMESPACE}" system namespace'
    if metadata_of(obj).get("name") != node:
        return "can only access node lease with the same name as the requesting node"
    return ""


def _csi_node(attributes: Attributes, node: str, obj: Object, before: Object | None) -> str:
    if metadata_of(obj).get("name") != node:
        return "can only access CSINode with the same name as the requesting node"
    return ""


CHECKS: dict[str, Check] = {
    "pods": _pod,
    "nodes": _node,
    "persistentvolumeclaims": _claim,
    "leases": _lease,
    "csinodes": _csi_node,
}
