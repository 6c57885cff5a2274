"""What the pods on nodes want of others: their terms of inter-pod affinity, each counted once.

Pods of one template have equal terms, so an incoming pod is held against few of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np

from engine.scheduler.affinity import AffinityTerm
from engine.scheduler.columns.contract import Numbers
from engine.scheduler.pod_info import PodInfo


class Wish(Enum):
    """What a pod wants with a term."""

    REQUIRED = auto()
    REQUIRED_ANTI = auto()
    PREFERRED = auto()
    PREFERRED_ANTI = auto()


class CountedTerm:
    """A term, and how many pods on each node have it."""

    def __init__(self, wish: Wish, term: AffinityTerm, size: int) -> None:
        self.wish = wish
        self.term = term
        self.on_nodes: Numbers = np.zeros(size, dtype=np.int64)
        self.total = 0


def terms_of(pod: PodInfo) -> list[tuple[Wish, AffinityTerm]]:
    """All terms of a pod."""
    if not pod.has_affinity:
        return []
    return [
        *((Wish.REQUIRED, term) for term in pod.required_affinity),
        *((Wish.REQUIRED_ANTI, term) for term in pod.required_anti_affinity),
        *((Wish.PREFERRED, term) for term in pod.preferred_affinity),
        *((Wish.PREFERRED_ANTI, term) for term in pod.preferred_anti_affinity),
    ]


class TermCounts:
    """The terms of all pods on nodes."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._by_term: dict[tuple[Wish, AffinityTerm], CountedTerm] = {}
        self.all: list[CountedTerm] = []
        """In the order in which they came; none goes."""

    def count(self, pod: PodInfo, index: int, delta: int) -> None:
        """Count a pod on a node in (1) or out (-1)."""
        for key in terms_of(pod):
            counted = self._by_term.get(key)
            if counted is None:
                counted = self._by_term[key] = CountedTerm(*key, self._size)
                self.all.append(counted)
            counted.on_nodes[index] += delta
            counted.total += delta


@dataclass(slots=True)
class TermsAbout:
    """The terms of pods on nodes that speak of pods with some labels in some namespace."""

    counts: TermCounts
    namespace: str
    labels: Mapping[str, str]
    namespace_labels: Mapping[str, str]
    _looked_at: int = 0
    _found: list[CountedTerm] = field(default_factory=list)

    def current(self) -> list[CountedTerm]:
        """Those that a pod has now."""
        for counted in self.counts.all[self._looked_at :]:
            if counted.term.selects(self.namespace, self.labels, self.namespace_labels):
                self._found.append(counted)
        self._looked_at = len(self.counts.all)
        return [counted for counted in self._found if counted.total]
