"""A pod that requests less."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from engine.scheduler.reading import Object
from engine.scheduler.resources import (
    Resource,
    amounts_of,
    as_quantity,
    is_pod_level,
    pod_requests,
)


def lowered(obj: Object, resource: str, limit: int) -> Object:
    """The pod requesting no more than `limit` of a resource in all, in the scheduler's units.

    Where it requests for itself as a whole, that is lowered; else the containers that request most
    are, one after the other. Its overhead stays, so it can remain above the limit.
    """
    pod: dict[str, Any] = deepcopy(dict(obj))
    whole = (pod["spec"].get("resources") or {}).get("requests") or {}
    holders = [whole] if is_pod_level(resource) and resource in whole else list(_requests(pod))
    while (excess := _total(pod, resource) - limit) > 0:
        largest = max(holders, key=lambda each: _amount(each, resource), default={})
        amount = _amount(largest, resource)
        if amount == 0:
            break
        largest[resource] = str(as_quantity(resource, max(amount - excess, 0)))
    return pod


def _requests(pod: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What each container requests, where it requests anything."""
    for kind in ("containers", "initContainers"):
        for container in pod["spec"].get(kind) or ():
            requests = (container.get("resources") or {}).get("requests")
            if requests:
                yield requests


def _total(pod: Object, resource: str) -> int:
    return Resource.of(pod_requests(pod, with_status=False)).amount(resource)


def _amount(requests: Object, resource: str) -> int:
    return Resource.of(amounts_of({"of": requests}, "of")).amount(resource)
