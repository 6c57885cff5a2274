"""What passes between this process and those that read for it: tasks there, pieces of rows back.

Rows come as Arrow's own format in memory that both processes share (an anonymous file, passed on as
a descriptor), so that they are copied once and never parsed again. When a process ends, however it
ends, the kernel takes such memory back.
"""

from __future__ import annotations

import mmap
import os
import socket
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa

from ingest.log.reads import ReadPiece
from ingest.log.schema import EVENTS
from ingest.sources.audit.parts import PartEnd

_LENGTH = struct.Struct("<Q")
_SIZES = struct.Struct("<QQ")


class Hello(msgspec.Struct, frozen=True):
    """How to read, said once: the options of `ReadOptions`."""

    key: bytes
    reads: bool
    line_limit: int


class Task(msgspec.Struct, frozen=True):
    """A file to read, whose descriptor comes along; or, with an `end`, a part of its lines."""

    label: str
    size: int
    named: bool
    start: int = 0
    end: int | None = None


class Note(msgspec.Struct, frozen=True):
    """A row of the anomalies."""

    name: str
    source: str
    count: int
    first_line: int | None
    first_offset: int | None
    example: str


class End(msgspec.Struct, frozen=True):
    """What is known when a task is done.

    `refused` is the message of a SourceError, `failed` the traceback of a fault of ours.
    """

    anomalies: list[Note]
    reads: list[ReadPiece]
    digest: str = ""
    bytes: int = 0
    part: PartEnd | None = None
    refused: str | None = None
    failed: str | None = None


_decode_end = msgspec.msgpack.Decoder(End).decode


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a task's rows, and its end if they are the last."""

    batches: list[pa.RecordBatch]
    end: End | None


class PieceWriter:
    """Collects a piece in shared memory."""

    def __init__(self) -> None:
        self._file = _anonymous_file()
        self._rows = pa.ipc.new_stream(pa.PythonFile(self._file, "w"), EVENTS.arrow)

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._file.tell()

    def add(self, batch: pa.RecordBatch) -> None:
        """Add rows (schema: EVENTS)."""
        self._rows.write_batch(batch)

    def send(self, channel: socket.socket, end: End | None) -> None:
        """Give the piece away."""
        self._rows.close()
        rows = self._file.tell()
        ending = b"" if end is None else msgspec.msgpack.encode(end)
        self._file.write(ending)
        with self._file:
            sizes = _SIZES.pack(rows, len(ending))
            socket.send_fds(channel, [sizes], [self._file.fileno()])


def receive_piece(channel: socket.socket) -> Piece:
    """Wait for the next piece. Raises EOFError if the other process is gone."""
    header, descriptors, _, _ = socket.recv_fds(channel, _SIZES.size, 1)
    header += _rest(channel, _SIZES.size - len(header))
    rows, ending = _SIZES.unpack(header)
    (descriptor,) = descriptors
    try:
        memory = mmap.mmap(descriptor, rows + ending, prot=mmap.PROT_READ)
    finally:
        os.close(descriptor)
    # The batches lie in the shared memory and keep it as long as they are used.
    content = pa.py_buffer(memory)
    batches = list(pa.ipc.open_stream(content.slice(0, rows)))
    return Piece(batches, _decode_end(content.slice(rows)) if ending else None)


def send_frame(
    channel: socket.socket, message: msgspec.Struct | None, descriptor: int | None = None
) -> None:
    """Send a message with a descriptor; None is the leave to send one more piece."""
    content = b"" if message is None else msgspec.msgpack.encode(message)
    descriptors = [] if descriptor is None else [descriptor]
    socket.send_fds(channel, [_LENGTH.pack(len(content))], descriptors)
    channel.sendall(content)


def receive_hello(channel: socket.socket) -> Hello:
    """Wait for the first message."""
    content, _ = _frame(channel)
    return msgspec.msgpack.decode(content, type=Hello)


def receive_task(channel: socket.socket) -> tuple[Task, int] | Literal["leave"]:
    """Wait for a task with its descriptor, or for the leave to send a piece. Raises EOFError."""
    content, descriptors = _frame(channel)
    if not content:
        return "leave"
    return msgspec.msgpack.decode(content, type=Task), descriptors[0]


def _frame(channel: socket.socket) -> tuple[bytes, list[int]]:
    header, descriptors, _, _ = socket.recv_fds(channel, _LENGTH.size, 1)
    header += _rest(channel, _LENGTH.size - len(header))
    (length,) = _LENGTH.unpack(header)
    return _rest(channel, length), descriptors


def _rest(channel: socket.socket, size: int) -> bytes:
    return b"".join(_exactly(channel, size))


def _exactly(channel: socket.socket, size: int) -> Iterator[bytes]:
    while size:
        piece = channel.recv(size)
        if not piece:
            raise EOFError
        size -= len(piece)
        yield piece


def _anonymous_file() -> FileIO:
    """A file that has no name and is gone when nobody holds it any more."""
    if hasattr(os, "memfd_create"):
        return FileIO(os.memfd_create("kuberewind"), "w+")
    descriptor, name = tempfile.mkstemp(prefix="kuberewind")
    Path(name).unlink()
    return FileIO(descriptor, "w+")
