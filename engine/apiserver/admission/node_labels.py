"""Which labels a kubelet may give its node.

Source: plugin/pkg/admission/noderestriction/admission.go (getForbiddenLabels),
k8s.io/kubelet pkg/apis/well_known_labels.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

RESTRICTED = "node-restriction.kubernetes.io"
KUBERNETES = ("kubernetes.io", "k8s.io")
OF_KUBELETS = ("kubelet.kubernetes.io", "node.kubernetes.io")
"""Namespaces in which kubelets may set what they like."""

KUBELET_LABELS = frozenset({
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "beta.kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "kubernetes.io/arch",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
})  # fmt: skip


def changed_labels(new: Mapping[str, str], old: Mapping[str, str]) -> list[str]:
    """Labels that were set, changed or taken away."""
    return sorted(key for key in {**new, **old} if new.get(key) != old.get(key))


def forbidden_labels(labels: Iterable[str]) -> list[str]:
    """Those of the labels that only others may change."""
    return [label for label in labels if _is_forbidden(label)]


def _is_forbidden(label: str) -> bool:
    namespace, slash, _ = label.partition("/")
    if not slash:
        return False
    if _within(namespace, RESTRICTED):
        return True
    if not any(_within(namespace, one) for one in KUBERNETES):
        return False
    return label not in KUBELET_LABELS and not any(_within(namespace, n) for n in OF_KUBELETS)


def _within(namespace: str, domain: str) -> bool:
    return namespace == domain or namespace.endswith(f".{domain}")
