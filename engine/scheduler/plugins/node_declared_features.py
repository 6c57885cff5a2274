"""NodeDeclaredFeatures: pods that need a feature of the kubelet go where it is declared.

pkg/scheduler/framework/plugins/nodedeclaredfeatures/nodedeclaredfeatures.go and the features in
staging/src/k8s.io/component-helpers/nodedeclaredfeatures/features (v1.36). Others than these two
concern updates of pods only.
"""

from typing import Any

from engine.scheduler.contract import (
    SKIP,
    SUCCESS,
    FilterPlugin,
    PreFilterPlugin,
    Prepared,
    Status,
    unresolvable,
)
from engine.scheduler.events import (
    UPDATE,
    Action,
    Change,
    EventWithHint,
    Resource,
    on,
)
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import mappings, truth
from engine.scheduler.snapshot import NodeInfo, Snapshot

REASON = "node(s) didn't match Pod's required features"

RESTART_ALL_CONTAINERS = "RestartAllContainersOnContainerExits"
USER_NAMESPACES_HOST_NETWORK = "UserNamespacesHostNetworkSupport"


class NodeDeclaredFeatures(PreFilterPlugin, FilterPlugin):
    """Compares what the pod's spec implies with status.declaredFeatures."""

    name = "NodeDeclaredFeatures"

    def events(self) -> tuple[EventWithHint, ...]:
        """A node declares other features or is new, or the pod needs others."""
        actions = Action.ADD | Action.UPDATE_NODE_DECLARED_FEATURE
        return (
            on(Resource.NODE, actions, _after_node_change),
            on(Resource.POD, UPDATE, _after_pod_update),
        )

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip for pods that need nothing special."""
        features = required_features(pod)
        return Prepared(state=features) if features else Prepared(SKIP)

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where the node declares them all."""
        return SUCCESS if state <= node.declared_features else unresolvable(REASON)


def required_features(pod: PodInfo) -> frozenset[str]:
    """InferForPodScheduling."""
    features = set()
    containers = (*mappings(pod.spec, "containers"), *mappings(pod.spec, "initContainers"))
    if any(
        rule.get("action") == "RestartAllContainers"
        for container in containers
        for rule in mappings(container, "restartPolicyRules")
    ):
        features.add(RESTART_ALL_CONTAINERS)
    if truth(pod.spec, "hostNetwork") and pod.spec.get("hostUsers") is False:
        features.add(USER_NAMESPACES_HOST_NETWORK)
    return frozenset(features)


def _after_node_change(pod: PodInfo, change: Change) -> bool:
    """Whether the features are not those that the node declared before."""
    old, new = change.old_node, change.new_node
    return old is None or (new is not None and old.declared_features != new.declared_features)


def _after_pod_update(pod: PodInfo, change: Change) -> bool:
    """Whether the pod needs other features than before."""
    old, new = change.old_pod, change.new_pod
    if old is None or new is None:
        return True
    return required_features(old) != required_features(new)
