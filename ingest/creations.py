"""By when objects were created, where no answer shows a revision: somebody spoke of them.

A creation may be answered late, after others have seen its object and written to it. Such a write
comes after the creation, so the creation was done when it arrived.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from engine.apiserver.verbs.metadata import GENERATED_SUFFIX_BYTES
from ingest.bodies import metadata_of, parsed
from ingest.requests import Step

REMEMBERED = 4_096
"""Creations that overlap with the first writes to their objects come soon before them."""

OVERLAPPING = 64
"""Creations of one name, or of one generated beginning, that are answered at the same time."""


@dataclass(slots=True)
class Creations:
    """The creations of late, by the name of their object or the beginning of a generated one."""

    _open: OrderedDict[tuple[str, ...], list[Step]] = field(default_factory=OrderedDict)

    def arrived(self, step: Step) -> None:
        """A step that arrived after all before."""
        request = step.request
        if not step.writes or request.response is not None:
            return
        if request.verb == "create" and not request.subresource:
            self._remember(step)
        elif step.key.name:
            generated = (*step.key[:-1], step.key.name[:-GENERATED_SUFFIX_BYTES])
            for key in (step.key, generated):
                for creation in self._open.get(key, ()):
                    if creation.ended > request.received:
                        creation.ended = request.received

    def _remember(self, step: Step) -> None:
        key = step.key
        if not key.name:
            prefix = metadata_of(parsed(step.request.request)).get("generateName")
            if not isinstance(prefix, str):
                return
            key = key.named(prefix)
        overlapping = [one for one in self._open.pop(key, ()) if one.over > step.request.received]
        self._open[key] = [*overlapping[1 - OVERLAPPING :], step]
        if len(self._open) > REMEMBERED:
            self._open.popitem(last=False)
