"""What stands behind a reason on a node, in words."""

from __future__ import annotations

from typing import assert_never

from engine.scheduler.remedies.evidence import (
    Claims,
    Evidence,
    InTheWay,
    Shortage,
    Uneven,
    Unmatched,
    Untolerated,
)
from engine.scheduler.resources import PODS, as_quantity
from engine.scheduler.spread_constraints import Skew
from reports.words import some


def in_words(evidence: Evidence) -> str:
    """Of one node."""
    match evidence:
        case Shortage():
            return _shortage(evidence)
        case Untolerated(taints):
            return f"taint {some(taints)}"
        case Unmatched(requirements):
            return f"wanted: {' and '.join(requirements)}"
        case InTheWay(pods, because):
            return f"in the way: {some(pods)}" + (f" ({because})" if because else "")
        case Uneven(skews):
            return "; ".join(map(_skew, skews))
        case Claims(problems):
            return some([f"claim {each.claim} {each.problem}" for each in problems])
    assert_never(evidence)


def _shortage(shortage: Shortage) -> str:
    name = shortage.resource
    has = as_quantity(name, shortage.allocatable)
    if name == PODS:
        kept = f", {shortage.kept} of them nominated" if shortage.kept else ""
        return f"has {shortage.allocatable - shortage.free} of {has} pods{kept}"
    # What is kept may be more than what is free: pods are still to go from there.
    free = as_quantity(name, shortage.free + shortage.kept)
    wanted = as_quantity(name, shortage.wanted)
    kept = f" but for {as_quantity(name, shortage.kept)} that nominated pods are promised"
    kept = kept if shortage.kept else ""
    return f"{free} of {has} {name} free{kept}, {wanted} requested"


def _skew(skew: Skew) -> str:
    constraint = skew.constraint
    if skew.value is None:
        return f"has no label {constraint.topology_key}"
    fewest = (
        f"only {skew.domains} of minDomains {constraint.min_domains} exist"
        if 0 < skew.domains < constraint.min_domains
        else f"the fewest in any is {skew.fewest}"
    )
    return (
        f"{constraint.topology_key}={skew.value} would have {skew.count}, {fewest}: skew "
        f"{skew.skew} > maxSkew {constraint.max_skew}"
    )
