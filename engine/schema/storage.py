"""Which resources share a store with a resource of another group."""

# AddCohabitatingResources in pkg/kubeapiserver/default_storage_factory_builder.go (v1.36). The
# extensions group is served no more, but old logs name it. The key is the group of the etcd prefix.
_MOVED_FROM_EXTENSIONS = {
    "daemonsets": "apps",
    "deployments": "apps",
    "ingresses": "networking.k8s.io",
    "networkpolicies": "networking.k8s.io",
    "podsecuritypolicies": "policy",
    "replicasets": "apps",
    "replicationcontrollers": "",
}

STORED_AS: dict[tuple[str, str], tuple[str, str]] = {
    ("events.k8s.io", "events"): ("", "events"),
    **{("extensions", name): (group, name) for name, group in _MOVED_FROM_EXTENSIONS.items()},
}
