"""Preconditions that the store checks, and how it names an object that does not meet one.

Source: k8s.io/apiserver pkg/storage/interfaces.go (Preconditions.Check), pkg/storage/errors.go
(NewInvalidObjError); pkg/kubeapiserver/default_storage_factory_builder.go
(SpecialDefaultResourcePrefixes), v1.36.
"""

from __future__ import annotations

from engine.apiserver.verbs import status
from engine.apiserver.verbs.contract import Write
from engine.apiserver.verbs.status import RefusedError
from engine.schema.resource import Resource

_PREFIXES = {
    ("", "replicationcontrollers"): "controllers",
    ("", "endpoints"): "services/endpoints",
    ("", "services"): "services/specs",
    ("", "nodes"): "minions",
    ("networking.k8s.io", "ingresses"): "ingress",
}

_APART = frozenset({"apiextensions.k8s.io", "apiregistration.k8s.io"})
"""Groups of the servers beside kube-apiserver: their prefix has the group."""


def invalid_object(write: Write, what: str, wanted: str, found: str) -> RefusedError:
    """The object is another one than the writer meant: `what` is UID or ResourceVersion."""
    key = _etcd_key(write.resource, write.namespace, write.name)
    why = f"Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {found}"
    return status.conflict(
        write.resource,
        write.name,
        f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, "
        f"AdditionalErrorMsg: {why}",
    )


def _etcd_key(resource: Resource, namespace: str, name: str) -> str:
    """Where etcd keeps an object."""
    within = f"{namespace}/" if resource.namespaced and namespace else ""
    return f"/registry/{etcd_prefix(resource)}/{within}{name}"


def etcd_prefix(resource: Resource) -> str:
    """Under what etcd keeps the objects of a resource."""
    prefix = _PREFIXES.get((resource.group, resource.name), resource.name)
    if resource.custom or resource.group in _APART:
        prefix = f"{resource.group}/{resource.name}"
    return prefix
