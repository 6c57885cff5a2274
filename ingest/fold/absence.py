"""What shows that an object is gone, and so by when a hidden removal was done.

Others notice an absence: a request is answered "not found"; the garbage collector deletes in the
background what belonged to an object only once that is gone (attemptToDeleteItem,
pkg/controller/garbagecollector/garbagecollector.go, v1.36); the endpoints controller deletes the
Endpoints of a Service that it finds no more (syncService,
pkg/controller/endpoint/endpoints_controller.go, v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from ingest.bodies import UNREADABLE
from ingest.requests import ObjectKey, Step
from ingest.version import Version

GARBAGE_COLLECTOR = "generic-garbage-collector"
ENDPOINTS_CONTROLLER = "endpoint-controller"
"""How the user agents of controllers end (k8s.io/controller-manager, client builders, v1.36)."""

REMEMBERED = 4_096
"""Witnesses and removals that overlap come close together in the log, or never."""

_T = TypeVar("_T")

Handle = ObjectKey | str
"""An object by its key or by its uid."""


@dataclass(frozen=True, slots=True)
class _Witness:
    """An absence: noticed for a request that arrived at `received`, true by `by`, before `rv`."""

    received: int
    by: int
    rv: int | None


@dataclass(slots=True)
class Absences:
    """Hidden removals and those who noticed them, whichever comes first in the replay."""

    _removals: dict[Handle, Version] = field(default_factory=dict)
    _witnesses: dict[Handle, _Witness] = field(default_factory=dict)

    def removed(self, version: Version) -> None:
        """An object was removed."""
        if version.rv is not None or _waits_for_dependents(version):
            return
        for handle in (version.key, version.uid):
            if handle:
                _remember(self._removals, handle, version)
                _tell(version, self._witnesses.get(handle))

    def not_found(self, step: Step) -> None:
        """A request was answered that there is no such object."""
        if step.key.name and (step.request.verb != "create" or step.request.subresource):
            request = step.request
            self._notice(step.key, _Witness(request.received, request.ended, None))

    def deleted(self, step: Step, body: str | None) -> None:
        """A delete of an object, with that body until then, that somebody's absence may explain."""
        request = step.request
        rv = None if step.store else step.rv  # another store's tells nothing about owners
        witness = _Witness(request.received, request.received - 1, rv)
        if request.user_agent.endswith(GARBAGE_COLLECTOR):
            for uid in _owners(body):
                self._notice(uid, witness)
        elif request.user_agent.endswith(ENDPOINTS_CONTROLLER) and step.key.resource == "endpoints":
            self._notice(step.key._replace(resource="services"), witness)

    def _notice(self, handle: Handle, witness: _Witness) -> None:
        earlier = self._witnesses.get(handle)
        if earlier is None or witness.by < earlier.by:
            _remember(self._witnesses, handle, witness)
        removal = self._removals.get(handle)
        if removal is not None:
            _tell(removal, witness)


def _tell(removal: Version, witness: _Witness | None) -> None:
    if witness is not None and witness.received >= removal.began:
        removal.done_by(witness.by)
        removal.at_most(witness.rv)


def _remember(memory: dict[Handle, _T], handle: Handle, what: _T) -> None:
    memory.pop(handle, None)
    memory[handle] = what
    if len(memory) > REMEMBERED:
        del memory[next(iter(memory))]


def _waits_for_dependents(version: Version) -> bool:
    """Whether the garbage collector ended a foreground deletion: the dependents went before."""
    request = version.step.request
    return request.verb == "patch" and request.user_agent.endswith(GARBAGE_COLLECTOR)


class _Owner(msgspec.Struct):
    uid: str = ""


class _Metadata(msgspec.Struct, rename="camel"):
    owner_references: list[_Owner] | None = None


class _Owned(msgspec.Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


_decode_owned = msgspec.json.Decoder(_Owned).decode


def _owners(body: str | None) -> list[str]:
    try:
        owned = _decode_owned(body) if body else _Owned()
    except UNREADABLE:
        return []
    return [owner.uid for owner in owned.metadata.owner_references or () if owner.uid]
