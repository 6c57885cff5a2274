"""What would have to change for a pod to be scheduled, found by asking the model again.

1. Every plugin is asked on every node, none stopping another (`case.py`). Objections are put
   together by their text, as in Kubernetes' message.
2. For each reason: on the nodes against which nothing but that reason stands, the plugin's remedies
   propose ways; the smallest first, each is applied and the model is asked whether the pod fits on
   that node then. Of each kind of change the first that the model agrees to is told.
3. Where that helps with no reason: of the nodes for which every objection has a way, those against
   which the fewest plugins stand, and of these the ones whose ways are the smallest, are gone
   through. All their ways are applied together; what the model says against the result is answered
   in the same manner, and so on. Then every change that is not needed is taken back, the largest
   first: no part of what is told would do.
4. Empty copies of the nodes that there are, the smallest first, with more of a resource where none
   has as much as the pod requests; where nothing else helps, with what the pod needs besides.

Nothing is told that the model did not agree to. The smallest is the smallest of what was asked: the
bounds below keep that to some hundred questions, however many nodes there are. A question that is
answered with yes is put to all nodes, any other to one. All orders are those of the nodes and of
the remedies, so that the same case gives the same findings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.scheduler.cycle import Decision, schedule
from engine.scheduler.reading import text
from engine.scheduler.remedies.case import Case, Objection, Objections, objections
from engine.scheduler.remedies.change import Change, Way, apply, size
from engine.scheduler.remedies.cluster_changes import CONDITION_TAINTS, AddNode
from engine.scheduler.remedies.evidence import Evidence
from engine.scheduler.remedies.registry import REMEDIES
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.spread_constraints import HOSTNAME

ASKED_MAX = 6
"""Ways of one kind that are asked about for one reason."""
NODES_MAX = 6
"""Nodes for which several changes together are looked for."""
ROUNDS_MAX = 4
"""How often what the model says of such changes is answered."""
SHAPES_MAX = 8
"""Kinds of nodes of which a copy is tried."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes that, made together, let the pod be scheduled."""

    changes: Way
    fits: tuple[str, ...]
    """All nodes where it fits then."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One text that plugins have against the pod, and the nodes it is said of."""

    text: str
    plugins: tuple[str, ...]
    nodes: tuple[str, ...]
    """Those that are nearest to fitting first."""
    alone: int
    """On how many of them nothing else stands against the pod."""
    evidence: tuple[tuple[str, Evidence], ...]
    """By node, in their order; none where the text says all."""
    remedies: tuple[Remedy, ...]
    """What helps on its own, the smallest first."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the model says of a pod that waits."""

    decision: Decision
    fits: tuple[str, ...]
    """Nodes where it fits as it is."""
    reasons: tuple[Reason, ...]
    """Those of most nodes first."""
    together: Remedy | None
    """The smallest changes that were found for one node, where no single one helps."""
    new_node: Remedy | None
    """One more node like one of those there are, with what else is needed."""


def findings(case: Case) -> Findings:
    """All that there is to say of a case. Raises NotModelledError."""
    decision = schedule(case.framework, case.snapshot, case.pod)
    against = objections(case)
    fits = tuple(name for name, each in against.items() if not each)
    reasons = tuple(_reasons(case, against, search=not fits))
    together = new_node = None
    if not fits:
        helped = any(reason.remedies for reason in reasons)
        together = None if helped else _together(case, against)
        new_node = _new_node(case, needed=not helped and together is None)
    return Findings(decision, fits, reasons, together, new_node)


def fitting(case: Case) -> tuple[str, ...]:
    """All nodes where the pod fits."""
    return tuple(name for name, each in objections(case).items() if not each)


def _reasons(case: Case, against: Objections, *, search: bool) -> Iterator[Reason]:
    nodes: dict[str, list[str]] = {}
    plugins: dict[str, dict[str, None]] = {}
    for name, each in against.items():
        for objection in each:
            nodes.setdefault(objection.reason, []).append(name)
            plugins.setdefault(objection.reason, {})[objection.plugin] = None
    for reason in sorted(nodes, key=lambda text: (-len(set(nodes[text])), text)):
        objection = Objection(next(iter(plugins[reason])), reason)
        names = list(dict.fromkeys(nodes[reason]))
        behind = {name: _evidence(case, name, objection) for name in names}
        names.sort(key=lambda name: _distance(behind[name]))
        alone = [name for name in names if all(o.reason == reason for o in against[name])]
        yield Reason(
            text=reason,
            plugins=tuple(plugins[reason]),
            nodes=tuple(names),
            alone=len(alone),
            evidence=tuple((n, e) for n in names if (e := behind[n]) is not None),
            remedies=tuple(_alone(case, alone, against)) if search else (),
        )


def _distance(evidence: Evidence | None) -> int:
    return evidence.distance if evidence is not None else 0


def _evidence(case: Case, name: str, objection: Objection) -> Evidence | None:
    remedies = REMEDIES.get(objection.plugin)
    node = case.snapshot.node_by_name[name]
    return remedies.evidence(case, node, objection) if remedies else None


def _ways(case: Case, name: str, objection: Objection) -> list[Way]:
    remedies = REMEDIES.get(objection.plugin)
    node = case.snapshot.node_by_name[name]
    return sorted(filter(None, remedies.ways(case, node, objection)), key=size) if remedies else []


def _alone(case: Case, names: Sequence[str], against: Objections) -> Iterator[Remedy]:
    """For each kind of change the smallest that helps on one of these nodes."""
    targets: dict[Way, str] = {}
    for name in names:
        for objection in against[name]:
            for way in _ways(case, name, objection):
                targets.setdefault(way, name)
    asked: dict[type[Change], int] = {}
    for way in sorted(targets, key=size):
        kind = type(way[0])
        if asked.get(kind, 0) >= ASKED_MAX:
            continue
        asked[kind] = asked.get(kind, 0) + 1
        if remedy := _asked(case, way, targets[way]):
            asked[kind] = ASKED_MAX
            yield remedy


def _asked(case: Case, way: Way, target: str) -> Remedy | None:
    """The remedy, if the model says that the pod fits on its node with these changes."""
    changed = apply(way, case)
    if objections(changed, [_place(way, target)])[_place(way, target)]:
        return None
    needed = _needed(case, way)
    return Remedy(needed, fitting(apply(needed, case)))


def _place(way: Way, target: str) -> str:
    """The node that changes are for: the new one, where there is one."""
    return next((change.name for change in way if isinstance(change, AddNode)), target)


def _together(case: Case, against: Objections) -> Remedy | None:
    """The smallest changes for one of the nodes against which the fewest plugins stand."""
    ways = {name: _answered(case, name, each) for name, each in against.items()}
    plugins = {name: len({o.plugin for o in each}) for name, each in against.items()}
    nodes = sorted(
        (name for name, way in ways.items() if way),
        key=lambda name: (plugins[name], size(ways[name])),
    )
    solved = [remedy for name in nodes[:NODES_MAX] if (remedy := _solved(case, name))]
    return min(solved, key=lambda remedy: size(remedy.changes), default=None)


def _answered(case: Case, name: str, against: Sequence[Objection]) -> Way:
    """The smallest way for each objection, together; none if there is one without a way."""
    answer: dict[Change, None] = {}
    for objection in against:
        ways = _ways(case, name, objection)
        if not ways:
            return ()
        answer |= dict.fromkeys(ways[0])
    return tuple(answer)


def _solved(case: Case, target: str, start: Way = ()) -> Remedy | None:
    """What has to change for the pod to fit on a node, and nothing that need not."""
    way = start
    for _ in range(ROUNDS_MAX):
        place = _place(way, target)
        changed = apply(way, case)
        against = objections(changed, [place])[place]
        if not against:
            return _asked(case, way, target)
        more = [each for each in _answered(changed, place, against) if each not in way]
        if not more:
            return None
        way = (*way, *more)
    return None


def _needed(case: Case, way: Way) -> Way:
    """The way without the changes that can be left out, the largest tried first."""
    for change in sorted(way, key=lambda each: size((each,)), reverse=True):
        fewer = tuple(each for each in way if each != change)
        if fewer and fitting(apply(fewer, case)):
            way = fewer
    return way


def _new_node(case: Case, *, needed: bool) -> Remedy | None:
    """A copy of the smallest node that helps; where `needed`, with other changes."""
    copies = [_copy(case, node) for node in _shapes(case.snapshot.nodes)]
    copies.sort(key=lambda copy: copy.cost)
    for copy in copies:
        if remedy := _asked(case, (copy,), copy.name):
            return remedy
    solved = (_solved(case, copy.name, (copy,)) for copy in copies if needed)
    found = [remedy for remedy in solved if remedy]
    return min(found, key=lambda remedy: size(remedy.changes), default=None)


def _copy(case: Case, node: NodeInfo) -> AddNode:
    """One more such node, large enough for what the pod requests."""
    wanted, has = case.pod.spec_requests, node.allocatable
    amounts = [(name, wanted.amount(name)) for name in wanted.names()]
    more = tuple((name, amount) for name, amount in amounts if amount > has.amount(name))
    return AddNode(node.name, amounts=more)


def _shapes(nodes: Sequence[NodeInfo]) -> list[NodeInfo]:
    """One node of each kind, the smallest first."""
    kinds: dict[str, NodeInfo] = {}
    for node in nodes:
        labels = sorted((key, value) for key, value in node.labels.items() if key != HOSTNAME)
        taints = [t for t in node.taints if not text(t, "key").startswith(CONDITION_TAINTS)]
        kinds.setdefault(f"{labels}{taints}{node.allocatable}{node.pods_allowed}", node)
    by_size = sorted(
        kinds.values(), key=lambda each: (each.allocatable.milli_cpu, each.allocatable.memory)
    )
    return by_size[:SHAPES_MAX]
