"""Amounts of resources, by name: what pods ask for, limits allow and quotas count.

Source: k8s.io/apiserver pkg/quota/v1/resources.go, k8s.io/component-helpers resource/helpers.go
(PodRequests, PodLimits), v1.36.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from engine.apiserver.validation.pods.pod_resources import aggregate
from engine.apiserver.verbs.contract import Object
from engine.model.quantity import Quantity, QuantityError

Amounts = dict[str, Quantity]

REQUESTS = "requests"
LIMITS = "limits"
HUGE_PAGES = "hugepages-"
POD_LEVEL = frozenset({"cpu", "memory"})
"""What a pod can ask for as a whole, beside huge pages (supportedPodLevelResources)."""


def amounts(resources: Any) -> Amounts:
    """A resource list, read. What is no quantity was never stored: only a damaged record has it."""
    found: Amounts = {}
    for name, value in resources.items() if isinstance(resources, dict) else ():
        try:
            found[name] = Quantity.from_json(value)
        except QuantityError:
            continue
    return found


def container_amounts(container: Object, kind: str) -> Amounts:
    """What a container asks for."""
    return amounts((container.get("resources") or {}).get(kind))


def pod_amounts(spec: Object, kind: str) -> Amounts:
    """What a pod asks for as a whole, without its overhead."""
    total = aggregate(spec, kind)
    own = amounts((spec.get("resources") or {}).get(kind))
    total.update({k: v for k, v in own.items() if k in POD_LEVEL or k.startswith(HUGE_PAGES)})
    return total


def pod_amounts_with_overhead(spec: Object, kind: str) -> Amounts:
    """What a pod takes as a whole; overhead counts towards limits only where there are some."""
    total = pod_amounts(spec, kind)
    overhead = amounts(spec.get("overhead"))
    if kind == LIMITS:
        overhead = masked(overhead, total)
    return add(total, overhead)


def add(one: Amounts, other: Amounts) -> Amounts:
    """The sums."""
    result = dict(one)
    for name, amount in other.items():
        result[name] = result[name] + amount if name in result else amount
    return result


def subtract(one: Amounts, other: Amounts) -> Amounts:
    """The differences, none below zero (SubtractWithNonNegativeResult)."""
    result: Amounts = {}
    for name in {**one, **other}:
        left = one[name] - other.get(name, Quantity()) if name in one else Quantity()
        result[name] = left if left.sign > 0 else Quantity()
    return result


def masked(all_amounts: Amounts, names: Collection[str]) -> Amounts:
    """Those of these names."""
    return {name: amount for name, amount in all_amounts.items() if name in names}


def spelled(all_amounts: Amounts) -> str:
    """As messages print them, by name."""
    return ",".join(f"{name}={amount}" for name, amount in sorted(all_amounts.items()))
