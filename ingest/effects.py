"""What a hidden write did, and how the writes around it show that it was done, or not yet.

The API server's rules leave marks: a bound pod has a node, a deleted one a deletionTimestamp, and
a new object of the same name has another uid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from engine.apiserver.deletion import emptied
from ingest.bodies import Seen, metadata_of, parsed, part, seen
from ingest.requests import ObjectKey, Request, Step

Shows = Callable[[Step, Seen], bool]
"""Whether an anchor, and the object that it answered with, come after the hidden write."""


@dataclass(frozen=True, slots=True)
class Effect:
    """In whose versions a hidden write shows, and how.

    With a `uid`, versions with another one are of an earlier or a later object of that name.
    """

    key: ObjectKey
    uid: str | None
    shows: Shows


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
        found = effect(step) if last else None
        if found is None:
            return first, last
        upper = step.upper
        for index, after in self._told(found, step.lower):
            rv = self._anchors[index].rv or 0
            if upper is not None and rv >= upper:
                break
            if after:
                step.at_most(rv)
                return first, index
            if found.key == step.key:
                first = index + 1
                step.lower = rv
        return first, last

    def _told(self, effect: Effect, lower: int) -> Iterator[tuple[int, bool]]:
        """(place, does it come after the hidden write) of the anchors that tell."""
        anchors = [
            (index, seen(self._anchors[index].request.response))
            for index in self._of_object.get(effect.key, ())
            if (self._anchors[index].rv or 0) > lower
        ]
        own = [index for index, sight in anchors if sight.metadata.uid == effect.uid]
        for index, sight in anchors:
            if effect.uid is None or sight.metadata.uid == effect.uid:
                yield index, effect.shows(self._anchors[index], sight)
            else:
                yield index, not own or index > own[0]


def effect(step: Step) -> Effect | None:
    """In whose versions a step shows, and how; None if it does in none."""
    request = step.request
    if not step.writes:
        return None
    if request.subresource == "binding":
        uid = metadata_of(parsed(request.request)).get("uid")
        return Effect(step.key, _text(uid), lambda _, sight: bool(sight.spec.node_name))
    if request.subresource == "eviction":
        return Effect(step.key, None, _is_marked)
    if _removes_service(step):
        return _new_endpoints(step)
    if request.verb == "delete":
        return _effect_of_delete(step)
    if step.item is not None:
        return Effect(step.key, _text(metadata_of(step.item).get("uid")), _is_marked)
    if is_removal(request):
        return Effect(step.key, request.uid, _never)
    return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _never(_: Step, __: Seen) -> bool:
    """An object that is there is not gone yet."""
    return False


def _is_marked(_: Step, sight: Seen) -> bool:
    return bool(sight.metadata.deletion_timestamp)


def _effect_of_delete(step: Step) -> Effect | None:
    request = step.request
    if request.response_kind == "Status":
        uid = part(parsed(request.response), "details").get("uid") or request.uid
        return Effect(step.key, _text(uid), _never) if uid else None
    if request.resource_version is not None:
        return None
    # It marked a pod that another request removed: with the same mark, and not by an update.
    return Effect(step.key, request.uid, lambda anchor, _: anchor.request.verb == "delete")


def _removes_service(step: Step) -> bool:
    if (step.key.group, step.key.resource) != ("", "services"):
        return False
    return step.item is not None or step.request.response_kind == "Status"


def _new_endpoints(step: Step) -> Effect:
    """Endpoints made anew show that the Service is gone which took the old ones along."""
    endpoints = step.key._replace(resource="endpoints")
    return Effect(endpoints, None, lambda anchor, _: anchor.request.verb == "create")
