"""The store: one counter of revisions, every write one of them, objects by resource and name.

As etcd keeps Kubernetes' objects (k8s.io/apiserver pkg/storage/etcd3/store.go, v1.36): writes are
conditional on the revision that the writer saw, the past can be listed and watched back to the last
compaction, and an object's resourceVersion is the revision of its last write.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from sys import intern
from typing import Any, NamedTuple

import orjson

from engine.store.changes import Change, Changes, Entry, Key
from engine.store.layers import Layers
from engine.store.packing import Packer, fingerprint, spelled

Object = dict[str, Any]

PARSED_MAX = 4_096
"""Objects that are kept parsed, the ones used last: the rest are unpacked when they are read."""

DIGEST_MODULUS = 1 << 128


class StoreError(Exception):
    """A write that the store refused, or a past that it has forgotten."""


class ExistsError(StoreError):
    """There is an object at that key already."""


class MissingError(StoreError):
    """There is no object at that key."""


class ConflictError(StoreError):
    """The object was changed since the writer saw it."""


class ExpiredError(StoreError):
    """What happened after that revision was compacted away: the API server's 410."""


class Stored(NamedTuple):
    """An object with its revisions. The object belongs to the store: it must not be changed."""

    object: Object
    create_revision: int
    mod_revision: int


class Store:
    """Objects of a cluster at a revision, and how they came to it."""

    def __init__(self, *, parsed_max: int = PARSED_MAX) -> None:
        self.revision = 0
        self._packer = Packer()
        self._tables: dict[str, Layers[Key, Entry]] = {}
        self._changes = Changes()
        self._digest = 0
        self._parsed_max = parsed_max
        self._parsed: OrderedDict[tuple[Key, int, int], Stored] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._tables.values()))

    @property
    def digest(self) -> str:
        """32 hex digits for the objects and their places, whatever order they were written in.

        Revisions are no part of it: two clusters with equal objects have equal digests.
        """
        return f"{self._digest:032x}"

    # Reads

    def get(self, key: Key) -> Stored | None:
        """The object at a key, None if there is none."""
        entry = self._entry(key)
        return self.read(key, entry) if entry else None

    def objects(
        self, resource: str, namespace: str | None = None, *, revision: int | None = None
    ) -> Iterator[tuple[Key, Stored]]:
        """The objects of a resource by namespace and name, now or as they were at a revision."""
        entries = self._entries(resource)
        if revision is not None:
            self.require(revision)
            for change in self._changes.since(revision):
                if change.key.resource == resource:
                    _put(entries, change.key, change.before)
        for key, entry in sorted(entries.items()):
            if namespace is None or key.namespace == namespace:
                yield key, self.read(key, entry)

    def resources(self) -> list[str]:
        """The resources of which there are objects, in order."""
        return sorted(name for name, table in self._tables.items() if len(table))

    def require(self, revision: int) -> None:
        """Raise ExpiredError if the store no longer knows what happened after `revision`."""
        if revision < self._changes.compacted:
            raise ExpiredError(
                f"too old resource version: {revision} ({self._changes.compacted + 1})"
            )

    def changes_after(self, revision: int) -> Iterator[Change]:
        """The writes after a revision, oldest first; ExpiredError if they are forgotten."""
        self.require(revision)
        return self._changes.after(revision)

    def read(self, key: Key, entry: Entry, revision: int | None = None) -> Stored:
        """An object out of the form in which it is kept, as of `revision` if not of its own."""
        shown = entry.mod_revision if revision is None else revision
        place = (key, entry.mod_revision, shown)
        found = self._parsed.get(place)
        if found is not None:
            self._parsed.move_to_end(place)
            return found
        obj = orjson.loads(self._packer.unpack(entry.dictionary, entry.data))
        obj["metadata"]["resourceVersion"] = str(shown)
        return self._remember(place, Stored(obj, entry.create_revision, shown))

    # Writes

    def create(self, key: Key, obj: Object) -> Stored:
        """Store a new object; its metadata must be there. ExistsError if one has the key."""
        if self._entry(key) is not None:
            raise ExistsError(str(key))
        key = Key(key.resource, intern(key.namespace), key.name)  # a million objects share a few
        return self._write(key, None, obj)

    def update(self, key: Key, obj: Object, *, expected: int | None = None) -> Stored:
        """Store the next version of an object that is still at revision `expected`, if given.

        A version that equals the one before is not written, and keeps the revision.
        """
        before = self._expect(key, expected)
        text = spelled(obj)
        if fingerprint(_place(key), text) == before.fingerprint:
            return self.read(key, before)
        return self._write(key, before, obj, text)

    def delete(self, key: Key, *, expected: int | None = None) -> Stored:
        """Remove an object; what it was last, with the revision of its removal."""
        before = self._expect(key, expected)
        self._next(key, before, None)
        return self.read(key, before, self.revision)

    def advance(self, revision: int) -> None:
        """Let the counter go on from `revision`, as writes do that are no objects."""
        self.revision = max(self.revision, revision)

    def compact(self, revision: int | None = None) -> None:
        """Forget what happened up to a revision, all of the past if none is given."""
        self._changes.compact(self.revision if revision is None else min(revision, self.revision))

    def fork(self) -> Store:
        """A store with the same content and past; each goes on by itself."""
        twin = Store(parsed_max=self._parsed_max)
        twin.revision, twin._digest, twin._packer = self.revision, self._digest, self._packer
        twin._tables = {resource: table.fork() for resource, table in self._tables.items()}
        twin._changes = self._changes.fork()
        return twin

    def _expect(self, key: Key, expected: int | None) -> Entry:
        before = self._entry(key)
        if before is None:
            raise MissingError(str(key))
        if expected is not None and expected != before.mod_revision:
            raise ConflictError(str(key))
        return before

    def _write(
        self, key: Key, before: Entry | None, obj: Object, text: bytes | None = None
    ) -> Stored:
        text = spelled(obj) if text is None else text
        revision = self.revision + 1
        created = before.create_revision if before else revision
        mark = fingerprint(_place(key), text)
        entry = Entry(created, revision, *self._packer.pack(text), mark)
        self._next(key, before, entry)
        metadata = {**obj["metadata"], "resourceVersion": str(revision)}
        stored = Stored({**obj, "metadata": metadata}, created, revision)
        return self._remember((key, revision, revision), stored)

    def _next(self, key: Key, before: Entry | None, after: Entry | None) -> None:
        """Take the next revision for a change of one object."""
        self.revision += 1
        table = self._tables.setdefault(key.resource, Layers())
        if after is None:
            del table[key]
        else:
            table[key] = after
        gone = before.fingerprint if before else 0
        come = after.fingerprint if after else 0
        self._digest = (self._digest + come - gone) % DIGEST_MODULUS
        self._changes.append(Change(self.revision, key, before, after))

    def _entry(self, key: Key) -> Entry | None:
        table = self._tables.get(key.resource)
        return table.get(key) if table else None

    def _entries(self, resource: str) -> dict[Key, Entry]:
        table = self._tables.get(resource)
        return dict(table.items()) if table else {}

    def _remember(self, place: tuple[Key, int, int], stored: Stored) -> Stored:
        self._parsed[place] = stored
        if len(self._parsed) > self._parsed_max:
            self._parsed.popitem(last=False)
        return stored


def _put(entries: dict[Key, Entry], key: Key, entry: Entry | None) -> None:
    if entry is None:
        entries.pop(key, None)
    else:
        entries[key] = entry


def _place(key: Key) -> str:
    return "\0".join(key)
