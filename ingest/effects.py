"""What a hidden write did, and how the writes around it show that it was done, or not yet.

The API server's rules leave marks: a bound pod has a node, a deleted one a deletionTimestamp, and
a new object of the same name has another uid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import msgspec

from engine.apiserver.deletion import emptied
from ingest.bodies import Seen, metadata_of, parsed, part, seen
from ingest.requests import ObjectKey, Request, Step

Shows = Callable[[Step, Seen], bool]
"""Whether an anchor and the object that it answered with come after the hidden write."""


def is_removal(request: Request) -> bool:
    """Whether an update removed its object, since it left it without finalizers."""
    if request.verb not in ("update", "patch") or request.response is None:
        return False
    if '"deletionTimestamp"' not in request.response:
        return False
    sight = seen(request.response)
    metadata, spec = msgspec.to_builtins((sight.metadata, sight.spec))
    return emptied(sight.kind, metadata, spec)


class Anchors:
    """The writes whose revisions are known, by the objects that they show."""

    def __init__(self, anchors: Sequence[Step]) -> None:
        self._anchors = anchors
        self._of_object: dict[ObjectKey, list[int]] = defaultdict(list)
        for index, anchor in enumerate(anchors):
            self._of_object[anchor.key].append(index)

    def bounds(self, step: Step) -> tuple[int, int]:
        """After how many anchors at least and at most a hidden step belongs.

        Narrows the bounds of its revision, too.
        """
        first, last = 0, len(self._anchors)
        key, shows = effect(step)
        if shows is None:
            return first, last
        for index in self._of_object.get(key, ()):
            anchor = self._anchors[index]
            rv = anchor.rv or 0
            if rv <= step.lower:
                continue
            if step.upper is not None and rv >= step.upper:
                return first, last
            if shows(anchor, seen(anchor.request.response)):
                step.at_most(rv)
                return first, index
            if key == step.key:
                first = index + 1
                step.lower = rv
        return first, last


def effect(step: Step) -> tuple[ObjectKey, Shows | None]:
    """Whose later versions show that the step was done, and how; None if none does."""
    request = step.request
    if not (request.succeeded and request.stores):
        return step.key, None
    if request.subresource == "binding":
        return step.key, lambda _, sight: bool(sight.spec.node_name)
    if request.subresource == "eviction":
        return step.key, lambda _, sight: bool(sight.metadata.deletion_timestamp)
    if request.verb == "delete":
        return _effect_of_delete(step)
    if step.item is not None:
        if (step.key.group, step.key.resource) == ("", "services"):
            return _new_endpoints(step)
        uid = metadata_of(step.item).get("uid")
        return step.key, lambda _, sight: bool(
            sight.metadata.deletion_timestamp or sight.metadata.uid != uid
        )
    if is_removal(request):
        gone = request.uid
        return step.key, lambda _, sight: sight.metadata.uid != gone
    return step.key, None


def _effect_of_delete(step: Step) -> tuple[ObjectKey, Shows | None]:
    request = step.request
    if request.response_kind == "Status":
        if (step.key.group, step.key.resource) == ("", "services"):
            return _new_endpoints(step)
        uid = part(parsed(request.response), "details").get("uid") or request.uid
        return step.key, lambda _, sight: uid is not None and sight.metadata.uid != uid
    if request.resource_version is not None:
        return step.key, None
    # It marked a pod that another request removed: with the same mark, and not by an update.
    marked = request.uid
    return (
        step.key,
        lambda anchor, sight: sight.metadata.uid != marked or anchor.request.verb == "delete",
    )


def _new_endpoints(step: Step) -> tuple[ObjectKey, Shows | None]:
    """Endpoints made anew show that the Service is gone which took the old ones along."""
    endpoints = step.key._replace(resource="endpoints")
    return endpoints, lambda anchor, _: anchor.request.verb == "create"
