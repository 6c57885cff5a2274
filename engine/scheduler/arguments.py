"""Plugins made of their arguments in a KubeSchedulerConfiguration (`pluginConfig`).

After staging/src/k8s.io/kube-scheduler/config/v1/types_pluginargs.go and pkg/scheduler/apis/config/
v1/defaults.go (v1.36).
"""

from collections.abc import Sequence
from itertools import pairwise

from engine.errors import KubeRewindError
from engine.scheduler.contract import Plugin
from engine.scheduler.plugins.balanced_allocation import NodeResourcesBalancedAllocation
from engine.scheduler.plugins.default_preemption import DefaultPreemption
from engine.scheduler.plugins.inter_pod_affinity import HARD_POD_AFFINITY_WEIGHT, InterPodAffinity
from engine.scheduler.plugins.node_affinity import NodeAffinity
from engine.scheduler.plugins.node_resources_fit import NodeResourcesFit
from engine.scheduler.plugins.topology_spread import PodTopologySpread
from engine.scheduler.preemption import (
    MIN_CANDIDATE_NODES_ABSOLUTE,
    MIN_CANDIDATE_NODES_PERCENTAGE,
    CandidateNumber,
)
from engine.scheduler.reading import Object, integer, mapping, mappings, strings, text, truth
from engine.scheduler.resource_scores import (
    DEFAULT_RESOURCES,
    RequestedToCapacityRatio,
    Scorer,
    Weighted,
    least_allocated,
    most_allocated,
)


class ConfigurationError(KubeRewindError):
    """A KubeSchedulerConfiguration that cannot be followed."""


def node_affinity(args: Object) -> Plugin:
    """NodeAffinityArgs."""
    return NodeAffinity(mapping(args, "addedAffinity"))


def inter_pod_affinity(args: Object) -> Plugin:
    """InterPodAffinityArgs."""
    return InterPodAffinity(
        integer(args, "hardPodAffinityWeight", default=HARD_POD_AFFINITY_WEIGHT),
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
    if kind == "System":
        return PodTopologySpread()
    return PodTopologySpread(constraints, system=False)


def default_preemption(args: Object) -> Plugin:
    """DefaultPreemptionArgs."""
    return DefaultPreemption(
        CandidateNumber(
            integer(args, "minCandidateNodesPercentage", default=MIN_CANDIDATE_NODES_PERCENTAGE),
            integer(args, "minCandidateNodesAbsolute", default=MIN_CANDIDATE_NODES_ABSOLUTE),
        )
    )


def balanced_allocation(args: Object) -> Plugin:
    """NodeResourcesBalancedAllocationArgs."""
    return NodeResourcesBalancedAllocation(_resources(args))


def node_resources_fit(args: Object) -> Plugin:
    """NodeResourcesFitArgs."""
    strategy = mapping(args, "scoringStrategy")
    return NodeResourcesFit(
        _scorer(strategy),
        _resources(strategy),
        frozenset(strings(args, "ignoredResources")),
        frozenset(strings(args, "ignoredResourceGroups")),
    )


def _scorer(strategy: Object) -> Scorer:
    match text(strategy, "type") or "LeastAllocated":
        case "LeastAllocated":
            return least_allocated
        case "MostAllocated":
            return most_allocated
        case "RequestedToCapacityRatio":
            shape = tuple(
                (integer(point, "utilization"), integer(point, "score"))
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


def _resources(args: Object) -> Sequence[Weighted]:
    """The resources that count, each at least with 1."""
    found = [
        Weighted(text(each, "name"), integer(each, "weight") or 1)
        for each in mappings(args, "resources")
    ]
    return found or DEFAULT_RESOURCES
