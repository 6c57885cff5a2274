"""Plugins made of their arguments in a KubeSchedulerConfiguration (`pluginConfig`).

After staging/src/k8s.io/kube-scheduler/config/v1/types_pluginargs.go, and v1/defaults.go and
validation/validation_pluginargs.go in pkg/scheduler/apis/config (v1.36).
"""

from collections.abc import Sequence
from itertools import pairwise

from engine.model.naming import label_key_problems
from engine.model.timestamp import SECOND_NS
from engine.scheduler.contract import Plugin
from engine.scheduler.node_selector import (
    NodeSelector,
    PreferredTerms,
    aggregate,
    required_terms,
)
from engine.scheduler.plugins.balanced_allocation import NodeResourcesBalancedAllocation
from engine.scheduler.plugins.default_preemption import DefaultPreemption
from engine.scheduler.plugins.inter_pod_affinity import HARD_POD_AFFINITY_WEIGHT, InterPodAffinity
from engine.scheduler.plugins.node_affinity import NodeAffinity
from engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from engine.scheduler.plugins.topology_spread import PodTopologySpread
from engine.scheduler.plugins.volume_binding import BIND_TIMEOUT_SECONDS, VolumeBinding
from engine.scheduler.preemption import (
    MIN_CANDIDATE_NODES_ABSOLUTE,
    MIN_CANDIDATE_NODES_PERCENTAGE,
    CandidateNumber,
)
from engine.scheduler.reading import Object, at, integer, mapping, mappings, strings, text, truth
from engine.scheduler.resource_scores import (
    DEFAULT_RESOURCES,
    RequestedToCapacityRatio,
    Scorer,
    Weighted,
    least_allocated,
    most_allocated,
)
from engine.scheduler.spread_constraints import DO_NOT_SCHEDULE, SCHEDULE_ANYWAY
from engine.scheduler.strict import ConfigurationError

_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_MAX_INT32, _MAX_INT64 = (1 << 31) - 1, (1 << 63) - 1


def node_affinity(args: Object) -> Plugin:
    """NodeAffinityArgs."""
    added = mapping(args, "addedAffinity")
    required = required_terms({"affinity": {"nodeAffinity": dict(added)}})
    terms = NodeSelector.of(required).terms if required is not None else ()
    problems = [problem for term in terms for problem in term.problems]
    problem = aggregate(problems) or PreferredTerms.of(mappings(added, _PREFERRED))[1]
    if problem:
        raise ConfigurationError(f"NodeAffinityArgs: addedAffinity: {problem}")
    return NodeAffinity(added)


def inter_pod_affinity(args: Object) -> Plugin:
    """InterPodAffinityArgs."""
    return InterPodAffinity(
        _ranged(args, "hardPodAffinityWeight", 100, default=HARD_POD_AFFINITY_WEIGHT),
        truth(args, "ignorePreferredTermsOfExistingPods"),
    )


def topology_spread(args: Object) -> Plugin:
    """PodTopologySpreadArgs."""
    kind = text(args, "defaultingType") or "System"
    constraints = mappings(args, "defaultConstraints")
    if kind not in ("System", "List") or (kind == "System" and constraints):
        raise ConfigurationError(
            "PodTopologySpreadArgs: defaultingType is List with defaultConstraints, or System "
            "without"
        )
    _check_constraints(constraints)
    if kind == "System":
        return PodTopologySpread()
    return PodTopologySpread(constraints, system=False)


def default_preemption(args: Object) -> Plugin:
    """DefaultPreemptionArgs."""
    share, least = "minCandidateNodesPercentage", "minCandidateNodesAbsolute"
    number = CandidateNumber(
        _ranged(args, share, 100, default=MIN_CANDIDATE_NODES_PERCENTAGE),
        _ranged(args, least, _MAX_INT32, default=MIN_CANDIDATE_NODES_ABSOLUTE),
    )
    if number.percentage == number.absolute == 0:
        raise ConfigurationError(f"{share}: cannot be zero at the same time as {least}")
    return DefaultPreemption(number)


def volume_binding(args: Object) -> Plugin:
    """VolumeBindingArgs. The shape is for StorageCapacityScoring, which is off."""
    if at(args, "shape") is not None:
        raise ConfigurationError("shape: unexpected field `shape`, remove it")
    seconds = _ranged(args, "bindTimeoutSeconds", _MAX_INT64, default=BIND_TIMEOUT_SECONDS)
    return VolumeBinding(seconds * SECOND_NS)


def balanced_allocation(args: Object) -> Plugin:
    """NodeResourcesBalancedAllocationArgs."""
    resources = _resources(args)
    names = [each.name for each in resources]
    if len(set(names)) < len(names) or any(each.weight != 1 for each in resources):
        raise ConfigurationError(
            "NodeResourcesBalancedAllocationArgs: each of resources once, with the weight 1"
        )
    return NodeResourcesBalancedAllocation(resources)


def node_resources_fit(args: Object) -> Plugin:
    """NodeResourcesFitArgs."""
    strategy = mapping(args, "scoringStrategy")
    ignored, groups = strings(args, "ignoredResources"), strings(args, "ignoredResourceGroups")
    for name in (*ignored, *groups):
        if problems := label_key_problems(name):
            raise ConfigurationError(f"NodeResourcesFitArgs: {name!r}: {problems[0]}")
    if any("/" in group for group in groups):
        raise ConfigurationError("ignoredResourceGroups: resource group name can't contain '/'")
    return NodeResourcesFit(
        _scorer(strategy), _resources(strategy), frozenset(ignored), frozenset(groups)
    )


def _scorer(strategy: Object) -> Scorer:
    kind = text(strategy, "type")
    ratio = "requestedToCapacityRatio"
    if kind != "RequestedToCapacityRatio" and at(strategy, ratio) is not None:
        raise ConfigurationError(f"{ratio}: must be nil when type is not RequestedToCapacityRatio")
    # Only where there is no strategy at all is there a type by default.
    match kind if strategy else "LeastAllocated":
        case "LeastAllocated":
            return least_allocated
        case "MostAllocated":
            return most_allocated
        case "RequestedToCapacityRatio":
            shape = tuple(
                (_ranged(point, "utilization", 100), _ranged(point, "score", 10))
                for point in mappings(strategy, "requestedToCapacityRatio", "shape")
            )
            if not shape or any(a[0] >= b[0] for a, b in pairwise(shape)):
                raise ConfigurationError(
                    "NodeResourcesFitArgs: requestedToCapacityRatio.shape must have points of "
                    "growing utilization"
                )
            return RequestedToCapacityRatio(shape)
        case other:
            raise ConfigurationError(f"scoring strategy {other} is not supported")


def _check_constraints(constraints: Sequence[Object]) -> None:
    """ValidatePodTopologySpreadArgs."""
    seen = []
    for each in constraints:
        key, action = text(each, "topologyKey"), text(each, "whenUnsatisfiable")
        if integer(each, "maxSkew") <= 0:
            raise ConfigurationError("defaultConstraints: maxSkew: not in valid range (0, inf)")
        if problems := label_key_problems(key):
            raise ConfigurationError(f"defaultConstraints: topologyKey {key!r}: {problems[0]}")
        if action not in (DO_NOT_SCHEDULE, SCHEDULE_ANYWAY):
            raise ConfigurationError(f"defaultConstraints: whenUnsatisfiable: {action!r}")
        if at(each, "labelSelector") is not None:
            raise ConfigurationError(
                "defaultConstraints: constraint must not define a selector, as they deduced for "
                "each pod"
            )
        if (key, action) in seen:
            raise ConfigurationError(f"defaultConstraints: {{{key}, {action}}} stands there twice")
        seen.append((key, action))


def _ranged(args: Object, name: str, highest: int, *, default: int = 0) -> int:
    """A number of 0 to the highest."""
    found = integer(args, name, default=default)
    if not 0 <= found <= highest:
        raise ConfigurationError(
            f"{name}: Invalid value: {found}: not in valid range [0, {highest}]"
        )
    return found


def _resources(args: Object) -> Sequence[Weighted]:
    """The resources that count, each with 1 to 100."""
    found = [
        Weighted(text(each, "name"), _ranged(each, "weight", 100) or 1)
        for each in mappings(args, "resources")
    ]
    return found or DEFAULT_RESOURCES
