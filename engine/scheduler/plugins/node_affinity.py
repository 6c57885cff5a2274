"""NodeAffinity: nodeSelector, required and preferred node affinity, and the profile's added one.

pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go (v1.36).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.scheduler.contract import (
    SKIP,
    SUCCESS,
    FilterPlugin,
    PreFilterPlugin,
    Prepared,
    ScorePlugin,
    Status,
    default_normalize,
    error,
    unresolvable,
)
from engine.scheduler.events import Action, Change, EventWithHint, Resource, on
from engine.scheduler.node_selector import (
    NAME_FIELD,
    NodeSelector,
    PreferredTerms,
    required_terms,
)
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.reading import Object, mapping, mappings, strings, texts_by_name
from engine.scheduler.snapshot import NodeInfo, Snapshot

REASON = "node(s) didn't match Pod's node affinity/selector"
REASON_ADDED = "node(s) didn't match scheduler-enforced node affinity"
REASON_CONFLICT = "pod affinity terms conflict"

_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


class NodeAffinity(PreFilterPlugin, FilterPlugin, ScorePlugin):
    """Compares nodes with what a pod, and its profile (`addedAffinity`), want of them."""

    name = "NodeAffinity"

    def __init__(self, added: Object | None = None) -> None:
        added = added or {}
        required = required_terms({"affinity": {"nodeAffinity": dict(added)}})
        self.added = NodeSelector.of(required) if required is not None else None
        terms = mappings(added, _PREFERRED)
        self.added_preferred = PreferredTerms.of(terms)[0] if terms else None

    def events(self) -> tuple[EventWithHint, ...]:
        """A node gets other labels or is new."""
        actions = Action.ADD | Action.UPDATE_NODE_LABEL
        return (on(Resource.NODE, actions, self._after_node_change),)

    def _after_node_change(self, pod: PodInfo, change: Change) -> bool:
        """Whether a node matches that did not: isSchedulableAfterNodeChange."""
        old, new = change.old_node, change.new_node
        if new is None or not self.filter(pod, new, None).succeeded:
            return False
        return old is None or not pod.node_affinity.matches(old.labels, old.name)

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Prepared:
        """Skip for pods that want nothing; the nodes' names where every term names some."""
        required = required_terms(pod.spec)
        selector = texts_by_name(pod.spec, "nodeSelector")
        if required is None and self.added is None and not selector:
            return Prepared(SKIP)
        terms = mappings(required, "nodeSelectorTerms")
        if not terms:
            return Prepared()
        names: frozenset[str] = frozenset()
        for term in terms:
            named = _named_nodes(term)
            if named is None:
                return Prepared()
            names |= named
        return Prepared(nodes=names) if names else Prepared(unresolvable(REASON_CONFLICT))

    def filter(self, pod: PodInfo, node: NodeInfo, state: Any) -> Status:
        """Success where both the profile and the pod want the node."""
        if self.added is not None and not self.added.matches(node.labels, node.name):
            return unresolvable(REASON_ADDED)
        if not pod.node_affinity.matches(node.labels, node.name):
            return unresolvable(REASON)
        return SUCCESS

    def pre_score(self, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot) -> Prepared:
        """Skip where nothing is preferred, an error where a preferred term cannot be read."""
        affinity = mapping(pod.spec, "affinity", "nodeAffinity")
        preferred = None
        if affinity.get(_PREFERRED) is not None:
            preferred, problem = PreferredTerms.of(mappings(affinity, _PREFERRED))
            if problem:
                return Prepared(error(problem))
        both = [terms for terms in (self.added_preferred, preferred) if terms is not None]
        return Prepared(state=both) if both else Prepared(SKIP)

    def score(self, pod: PodInfo, node: NodeInfo, state: Any) -> int:
        """The weights of the preferred terms that the node matches."""
        return sum(terms.score(node.labels, node.name) for terms in state)

    def normalize(self, scores: Mapping[str, int], state: Any) -> dict[str, int]:
        """In relation to the highest."""
        return default_normalize(scores, reverse=False)


def _named_nodes(term: Object) -> frozenset[str] | None:
    """The nodes that a term names, None if it names none and any node may match."""
    named: frozenset[str] | None = None
    for requirement in mappings(term, "matchFields"):
        if requirement.get("key") == NAME_FIELD and requirement.get("operator") == "In":
            values = frozenset(strings(requirement, "values"))
            named = values if named is None else named & values
    return named
