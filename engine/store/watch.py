"""Watches: the changes of a resource from a revision on, as the API server streams them.

Source: k8s.io/apiserver pkg/storage/etcd3/watcher.go (transform), v1.36: an object that no longer
fits the watch's filter is told as deleted, one that fits for the first time as added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from engine.store.changes import Change, Entry
from engine.store.revisions import Store, Stored

Object = dict[str, Any]
Selects = Callable[[Object], bool]


class WatchEvent(NamedTuple):
    """ADDED, MODIFIED or DELETED with the object, its resourceVersion that of the change.

    BOOKMARK with an object that has a resourceVersion and nothing else: nothing below it is left.
    """

    type: str
    object: Object


class Watch:
    """One watch. `events` gives what has come since it was last asked; it never waits."""

    def __init__(
        self,
        store: Store,
        resource: str,
        after: int,
        *,
        namespace: str | None = None,
        selects: Selects | None = None,
    ) -> None:
        store.require(after)
        self.revision = after
        self._store = store
        self._resource = resource
        self._namespace = namespace
        self._selects = selects

    def events(self) -> Iterator[WatchEvent]:
        """The changes since the last call; ExpiredError if some of them were compacted away."""
        for change in self._store.changes_after(self.revision):
            self.revision = change.revision
            event = self._event(change)
            if event is not None:
                yield event

    def bookmark(self) -> WatchEvent:
        """How far this watch has come."""
        return WatchEvent("BOOKMARK", {"metadata": {"resourceVersion": str(self.revision)}})

    def _event(self, change: Change) -> WatchEvent | None:
        key = change.key
        if key.resource != self._resource or self._namespace not in (None, key.namespace):
            return None
        old = self._passing(change, change.before)
        new = self._passing(change, change.after)
        if new is not None:
            return WatchEvent("MODIFIED" if old is not None else "ADDED", new.object)
        return WatchEvent("DELETED", old.object) if old is not None else None

    def _passing(self, change: Change, entry: Entry | None) -> Stored | None:
        """The object as the change shows it, if there is one and it fits the filter."""
        if entry is None:
            return None
        stored = self._store.read(change.key, entry, change.revision)
        return stored if self._selects is None or self._selects(stored.object) else None
