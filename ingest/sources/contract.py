"""What a source is, and what everyone who reads one must offer."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import numpy as np
import pyarrow as pa

from ingest.anomalies import Collector
from ingest.log.reads import ReadKey, ReadPiece
from ingest.redact import Redactor

LINE_LIMIT = 64 << 20
"""Longest record that is read, in bytes, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: `reads` keeps successful reads too, `line_limit` is in bytes."""

    redactor: Redactor
    reads: bool = False
    line_limit: int = LINE_LIMIT


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source; `path` is None for standard input.

    `label` names it in the log; `size` in bytes is for progress alone, None where it is unknown.
    `named` says that the user named this very file, so that it must be what it is taken for; other
    files of a folder are passed over when they hold no events.
    """

    label: str
    path: Path | None
    size: int | None
    named: bool
    tap: Callable[[bytes], object] | None = None

    def open(self) -> BinaryIO:
        """The file's bytes; the caller closes it. `tap` gets each piece that is read."""
        file = sys.stdin.buffer if self.path is None else self.path.open("rb", buffering=0)
        return file if self.tap is None else cast("BinaryIO", _Tapped(file, self.tap))


class _Tapped:
    """A file of which somebody else gets every piece that is read."""

    def __init__(self, file: BinaryIO, tap: Callable[[bytes], object]) -> None:
        self._file = file
        self._tap = tap

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._tap(piece)
        return piece

    def close(self) -> None:
        self._file.close()


@dataclass(slots=True)
class ReadCounts:
    """The reads (get, list, watch …) that were counted and not kept.

    `pieces` holds them until somebody takes them, perhaps in another thread than the reader's.
    """

    by_key: Counter[ReadKey] = field(default_factory=Counter)
    pieces: deque[ReadPiece] = field(default_factory=deque)

    def add(self, piece: ReadPiece) -> None:
        """Count some more."""
        counts = np.bincount(np.frombuffer(piece.numbers, np.int32), minlength=len(piece.kinds))
        for kind, count in zip(piece.kinds, counts.tolist(), strict=True):
            self.by_key[kind] += count
        self.pieces.append(piece)

    def take(self) -> Iterator[ReadPiece]:
        """Take out those that nobody took yet."""
        while self.pieces:
            yield self.pieces.popleft()

    @property
    def total(self) -> int:
        """All of them."""
        return self.by_key.total()

    def by_verb_and_component(self) -> dict[tuple[str, str], int]:
        """The counts by verb and component, the most frequent first."""
        summed: Counter[tuple[str, str]] = Counter()
        for key, count in self.by_key.items():
            summed[key.verb, key.component] += count
        return dict(sorted(summed.items(), key=lambda item: (-item[1], item[0])))


Progress = Callable[[int], None]
"""Is told how many more bytes of the source (as it lies there, packed or not) were read."""


class Format(Protocol):
    """One kind of record of a cluster, such as an audit log."""

    name: str

    def read(
        self,
        source: SourceFile,
        options: ReadOptions,
        anomalies: Collector,
        counts: ReadCounts,
        progress: Progress,
    ) -> Iterator[pa.RecordBatch]:
        """The file's events as batches of EVENTS, in the order of the file.

        What becomes of the same bytes is always the same, down to where a batch ends. Raises
        SourceError when no line of it can be read; lesser evils go to `anomalies`.
        """
