"""What a request tells about those that were still being served when it arrived.

A client acts on what it has seen. So a write was done, though nobody shows its revision and it is
answered later, when a kubelet speaks of the pod that it binds, or another write is based on what
came after it. Whether a change of the spec or a deletion was done shows in the object's generation,
which the replay knows: see ingest.fold.early. New pods are bound in the order in which they were
created: by it they get their names, which only answers show (ingest.fold.unnamed).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from engine.apiserver.verbs.metadata import GENERATED_SUFFIX_BYTES
from ingest.bodies import metadata_of, parsed, revision_of
from ingest.requests import Request, Step

REMEMBERED = 4_096
"""Objects, and collections of them; a write to one that overlaps with others comes soon."""

OVERLAPPING = 64
"""Writes to one object, or to one collection, that are served at the same time."""

KUBELET = "system:node:"

ANY = "*"
"""Ends the common beginning of generated names: no object's name has this character."""


@dataclass(slots=True)
class UnderWay:
    """The writes of late of which the log shows no answer, by the object or collection.

    A collection's key is that of its objects without their name.
    """

    _open: OrderedDict[tuple[str, ...], list[Step]] = field(default_factory=OrderedDict)

    def arrived(self, step: Step) -> None:
        """A step that arrived after all before: tells it what was under way, and others of it."""
        request = step.request
        if not step.writes or _shows_object(request):
            return
        if request.verb == "create" and not request.subresource:
            return  # see ingest.creations
        if not step.key.name:
            self._add(step.key[:-1], step)
            return
        own = self._add(step.key, step)
        for other in own:
            _bound(other, step)
        if request.subresource == "binding":
            name = step.key.name[:-GENERATED_SUFFIX_BYTES]
            own = self._add(step.key.named(f"{name}{ANY}"), step)
        collection = self._at(step.key[:-1], request.received)
        step.under_way = (*collection, *own) if collection else tuple(own)

    def _add(self, key: tuple[str, ...], step: Step) -> list[Step]:
        """Remember a step under a key; those that are under way there, the oldest first."""
        found = self._at(key, step.request.received)
        self._open[key] = [*found[1 - OVERLAPPING :], step]
        self._open.move_to_end(key)
        if len(self._open) > REMEMBERED:
            self._open.popitem(last=False)
        return found

    def _at(self, key: tuple[str, ...], received: int) -> list[Step]:
        found = self._open.get(key)
        return [one for one in found if one.request.ended > received] if found else []


def _shows_object(request: Request) -> bool:
    """Whether the answer has the object, and with it a revision."""
    return request.response is not None and request.response_kind != "Status"


def _bound(before: Step, step: Step) -> None:
    """Learn from a step by when one was done that was under way when it arrived."""
    if before.request.subresource == "binding":
        if step.request.user.startswith(KUBELET) and step.request.subresource == "status":
            before.ended = min(before.ended, step.request.received)
        return
    one, other = _base(before.request), _base(step.request)
    if one is None or other is None:
        return
    # Each of them succeeded on the revision that it names.
    if one < other:
        before.ended = min(before.ended, step.request.received)
    elif other < one:
        step.ended = min(step.ended, before.ended - 1)


def _base(request: Request) -> int | None:
    """The revision that a write is based on, if it names one."""
    if request.verb not in ("update", "patch"):
        return None
    return revision_of(metadata_of(parsed(request.request)).get("resourceVersion"))
