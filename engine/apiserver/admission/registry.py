"""The plugins, in the order in which Kubernetes runs them.

Source: pkg/kubeapiserver/options/plugins.go (AllOrderedPlugins, DefaultOffAdmissionPlugins), v1.36.
"""

from __future__ import annotations

from engine.apiserver.admission.certificate_subject import CertificateSubjectRestriction
from engine.apiserver.admission.chain import Chain
from engine.apiserver.admission.claim_resize import PersistentVolumeClaimResize
from engine.apiserver.admission.contract import Plugin
from engine.apiserver.admission.default_ingress_class import DefaultIngressClass
from engine.apiserver.admission.default_storage_class import DefaultStorageClass
from engine.apiserver.admission.default_toleration_seconds import DefaultTolerationSeconds
from engine.apiserver.admission.extended_resource_toleration import ExtendedResourceToleration
from engine.apiserver.admission.limit_ranger import LimitRanger
from engine.apiserver.admission.namespace_lifecycle import NamespaceLifecycle
from engine.apiserver.admission.node_restriction import NodeRestriction
from engine.apiserver.admission.node_taint import TaintNodesByCondition
from engine.apiserver.admission.options import Options
from engine.apiserver.admission.pod_node_selector import PodNodeSelector
from engine.apiserver.admission.pod_topology_labels import PodTopologyLabels
from engine.apiserver.admission.priority import Priority
from engine.apiserver.admission.resource_quota import ResourceQuota
from engine.apiserver.admission.runtime_class import RuntimeClass
from engine.apiserver.admission.service_account import ServiceAccount
from engine.apiserver.admission.storage_protection import StorageObjectInUseProtection

OFF = frozenset({"NodeRestriction", "PodNodeSelector", "ExtendedResourceToleration"})
"""Plugins that only run where they are enabled."""


def chain_of(options: Options) -> Chain:
    """The plugins that are on with these options."""
    return Chain([plugin for plugin in all_plugins(options) if _on(plugin.name, options)])


def all_plugins(options: Options) -> tuple[Plugin, ...]:
    """All plugins in their order, those that are off too."""
    return (
        NamespaceLifecycle(),
        LimitRanger(),
        ServiceAccount(),
        NodeRestriction(),
        TaintNodesByCondition(),
        PodNodeSelector(),
        Priority(),
        DefaultTolerationSeconds(options.not_ready_seconds, options.unreachable_seconds),
        ExtendedResourceToleration(),
        DefaultStorageClass(),
        StorageObjectInUseProtection(),
        PersistentVolumeClaimResize(),
        RuntimeClass(),
        CertificateSubjectRestriction(),
        DefaultIngressClass(),
        PodTopologyLabels(),
        ResourceQuota(),
    )


def _on(name: str, options: Options) -> bool:
    """An enabled plugin runs, whatever else is said of it."""
    return name in options.enabled or (name not in OFF and name not in options.disabled)
