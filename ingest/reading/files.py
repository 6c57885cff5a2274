"""Reading the files of an ingest: in this process, or by several others where that is worth it.

What comes out is the same either way, in the order of the files and of their lines.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Self, cast

import pyarrow as pa

from ingest.ahead import ahead
from ingest.anomalies import Collector
from ingest.errors import SourceError
from ingest.reading.crew import Crew, processors
from ingest.reading.wire import End, Hello, Task
from ingest.sources.audit.parts import PART_BYTES, Joining, bounds, splits
from ingest.sources.audit_log import called, refuse, refuse_useless
from ingest.sources.contract import Progress, ReadCounts, ReadOptions, SourceFile
from ingest.sources.registry import read
from ingest.unpack import BLOCK, compression_of

WORTH_BYTES = 96 << 20
"""From so much plain log on, other processes read: to start one takes a third of a second."""

_UNPACKED = 12
"""Compressed logs are about so many times larger when they are unpacked."""

_READERS_MAX = 4
"""One process writes what the others read, and is about three times as fast as one of them."""

_AHEAD_HERE = 8
"""As many batches as make a file of events, nearly: reading goes on while one is written."""


@dataclass(slots=True)
class Reading:
    """A file being read: `batches` gives its rows, once; then the rest is known.

    `digest` is the SHA-256 of its bytes, `bytes` their number, both as it lies there.
    """

    file: SourceFile
    batches: Iterator[pa.RecordBatch] = field(init=False)
    anomalies: Collector = field(default_factory=Collector)
    counts: ReadCounts = field(default_factory=ReadCounts)
    digest: str = hashlib.sha256().hexdigest()
    bytes: int = 0


@contextmanager
def reading(
    files: Sequence[SourceFile],
    options: ReadOptions,
    progress: Progress,
    processes: int | None = None,
) -> Iterator[Iterator[Reading]]:
    """The files, one after the other, each to be read to its end before the next is asked for.

    `processes` is how many others read, 0 for none, None to go by the work and the processors.
    `batches` raises SourceError for a file that cannot be read.
    """
    count = _processes(files) if processes is None else processes
    if not count:
        yield (_here(file, options, progress) for file in files)
        return
    hello = Hello(options.redactor.key, options.reads, options.line_limit)
    with Crew(hello, count) as crew:
        yield _Dealer(crew, options, progress).readings(files)


def _processes(files: Sequence[SourceFile]) -> int:
    available = processors()
    if available < 2:
        return 0
    work = sum(map(_plain_bytes, files))
    return min(available, _READERS_MAX, work // PART_BYTES) if work >= WORTH_BYTES else 0


def _plain_bytes(file: SourceFile) -> int:
    """About how many bytes of log there are in a file; 0 where only this process can read it."""
    if file.path is None or not file.size:
        return 0
    try:
        with file.path.open("rb") as opened:
            packed = compression_of(opened.read(4))
    except OSError:
        return 0
    return file.size * _UNPACKED if packed else file.size


def _here(file: SourceFile, options: ReadOptions, progress: Progress) -> Reading:
    """A file that this process reads, in a thread ahead of what becomes of it."""
    found = Reading(file)
    content = hashlib.sha256()

    def tap(piece: bytes) -> None:
        content.update(piece)
        found.bytes += len(piece)

    def batches() -> Iterator[pa.RecordBatch]:
        source = replace(file, tap=tap)
        try:
            rows = read(source, options, found.anomalies, found.counts, progress)
            # On one processor a thread ahead gains nothing, and what it holds ready is memory that
            # is new each time, which costs a sixth of the ingest.
            yield from rows if processors() < 2 else ahead(rows, most=_AHEAD_HERE)
        finally:
            found.digest = content.hexdigest()

    found.batches = batches()
    return found


@dataclass(slots=True)
class _Opened:
    """A file that others read. `failed` says why it could not be opened."""

    file: SourceFile
    descriptor: int = -1
    size: int = 0
    tasks: list[Task] = field(default_factory=list)
    failed: str | None = None

    def open(self) -> None:
        """Open it and see what its tasks are; none if it cannot be opened, or only by us."""
        path = self.file.path
        if path is None or self.file.size is None:
            return
        try:
            self.descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            self.size = os.fstat(self.descriptor).st_size
            in_parts = self.size >= 2 * PART_BYTES and splits(self.descriptor)
        except OSError as error:
            reason = error.strerror or error
            self.failed = f"cannot read {called(self.file.label)}: {reason}"
            return
        whole = Task(self.file.label, self.size, self.file.named)
        parts = bounds(self.size) if in_parts else []
        self.tasks = [
            Task(whole.label, whole.size, whole.named, start, end) for start, end in parts
        ] or [whole]

    def close(self) -> None:
        """Give the descriptor back."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class _Dealer:
    """Deals the tasks of files to a crew, a little ahead of what is asked for."""

    def __init__(self, crew: Crew, options: ReadOptions, progress: Progress) -> None:
        self._crew = crew
        self._options = options
        self._progress = progress
        self._opened: list[_Opened] = []
        self._coming: Iterator[tuple[_Opened, Task]] = iter(())

    def readings(self, files: Sequence[SourceFile]) -> Iterator[Reading]:
        """Each file's reading."""
        self._coming = self._tasks(files)
        try:
            for number, file in enumerate(files):
                # All that was dealt is read by now, so that there is room.
                while len(self._opened) <= number and self._deal():
                    pass
                opened = self._opened[number]
                yield self._reading(file, opened)
                opened.close()
        finally:
            for opened in self._opened:
                opened.close()

    def _tasks(self, files: Sequence[SourceFile]) -> Iterator[tuple[_Opened, Task]]:
        for file in files:
            opened = _Opened(file)
            opened.open()
            self._opened.append(opened)
            for task in opened.tasks:
                yield opened, task

    def _deal(self) -> bool:
        following = next(self._coming, None)
        if following is not None:
            opened, task = following
            self._crew.deal(task, opened.descriptor)
        return following is not None

    def _reading(self, file: SourceFile, opened: _Opened) -> Reading:
        if not opened.tasks and opened.failed is None:
            return _here(file, self._options, self._progress)
        found = Reading(file)
        if len(opened.tasks) > 1:
            found.batches = self._parts(found, opened)
        else:
            found.batches = self._whole(found, opened)
        return found

    def _whole(self, found: Reading, opened: _Opened) -> Iterator[pa.RecordBatch]:
        """The rows of a file that one process reads."""
        if opened.failed is not None:
            raise SourceError(opened.failed)
        end = yield from self._rows()
        self._progress(opened.size)
        _note(end, found, lines=0)
        found.digest, found.bytes = end.digest, end.bytes
        if end.refused is not None:
            raise SourceError(end.refused)

    def _parts(self, found: Reading, opened: _Opened) -> Iterator[pa.RecordBatch]:
        """The rows of a file that is read in parts."""
        label = found.file.label
        joining = Joining(label, self._options, found.anomalies, found.counts)
        refused: str | None = None
        with _Hashing(opened.descriptor) as content:
            for task in opened.tasks:
                content.add(task.start, task.end or task.size)
                end = yield from _with_places(self._rows(), joining)
                self._progress((task.end or task.size) - task.start)
                _note(end, found, joining.lines)
                refused = refused or end.refused
                if end.part is not None:
                    yield from joining.end(end.part)
            found.digest, found.bytes = content.finish()
        if refused is not None:
            raise SourceError(refused)
        if joining.seen == 0:
            refuse(found.file, found.anomalies)
        yield from joining.finish()
        if found.file.named and joining.rows + found.counts.total == 0:
            refuse_useless(label, joining.seen, found.anomalies)

    def _rows(self) -> Generator[pa.RecordBatch, None, End]:
        """The rows of the task whose turn it is; returns its end."""
        while self._crew.room and self._deal():
            pass
        for piece in self._crew.pieces():
            yield from piece.batches
            if piece.end is not None:
                return piece.end
        raise AssertionError("the last piece has an end")


def _note(end: End, found: Reading, lines: int) -> None:
    """Add what a task noted; its lines come after so many others."""
    for note in end.anomalies:
        first = None if note.first_line is None else note.first_line + lines
        found.anomalies.add(
            note.name,
            note.source,
            line=first,
            offset=note.first_offset,
            example=note.example,
            count=note.count,
        )
    for reads in end.reads:
        found.counts.add(reads)


def _with_places(
    rows: Generator[pa.RecordBatch, None, End], joining: Joining
) -> Generator[pa.RecordBatch, None, End]:
    """The rows of a part with their places in the file."""
    while True:
        try:
            batch = next(rows)
        except StopIteration as stopped:
            return cast("End", stopped.value)
        yield joining.placed(batch)


class _Hashing:
    """The SHA-256 of a file in a thread of its own, which lets all others run meanwhile."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._content = hashlib.sha256()
        self._bytes = 0
        self._thread = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None

    def add(self, start: int, end: int) -> None:
        """Take in a stretch of the file, behind all that was added before."""
        self._last = self._thread.submit(self._take, start, end)

    def _take(self, start: int, end: int) -> None:
        for at in range(start, end, BLOCK):
            piece = os.pread(self._descriptor, min(BLOCK, end - at), at)
            self._content.update(piece)
            self._bytes += len(piece)

    def finish(self) -> tuple[str, int]:
        """The digest in hex, and how many bytes there were."""
        if self._last is not None:
            self._last.result()
        return self._content.hexdigest(), self._bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)
