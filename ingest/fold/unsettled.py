"""Computed versions that a later sight of their object will complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.bodies import is_usable, shared_object
from ingest.requests import ObjectKey
from ingest.version import Settle, Version

WAITING_MAX = 64
"""Versions of one object that wait: older ones have left the window that holds versions back."""


@dataclass(slots=True)
class Unsettled:
    """By object, the versions that wait for what the record has not told yet."""

    _waiting: dict[ObjectKey, list[Version]] = field(default_factory=dict)

    def add(self, version: Version, settle: Settle) -> None:
        """A version that `settle` will complete."""
        version.settle = settle
        waiting = self._waiting.setdefault(version.key, [])
        waiting.append(version)
        if len(waiting) > WAITING_MAX:
            waiting.pop(0).settle = None

    def of(self, key: ObjectKey) -> Sequence[Version]:
        """The versions of an object that wait."""
        return self._waiting.get(key, ())

    def settle(self, key: ObjectKey, text: str, *, pod: bool) -> None:
        """Complete the versions of an object from a body that shows it."""
        waiting = self._waiting.pop(key, ())
        if not waiting or not is_usable(text, pod=pod):
            return
        seen = shared_object(text)
        for version in waiting:
            if version.settle is not None:
                version.settle(version, seen)
                version.settle = None

    def forget(self, key: ObjectKey) -> None:
        """The object is gone: nothing more will be seen of it."""
        self._waiting.pop(key, None)

    def rename(self, old: ObjectKey, new: ObjectKey) -> None:
        """The object's name was learned."""
        if old in self._waiting:
            self._waiting[new] = self._waiting.pop(old)
