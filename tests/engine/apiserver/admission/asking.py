"""A plugin asked about one write, among a few other objects."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.apiserver.admission.contract import CREATE, UPDATE, Attributes, Plugin
from engine.apiserver.verbs.contract import User, Write
from engine.apiserver.verbs.status import RefusedError
from engine.schema.resources import catalog

NOW = 1_795_230_845  # 2026-11-21T03:14:05Z
KINDS = {
    "Namespace": ("", "namespaces"),
    "Node": ("", "nodes"),
    "ServiceAccount": ("", "serviceaccounts"),
    "LimitRange": ("", "limitranges"),
    "ResourceQuota": ("", "resourcequotas"),
    "Service": ("", "services"),
    "PriorityClass": ("scheduling.k8s.io", "priorityclasses"),
    "StorageClass": ("storage.k8s.io", "storageclasses"),
    "ServiceCIDR": ("networking.k8s.io", "servicecidrs"),
    "IPAddress": ("networking.k8s.io", "ipaddresses"),
    "IngressClass": ("networking.k8s.io", "ingressclasses"),
    "RuntimeClass": ("node.k8s.io", "runtimeclasses"),
}


@dataclass
class Cluster:
    """The objects around a write; `whole` says that there are no others."""

    others: list[dict[str, Any]] = field(default_factory=list)
    whole: bool = True

    def get(self, group: str, resource: str, namespace: str, name: str) -> Any:
        for obj in self.objects(group, resource, namespace):
            if obj["metadata"]["name"] == name:
                return obj
        return None

    def objects(self, group: str, resource: str, namespace: str = "") -> Iterator[Any]:
        for obj in self.others:
            here = obj["metadata"].get("namespace", "")
            if KINDS[obj["kind"]] == (group, resource) and namespace in ("", here):
                yield obj

    def knows(self, group: str, resource: str) -> bool:
        return self.whole


class Chosen:
    """Choices that are always the same."""

    def token_volume(self, _: Write) -> str:
        return "kube-api-access-abcde"

    def cluster_ips(self, _: Write, __: Any) -> list[str]:
        return ["10.96.0.9"]

    def node_ports(self, _: Write, service: Any) -> list[int]:
        return [30001 + index for index, _ in enumerate(service["spec"].get("ports", []))]

    def health_check_node_port(self, _: Write, __: Any) -> int:
        return 30099


def write(resource: str, user: str = "alice", namespace: str = "shop", **more: Any) -> Write:
    name, _, group = resource.partition(".")
    found = catalog().by_name(group, name)
    assert found is not None
    place = namespace if found.namespaced else ""
    return Write("create", found, {}, NOW * 1_000_000, place, user=User(user), **more)


def attributes(
    resource: str, *others: Any, update: bool = False, whole: bool = True, **more: Any
) -> Attributes:
    operation = UPDATE if update else CREATE
    return Attributes(operation, write(resource, **more), Cluster([*others], whole), Chosen())


def admitted(plugin: Plugin, resource: str, obj: Any, *others: Any, **more: Any) -> Any:
    """What the plugin makes of a new object."""
    return plugin.admit(attributes(resource, *others, **more), obj, None)


def refusal(
    plugin: Plugin, resource: str, obj: Any, *others: Any, before: Any = None, **more: Any
) -> str | None:
    """Why the plugin refuses the object; None if it does not."""
    about = attributes(resource, *others, update=before is not None, **more)
    try:
        plugin.validate(about, plugin.admit(about, obj, before), before)
    except RefusedError as refused:
        return refused.message
    return None


def named(kind: str, name: str, namespace: str = "", **fields: Any) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"kind": kind, "metadata": metadata, **fields}


def pod(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"containers": [*containers] or [{"name": "main"}], **spec},
    }
