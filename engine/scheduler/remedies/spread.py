"""What helps where a pod would make a part of the cluster too full of its kind."""

from collections.abc import Iterator

from engine.scheduler.framework import CycleState
from engine.scheduler.plugins.topology_spread import REASON_LABEL, PodTopologySpread
from engine.scheduler.reading import mappings, text
from engine.scheduler.remedies.case import Case, Objection
from engine.scheduler.remedies.change import Change, Way
from engine.scheduler.remedies.cluster_changes import Label
from engine.scheduler.remedies.contract import Remedies
from engine.scheduler.remedies.evidence import Uneven
from engine.scheduler.remedies.pod_changes import LowerMinDomains, RaiseSkew
from engine.scheduler.snapshot import NodeInfo
from engine.scheduler.spread_constraints import DO_NOT_SCHEDULE, Skew


class SpreadRemedies(Remedies):
    """Of PodTopologySpread."""

    def evidence(self, case: Case, node: NodeInfo, objection: Objection) -> Uneven:
        """The constraints that are not met."""
        return Uneven(tuple(_broken(case, node)))

    def ways(self, case: Case, node: NodeInfo, objection: Objection) -> Iterator[Way]:
        """Fewer domains or a greater skew allowed; a label where the node has none."""
        broken = _broken(case, node)
        if objection.reason == REASON_LABEL:
            yield from _labelled(case, node, broken)
        elif indexes := _own(case):
            yield tuple(_loosened(each, indexes[each.index]) for each in broken)
            if any(_lacks_domains(each) for each in broken):
                yield tuple(_raised(each, indexes[each.index]) for each in broken)


def _broken(case: Case, node: NodeInfo) -> list[Skew]:
    """What is not met; where pods that the node is kept for break more, with these."""
    for plugin in case.framework.filters:
        prepared = case.prepared.get(plugin.name)
        if not isinstance(plugin, PodTopologySpread) or prepared is None or prepared.state is None:
            continue
        state = CycleState({plugin.name: prepared.state})
        for counted, its_state in case.framework.ways_to_count(
            case.pod, node, state, case.snapshot
        ):
            skews = plugin.skews(case.pod, counted, its_state.states[plugin.name])
            if broken := [each for each in skews if not each.fits]:
                return broken
    return []


def _own(case: Case) -> list[int]:
    """The places in the pod's spec of the constraints that are required."""
    constraints = mappings(case.pod.spec, "topologySpreadConstraints")
    return [
        index
        for index, each in enumerate(constraints)
        if text(each, "whenUnsatisfiable") == DO_NOT_SCHEDULE
    ]


def _lacks_domains(skew: Skew) -> bool:
    return 0 < skew.domains < skew.constraint.min_domains


def _loosened(skew: Skew, index: int) -> Change:
    if not _lacks_domains(skew):
        return _raised(skew, index)
    constraint = skew.constraint
    return LowerMinDomains(index, constraint.topology_key, constraint.min_domains, skew.domains)


def _raised(skew: Skew, index: int) -> Change:
    constraint = skew.constraint
    return RaiseSkew(index, constraint.topology_key, constraint.max_skew, skew.skew)


def _labelled(case: Case, node: NodeInfo, broken: list[Skew]) -> Iterator[Way]:
    """The node in each of the domains that there are, where it is in none."""
    keys = [each.constraint.topology_key for each in broken if each.value is None]
    for key in keys[:1]:
        values = {other.labels[key] for other in case.snapshot.nodes if key in other.labels}
        for value in sorted(values):
            yield (Label(node.name, ((key, value),)),)
