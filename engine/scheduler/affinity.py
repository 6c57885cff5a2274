"""Terms of inter-pod affinity: which pods, in which namespaces, in which part of the cluster.

After AffinityTerm in staging/src/k8s.io/kube-scheduler/framework/types.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.model.selector import Selector, SelectorError
from engine.scheduler.reading import Object, integer, mapping, strings, text

NOTHING = Selector(nothing=True)


@dataclass(frozen=True, slots=True)
class AffinityTerm:
    """One term, read; `weight` is 0 for a required one."""

    namespaces: frozenset[str]
    selector: Selector
    topology_key: str
    namespace_selector: Selector
    weight: int = 0

    def selects(
        self, namespace: str, labels: Mapping[str, str], namespace_labels: Mapping[str, str]
    ) -> bool:
        """Whether it speaks of a pod with these labels in that namespace."""
        if namespace not in self.namespaces and not self.namespace_selector.matches(
            namespace_labels
        ):
            return False
        return self.selector.matches(labels)

    def resolved(self, namespaces: Mapping[str, Mapping[str, str]]) -> "AffinityTerm":
        """With the selected namespaces by name: mergeAffinityTermNamespacesIfNotEmpty.

        An empty selector stays, since it selects namespaces, too, that are not known.
        """
        if self.namespace_selector.empty:
            return self
        names = {n for n, labels in namespaces.items() if self.namespace_selector.matches(labels)}
        return replace(self, namespaces=self.namespaces | names, namespace_selector=NOTHING)


def read_terms(pod: Object, terms: Sequence[Object]) -> tuple[AffinityTerm, ...]:
    """The terms of a pod, else SelectorError."""
    return tuple(_read(pod, term) for term in terms)


def read_weighted_terms(pod: Object, terms: Sequence[Object]) -> tuple[AffinityTerm, ...]:
    """The preferred terms of a pod with their weights, else SelectorError."""
    return tuple(
        replace(_read(pod, mapping(term, "podAffinityTerm")), weight=integer(term, "weight"))
        for term in terms
    )


def _read(pod: Object, term: Object) -> AffinityTerm:
    namespaces = frozenset(strings(term, "namespaces"))
    selects_namespaces = term.get("namespaceSelector") is not None
    if not namespaces and not selects_namespaces:
        namespaces = frozenset((text(pod, "metadata", "namespace"),))
    return AffinityTerm(
        namespaces,
        read_selector(term, "labelSelector"),
        text(term, "topologyKey"),
        read_selector(term, "namespaceSelector"),
    )


def read_selector(obj: Object, name: str) -> Selector:
    """The LabelSelector in a field: absent, it selects nothing; else SelectorError."""
    found = mapping(obj, name) if obj.get(name) is not None else None
    if found is None:
        return NOTHING
    try:
        return Selector.from_object(found)
    except (TypeError, AttributeError):
        raise SelectorError(f"{name} is no label selector") from None
