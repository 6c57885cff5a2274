"""What changed at which revision, back to the last compaction."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

CHUNK = 4_096


class Key(NamedTuple):
    """Where an object lives. `resource` is `group/plural` of its store, the group "" for core."""

    resource: str
    namespace: str
    name: str


class Entry(NamedTuple):
    """An object as it is packed, with the revisions of its creation and of its last write."""

    create_revision: int
    mod_revision: int
    dictionary: int
    data: bytes
    fingerprint: int


class Change(NamedTuple):
    """One write: what was at the key before and after it, None for nothing."""

    revision: int
    key: Key
    before: Entry | None
    after: Entry | None


class Changes:
    """The writes since the last compaction, by revision. Full chunks are shared among forks."""

    __slots__ = ("_chunks", "compacted")

    def __init__(self) -> None:
        self._chunks: list[list[Change]] = [[]]
        self.compacted = 0  # what happened up to this revision is forgotten

    def append(self, change: Change) -> None:
        """Add the newest write."""
        if len(self._chunks[-1]) >= CHUNK:
            self._chunks.append([])
        self._chunks[-1].append(change)

    def after(self, revision: int) -> Iterator[Change]:
        """The writes with a higher revision, oldest first; the newest of the moment are the end."""
        first = bisect_right(self._chunks, revision, key=_first_revision) - 1
        for chunk in self._chunks[max(first, 0) :]:
            start = bisect_right(chunk, revision, key=lambda change: change.revision)
            yield from chunk[start:]

    def since(self, revision: int) -> Iterator[Change]:
        """The writes with a higher revision, newest first."""
        for chunk in reversed(self._chunks):
            for change in reversed(chunk):
                if change.revision <= revision:
                    return
                yield change

    def compact(self, revision: int) -> None:
        """Forget the writes up to a revision, by whole chunks."""
        self.compacted = max(self.compacted, revision)
        while len(self._chunks) > 1 and self._chunks[0][-1].revision <= revision:
            del self._chunks[0]

    def fork(self) -> Changes:
        """The same writes; each goes on by itself."""
        twin = Changes()
        twin.compacted = self.compacted
        twin._chunks = [*self._chunks[:-1], list(self._chunks[-1])]
        return twin


def _first_revision(chunk: list[Change]) -> int:
    return chunk[0].revision if chunk else 1 << 63
