"""What pods take of a quota.

Source: pkg/quota/v1/evaluator/core/pods.go, v1.36.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.apiserver.admission.amounts import (
    HUGE_PAGES,
    LIMITS,
    REQUESTS,
    Amounts,
    container_amounts,
    pod_amounts_with_overhead,
)
from engine.apiserver.admission.contract import UPDATE, Attributes
from engine.apiserver.admission.objects import containers_of, spec_of
from engine.apiserver.admission.quota.contract import ONE, Evaluator, selects
from engine.apiserver.validation.pods.pod_resources import quality_of_service
from engine.apiserver.validation.resources import is_extended, is_native
from engine.apiserver.verbs.contract import Object
from engine.apiserver.verbs.metadata import metadata_of
from engine.model.timestamp import TimestampError, parse_seconds

COUNT = "count/pods"
PODS = "pods"
MEASURED = ("cpu", "memory", "ephemeral-storage")
NAMES = frozenset(
    {COUNT, PODS, *MEASURED}
    | {f"{kind}.{name}" for kind in (REQUESTS, LIMITS) for name in MEASURED}
)
REQUIRED = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu",
                      "limits.memory"})  # fmt: skip
"""Where a quota has one of them, each container must say how much it takes (validationSet)."""

REQUESTS_OF = f"{REQUESTS}."
ENDED = ("Failed", "Succeeded")
AFFINITY_FIELDS = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)


class PodUsage(Evaluator):
    """Pods, and what they ask for and are limited to."""

    def handles(self, attributes: Attributes) -> bool:
        """Creating, and resizing."""
        resizes = attributes.write.subresource == "resize" and attributes.operation == UPDATE
        return attributes.creates or resizes

    def names(self, hard: Collection[str]) -> list[str]:
        """Huge pages and extended resources besides the usual ones."""
        usual = sorted(name for name in hard if name in NAMES)
        pages = [n for n in hard if n.startswith((HUGE_PAGES, REQUESTS_OF + HUGE_PAGES))]
        others = [n for n in hard if n.startswith(REQUESTS_OF) and not is_native(n)]
        return list(dict.fromkeys([*usual, *pages, *others]))

    def in_scope(self, scope: Object, obj: Object) -> bool:
        """podMatchesScopeFunc."""
        spec, name = spec_of(obj), scope.get("scopeName")
        if name in ("Terminating", "NotTerminating"):
            deadline = spec.get("activeDeadlineSeconds")
            ends = deadline is not None and int(deadline) >= 0
            return bool(ends == (name == "Terminating"))
        if name in ("BestEffort", "NotBestEffort"):
            quality = (obj.get("status") or {}).get("qosClass") or quality_of_service(spec)
            return bool((quality == "BestEffort") == (name == "BestEffort"))
        if name == "PriorityClass":
            return selects(scope, spec.get("priorityClassName") or None)
        return name == "CrossNamespacePodAffinity" and any(_cross_namespace_terms(spec))

    def constraints(self, required: Collection[str], obj: Object) -> str:
        """Each container says how much it takes of what the quota limits."""
        missing: dict[str, set[str]] = {}
        for container in containers_of(spec_of(obj), "containers", "initContainers"):
            requests = container_amounts(container, REQUESTS)
            said = _compute(requests, container_amounts(container, LIMITS))
            for name in REQUIRED.intersection(required):
                if name not in said:
                    missing.setdefault(name, set()).add(str(container.get("name", "")))
        if not missing:
            return ""
        texts = [f"{name} for: {','.join(sorted(missing[name]))}" for name in sorted(missing)]
        return f"must specify {'; '.join(texts)}"

    def usage(self, obj: Object, now_seconds: int) -> Amounts:
        """A pod that has ended, or should have, is only an object."""
        if (obj.get("status") or {}).get("phase") in ENDED or _overdue(obj, now_seconds):
            return {COUNT: ONE}
        spec = spec_of(obj)
        requests = pod_amounts_with_overhead(spec, REQUESTS)
        return {COUNT: ONE, **_compute(requests, pod_amounts_with_overhead(spec, LIMITS))}


def _compute(requests: Amounts, limits: Amounts) -> Amounts:
    """podComputeUsageHelper."""
    found = {PODS: ONE}
    for name in MEASURED:
        if name in requests:
            found[name] = found[REQUESTS_OF + name] = requests[name]
        if name in limits:
            found[f"{LIMITS}.{name}"] = limits[name]
    for name, amount in requests.items():
        if name.startswith(HUGE_PAGES):
            found[name] = found[REQUESTS_OF + name] = amount
        elif is_extended(name):
            found[REQUESTS_OF + name] = amount
    return found


def _overdue(pod: Object, now_seconds: int) -> bool:
    """A pod that is stuck on its way out takes nothing (QuotaV1Pod)."""
    metadata = metadata_of(pod)
    deleted, grace = metadata.get("deletionTimestamp"), metadata.get("deletionGracePeriodSeconds")
    if deleted is None or grace is None:
        return False
    try:
        return now_seconds > parse_seconds(str(deleted)) + int(grace)
    except TimestampError:
        return False


def _cross_namespace_terms(spec: Object) -> Iterator[Object]:
    affinity = spec.get("affinity") or {}
    for name in ("podAffinity", "podAntiAffinity"):
        for field in AFFINITY_FIELDS:
            for term in (affinity.get(name) or {}).get(field) or ():
                term = term.get("podAffinityTerm") or term
                if term.get("namespaces") or term.get("namespaceSelector") is not None:
                    yield term
