"""Arithmetic on resource lists, as defaults do it.

Source: k8s.io/component-helpers resource/helpers.go, pkg/apis/core/v1/helper/helpers.go (v1.36).
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from engine.model.quantity import MILLI, Quantity

ResourceList = Mapping[str, str]
HUGE_PAGES = "hugepages-"


@lru_cache(maxsize=16384)
def rounded(text: str) -> str:
    """The quantity rounded up to a multiple of a thousandth.

    Source: SetDefaults_ResourceList in pkg/apis/core/v1/defaults.go (v1.36).
    """
    return str(Quantity.parse(text).round_up(MILLI)[0])


def round_list(resources: ResourceList) -> ResourceList:
    """The list with each quantity rounded; the same one where nothing changes."""
    for text in resources.values():
        if rounded(text) != text:
            return {name: rounded(text) for name, text in resources.items()}
    return resources


def aggregate(pod_spec: Mapping[str, Any], which: str) -> dict[str, str]:
    """The sum of all containers' `requests` or `limits`, or what initialization needs if more.

    Source: AggregateContainerRequests and AggregateContainerLimits, v1.36.
    """
    total: dict[str, Quantity] = {}
    for container in pod_spec.get("containers") or ():
        _add(total, _of(container, which))
    sidecars: dict[str, Quantity] = {}
    most: dict[str, Quantity] = {}
    for container in pod_spec.get("initContainers") or ():
        own = _of(container, which)
        if container.get("restartPolicy") == "Always":
            _add(total, own)
            _add(sidecars, own)
            needed = sidecars
        else:
            needed = dict(own)
            _add(needed, sidecars)
        _raise_to(most, needed)
    _raise_to(total, most)
    return {name: str(quantity) for name, quantity in total.items()}


def is_pod_level(name: str) -> bool:
    """Whether pods may ask for the resource as a whole (IsSupportedPodLevelResource)."""
    return name in ("cpu", "memory") or name.startswith(HUGE_PAGES)


def is_overcommit_allowed(name: str) -> bool:
    """Whether limits may exceed requests (IsOvercommitAllowed): native and no huge page."""
    prefixed = "/" in name and "kubernetes.io/" not in name
    return not prefixed and not name.startswith(HUGE_PAGES)


def _of(container: Mapping[str, Any], which: str) -> dict[str, Quantity]:
    resources = (container.get("resources") or {}).get(which) or {}
    return {name: Quantity.parse(text) for name, text in resources.items()}


def _add(total: dict[str, Quantity], more: Mapping[str, Quantity]) -> None:
    for name, quantity in more.items():
        total[name] = total[name] + quantity if name in total else quantity


def _raise_to(total: dict[str, Quantity], other: Mapping[str, Quantity]) -> None:
    for name, quantity in other.items():
        if name not in total or quantity > total[name]:
            total[name] = quantity


def completed(given: ResourceList | None, *sources: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A new list: what is given, then what the sources have besides, the first one winning."""
    result = dict(given or {})
    for source in sources:
        for name, text in source:
            result.setdefault(name, text)
    return result
