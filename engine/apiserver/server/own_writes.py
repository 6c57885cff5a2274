"""What the server writes to itself along with an object: a quota's usage, a Service's addresses.

Source: k8s.io/apiserver pkg/admission/plugin/resourcequota/resource_access.go (UpdateQuotaStatus),
pkg/registry/core/service/ipallocator/ipallocator.go (createIPAddress, release), v1.36.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Protocol

from msgspec import structs

from engine.apiserver.admission.contract import Attributes
from engine.apiserver.admission.resource_quota import ResourceQuota, charged
from engine.apiserver.server.answers import Answer
from engine.apiserver.server.backing import Backing
from engine.apiserver.verbs.contract import Object, User, Write
from engine.apiserver.verbs.metadata import metadata_of
from engine.apiserver.verbs.taken import SERVICES, ips_of
from engine.schema.resource import Resource
from engine.schema.resources import catalog

SERVER = User("system:apiserver", ("system:masters", "system:authenticated"))
MANAGER = "kube-apiserver"
"""The head of the user agent under which the server writes to itself."""


class Serve(Protocol):
    """Stores what a write asks for."""

    def __call__(self, backing: Backing, write: Write) -> Answer: ...


def before_storing(
    backing: Backing, write: Write, obj: Object, before: Object | None, create: Serve, change: Serve
) -> None:
    """What comes before the object: its addresses are taken, its quotas are charged."""
    if not backing.keeps_accounts or write.dry_run:
        return
    for ip in _addresses(write, obj, before):
        create(backing, _address_write(write, "create", ip, _ip_address(ip, obj)))
    if not any(isinstance(plugin, ResourceQuota) for plugin in backing.chain.plugins):
        return
    operation = "CREATE" if before is None else "UPDATE"
    attributes = Attributes(operation, write, backing.view, backing.choices)
    for quota in charged(attributes, obj, before):
        change(backing, own_write(write, builtin("", "ResourceQuota"), quota, "status"))


def after_storing(backing: Backing, write: Write, obj: Object | None, before: Object) -> None:
    """What comes after the object: the addresses that it no longer has are free again."""
    if not backing.keeps_accounts or write.dry_run:
        return
    for ip in _addresses(write, before, obj):
        resource = builtin("networking.k8s.io", "IPAddress")
        if backing.stored(resource, "", ip) is not None:
            backing.store.delete(backing.key(resource, "", ip))


def own_write(write: Write, resource: Resource, obj: Object, subresource: str = "") -> Write:
    """An update that the server makes while it serves a write."""
    metadata = metadata_of(obj)
    return Write(
        "update",
        resource,
        obj,
        write.now_us,
        metadata.get("namespace", ""),
        metadata["name"],
        subresource,
        manager=MANAGER,
        user=SERVER,
    )


def builtin(group: str, kind: str) -> Resource:
    """A resource that Kubernetes itself has, in its preferred version."""
    resource = catalog().by_kind(group, kind)
    assert resource is not None, "the catalog has Kubernetes' own kinds"
    return resource


def _addresses(write: Write, obj: Object, other: Object | None) -> list[str]:
    """The addresses that one version of a Service has and the other has not."""
    if (write.resource.group, write.resource.name) != SERVICES:
        return []
    known = ips_of((other or {}).get("spec") or {})
    return [ip for ip in ips_of(obj.get("spec") or {}) if ip not in known]


def _address_write(write: Write, verb: str, name: str, body: Object) -> Write:
    resource = builtin("networking.k8s.io", "IPAddress")
    return structs.replace(own_write(write, resource, body), verb=verb, name=name)


def _ip_address(ip: str, service: Object) -> Object:
    metadata = metadata_of(service)
    return {
        "metadata": {
            "name": ip,
            "labels": {
                "ipaddress.kubernetes.io/ip-family": f"IPv{ip_address(ip).version}",
                "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
            },
        },
        "spec": {
            "parentRef": {
                "resource": "services",
                "namespace": metadata.get("namespace", ""),
                "name": metadata.get("name", ""),
            }
        },
    }
