"""How many pods of a kind are on each node, counted as pods come and go.

A question about pods is asked once of each namespace and set of labels, not of each pod.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from engine.model.selector import Selector
from engine.scheduler.affinity import AffinityTerm
from engine.scheduler.columns.contract import Numbers
from engine.scheduler.plugins.inter_pod_affinity import selects_all
from engine.scheduler.pod_info import PodInfo


class Question(Hashable, Protocol):
    """What is asked of pods. Equal questions have one answer."""

    def counts(self, pod: PodInfo) -> bool:
        """Whether a pod is meant; reads its namespace, its labels and whether it is terminating."""


@dataclass(frozen=True, slots=True)
class SpreadQuestion:
    """The pods that a topology spread constraint counts: countPodsMatchSelector."""

    namespace: str
    selector: Selector

    def counts(self, pod: PodInfo) -> bool:
        """Whether a pod is counted; an empty selector counts none."""
        return (
            pod.namespace == self.namespace
            and not self.selector.empty
            and not pod.terminating
            and self.selector.matches(pod.labels)
        )


@dataclass(frozen=True, slots=True)
class TermsQuestion:
    """The pods that all of some (resolved) terms of inter-pod affinity select."""

    terms: tuple[AffinityTerm, ...]

    def counts(self, pod: PodInfo) -> bool:
        """Whether they all select the pod."""
        return selects_all(self.terms, pod)


class PodCounter:
    """The answer to a question: how many such pods there are on each node, and in all."""

    def __init__(self, question: Question, size: int) -> None:
        self.question = question
        self.on_nodes: Numbers = np.zeros(size, dtype=np.int64)
        self.total = 0

    def add(self, index: int, pods: int) -> None:
        """Count pods on a node."""
        self.on_nodes[index] += pods
        self.total += pods


Likeness = tuple[str, frozenset[tuple[str, str]], bool]
"""What questions read of a pod."""


@dataclass(slots=True)
class _Group:
    """Pods that no question can tell apart."""

    example: PodInfo
    counters: list[PodCounter]
    on_nodes: dict[int, int] = field(default_factory=dict)


class Census:
    """All pods on nodes, and the counters of all questions that were asked."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._groups: dict[Likeness, _Group] = {}
        self._counters: dict[Question, PodCounter] = {}

    def __len__(self) -> int:
        return len(self._counters)

    def ask(self, question: Question) -> PodCounter:
        """The counter for a question, which follows all changes from now on."""
        counter = self._counters.get(question)
        if counter is None:
            counter = self._counters[question] = PodCounter(question, self._size)
            for group in self._groups.values():
                if question.counts(group.example):
                    group.counters.append(counter)
                    for index, pods in group.on_nodes.items():
                        counter.add(index, pods)
        return counter

    def count(self, pod: PodInfo, index: int, delta: int) -> None:
        """Count a pod on a node in (1) or out (-1)."""
        likeness = (pod.namespace, frozenset(pod.labels.items()), pod.terminating)
        group = self._groups.get(likeness)
        if group is None:
            asked = [each for each in self._counters.values() if each.question.counts(pod)]
            group = self._groups[likeness] = _Group(pod, asked)
        for counter in group.counters:
            counter.add(index, delta)
        left = group.on_nodes.get(index, 0) + delta
        if left:
            group.on_nodes[index] = left
        else:
            del group.on_nodes[index]
            if not group.on_nodes:
                del self._groups[likeness]
