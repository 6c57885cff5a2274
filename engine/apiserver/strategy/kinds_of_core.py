"""Strategies of the kinds of the core group about pods, nodes, namespaces and their settings.

After pkg/registry/core/{node,namespace,secret,configmap,serviceaccount,limitrange,resourcequota}/
strategy.go (v1.36).
"""

from uuid import NAMESPACE_OID, uuid5

from engine.apiserver.strategy.contract import Object, Strategy
from engine.apiserver.strategy.generic import declared, take
from engine.apiserver.strategy.pods import POD

_KUBERNETES = "kubernetes"


def _create_node(node: Object) -> None:
    """A new node brings its status; configuration by ConfigMap is gone since v1.24."""
    (node.get("spec") or {}).pop("configSource", None)
    (node.get("status") or {}).pop("config", None)


def _update_node(new: Object, old: Object) -> None:
    take(new, old, "status")
    _drop_config_source(new, old)


def _update_node_status(new: Object, old: Object) -> None:
    take(new, old, "spec")
    status = new.get("status") or {}
    if "config" in status and not (old.get("status") or {}).get("config"):
        new["status"] = {name: value for name, value in status.items() if name != "config"}


def _drop_config_source(new: Object, old: Object) -> None:
    if not (old.get("spec") or {}).get("configSource"):
        (new.get("spec") or {}).pop("configSource", None)


def _create_namespace(namespace: Object) -> None:
    namespace["status"] = {"phase": "Active"}
    spec = namespace.setdefault("spec", {})
    finalizers = spec.get("finalizers") or []
    if _KUBERNETES not in finalizers:
        spec["finalizers"] = [*finalizers, _KUBERNETES]


def _update_namespace(new: Object, old: Object) -> None:
    take(new, old, "status")
    take(new.setdefault("spec", {}), old.get("spec") or {}, "finalizers")


def _keep_spec(new: Object, old: Object) -> None:
    take(new, old, "spec")


def _keep_status(new: Object, old: Object) -> None:
    take(new, old, "status")


def _create_service_account(account: Object) -> None:
    """Of the secrets only the names are kept (cleanSecretReferences)."""
    if secrets := account.get("secrets"):
        account["secrets"] = [
            {"name": secret["name"]} if secret.get("name") else {} for secret in secrets
        ]


def _update_service_account(new: Object, old: Object) -> None:
    _create_service_account(new)


def _create_limit_range(limit_range: Object) -> None:
    """One without a name gets a random UUID; here it follows from its own, so that it is the same
    whenever this is done again."""
    metadata = limit_range["metadata"]
    if not metadata.get("name"):
        own = f"{metadata.get('namespace', '')}/{metadata.get('uid', '')}"
        metadata["name"] = str(uuid5(NAMESPACE_OID, own))


KINDS = {
    ("v1", "Pod"): POD,
    ("v1", "Node"): Strategy(_create_node, _update_node, {"status": _update_node_status}),
    ("v1", "Namespace"): Strategy(
        _create_namespace,
        _update_namespace,
        {"status": _keep_spec, "finalize": _keep_status},
    ),
    ("v1", "ServiceAccount"): Strategy(_create_service_account, _update_service_account),
    ("v1", "ResourceQuota"): declared(generation=False),
    ("v1", "ConfigMap"): Strategy(),
    ("v1", "Secret"): Strategy(),
    ("v1", "LimitRange"): Strategy(_create_limit_range),
}
