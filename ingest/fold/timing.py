"""Times that the API server's clock wrote into what it stored, in whole seconds.

A request that was served within one second leaves no doubt; for others the next version that is
seen tells which second it was.
"""

from __future__ import annotations

from engine.apiserver import pods
from ingest.bodies import Object, metadata_of, part, usable
from ingest.requests import Request
from ingest.version import Version

MICROSECONDS = 1_000_000


def in_one_second(request: Request) -> bool:
    """Whether the server's clock showed one second throughout the request."""
    return request.received // MICROSECONDS == request.ended // MICROSECONDS


def settle_binding(version: Version, seen: Object) -> None:
    """Take the time of a binding, and the labels of a node that was not seen, from later."""
    body = usable(version.body, pod=True)
    if body is None or not part(seen, "spec").get("nodeName"):
        return
    labels = part(seen, "metadata", "labels")
    copied = {name: labels[name] for name in pods.TOPOLOGY_LABELS if name in labels}
    if copied:
        own = part(body, "metadata", "labels")
        body["metadata"]["labels"] = {**own, **copied}
    _copy_transition(body, seen, "PodScheduled")
    version.spell(body)


def settle_deletion(version: Version, seen: Object) -> None:
    """Take the time of a deletion or of an eviction from later."""
    body = usable(version.body)
    if body is None:
        return
    end = metadata_of(seen).get("deletionTimestamp")
    if "deletionTimestamp" in body["metadata"] and end:
        body["metadata"]["deletionTimestamp"] = end
    _copy_transition(body, seen, "DisruptionTarget")
    version.spell(body)


def _copy_transition(body: Object, seen: Object, type_: str) -> None:
    times = {
        condition.get("type"): condition.get("lastTransitionTime")
        for condition in part(seen, "status").get("conditions") or ()
    }
    for condition in part(body, "status").get("conditions") or ():
        if condition.get("type") == type_ and times.get(type_):
            condition["lastTransitionTime"] = times[type_]
