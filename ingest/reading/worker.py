"""A process that reads for another one: it gets tasks and gives rows, until nobody asks any more.

It holds nothing that would have to be cleaned up: what it shares is memory without a name, and when
the other process is gone, however it went, the channel ends, and so does this one.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import socket
import traceback
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa

from ingest.anomalies import Collector, printable
from ingest.errors import SourceError
from ingest.reading.wire import (
    End,
    Note,
    PieceWriter,
    Task,
    receive_hello,
    receive_task,
)
from ingest.redact import Redactor
from ingest.sources.audit.parts import Part, PartEnd
from ingest.sources.contract import ReadCounts, ReadOptions, SourceFile
from ingest.sources.registry import read

PIECE_BYTES = 48 << 20
"""A piece is given away when it has so many bytes: as much as a part of a file, at the most."""


def main(descriptor: int) -> None:
    """Read what is asked for over the socket of that descriptor."""
    with socket.socket(fileno=descriptor) as channel, contextlib.suppress(EOFError, OSError):
        hello = receive_hello(channel)
        gc.freeze()
        gc.set_threshold(200_000, 50, 100)
        options = ReadOptions(Redactor(hello.key), hello.reads, hello.line_limit)
        Worker(channel, options).run()


class Worker:
    """Works off tasks in order. A piece is sent only with leave, so that few wait in memory."""

    def __init__(self, channel: socket.socket, options: ReadOptions) -> None:
        self._channel = channel
        self._options = options
        self._tasks: deque[tuple[Task, int]] = deque()
        self._leaves = 0

    def run(self) -> None:
        """Until the channel ends: EOFError, or OSError where it ends while something is sent."""
        while True:
            while not self._tasks:
                self._receive()
            task, descriptor = self._tasks.popleft()
            try:
                self.do(task, descriptor)
            finally:
                os.close(descriptor)

    def _receive(self) -> None:
        message = receive_task(self._channel)
        if message == "leave":
            self._leaves += 1
        else:
            self._tasks.append(message)

    def do(self, task: Task, descriptor: int) -> None:
        """Read what a task asks for and send what came of it."""
        reading = _Reading(task, descriptor, self._options)
        writer = PieceWriter()
        try:
            for batch in reading.batches():
                writer.add(batch)
                if writer.size >= PIECE_BYTES:
                    self._send(writer, None)
                    writer = PieceWriter()
        except SourceError as error:
            reading.refused = str(error)
        except Exception:  # noqa: BLE001 - it is raised again by the process that asked
            reading.failed = traceback.format_exc()
        self._send(writer, reading.end())

    def _send(self, writer: PieceWriter, end: End | None) -> None:
        while not self._leaves:
            self._receive()
        self._leaves -= 1
        writer.send(self._channel, end)


class _Reading:
    """One task being done."""

    def __init__(self, task: Task, descriptor: int, options: ReadOptions) -> None:
        self._task = task
        self._descriptor = descriptor
        self._options = options
        self._anomalies = Collector()
        self._counts = ReadCounts()
        self._content = hashlib.sha256()
        self._bytes = 0
        self._part: PartEnd | None = None
        self.refused: str | None = None
        self.failed: str | None = None

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, as batches of EVENTS."""
        task = self._task
        if task.end is not None:
            part = Part(self._descriptor, task.label, task.start, task.end, task.size)
            try:
                self._part = yield from part.read(self._options, self._anomalies, self._counts)
            except OSError as error:
                reason = error.strerror or error
                raise SourceError(f"cannot read {printable(task.label)}: {reason}") from error
            return
        # The descriptor, not the name: the file may be renamed while it waits to be read.
        path = Path(f"/dev/fd/{self._descriptor}")
        source = SourceFile(task.label, path, task.size, task.named, self._tap)
        yield from read(source, self._options, self._anomalies, self._counts, lambda size: None)

    def _tap(self, piece: bytes) -> None:
        self._content.update(piece)
        self._bytes += len(piece)

    def end(self) -> End:
        """What is known now."""
        return End(
            anomalies=msgspec.convert(self._anomalies.rows(), list[Note]),
            reads=list(self._counts.take()),
            digest=self._content.hexdigest(),
            bytes=self._bytes,
            part=self._part,
            refused=self.refused,
            failed=self.failed,
        )
