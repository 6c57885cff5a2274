"""Processes that read for this one: parsing JSON holds Python's lock, so that threads gain nothing.

They are started as new interpreters (nothing of this process is copied into them, whatever threads
it has), and are told what to read over a socket. Tasks are dealt in turn, so that what each does
depends on the tasks alone.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import ingest
from ingest.errors import KubeRewindError
from ingest.reading.wire import Hello, Piece, Task, receive_piece, send_frame

_ROOT = str(Path(ingest.__file__).resolve().parent.parent)
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from ingest.reading.worker import main; main(int(sys.argv[2]))"
)
_PATIENCE_SECONDS = 5.0
_DEALT_MAX = 3
"""Tasks dealt to one process: it waits with their pieces while we write what came before."""


class ReaderError(KubeRewindError):
    """A process that read for this one has failed or was killed."""


class Crew:
    """Some reading processes. `deal` gives a task to the next one, `pieces` what came of it."""

    def __init__(self, hello: Hello, count: int) -> None:
        self.readers: list[_Reader] = []
        self._dealt: deque[_Reader] = deque()
        self._number = 0
        try:
            for _ in range(count):
                self.readers.append(_Reader(hello))
        except BaseException:
            self.close()
            raise

    @property
    def room(self) -> bool:
        """Whether another task can be dealt: some for each, so that all have something to do."""
        return len(self._dealt) < _DEALT_MAX * len(self.readers)

    def deal(self, task: Task, descriptor: int) -> None:
        """Give a task to the next process, with the file's descriptor, which stays the caller's."""
        reader = self.readers[self._number % len(self.readers)]
        self._number += 1
        reader.give(task, descriptor)
        self._dealt.append(reader)

    def pieces(self) -> Iterator[Piece]:
        """The pieces of the task that was dealt first; take all of them before the next one's."""
        reader = self._dealt.popleft()
        while True:
            piece = reader.take()
            if piece.end is not None:
                if piece.end.failed is not None:
                    raise ReaderError(f"reading failed; please report this:\n{piece.end.failed}")
                yield piece
                return
            reader.leave()
            yield piece

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for reader in self.readers:
            reader.close()
        self.readers.clear()

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Reader:
    """One process and the channel to it."""

    def __init__(self, hello: Hello) -> None:
        self._channel, theirs = socket.socketpair()
        with theirs:
            # A session of its own: an interrupt from the keyboard is for this process alone. -P:
            # modules in the folder that the user happens to be in are not imported.
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, _ROOT, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        send_frame(self._channel, hello)

    def give(self, task: Task, descriptor: int) -> None:
        """Give it something to do, and leave to send the first piece of it."""
        with self._explained():
            send_frame(self._channel, task, descriptor)
            send_frame(self._channel, None)

    def leave(self) -> None:
        """Give it leave to send one more piece."""
        with self._explained():
            send_frame(self._channel, None)

    def take(self) -> Piece:
        """Wait for the next piece."""
        with self._explained():
            return receive_piece(self._channel)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            raise ReaderError(
                "a process that read for this one ended early (killed, or out of memory?): "
                "ingest again; what was committed is not read twice into the log"
            ) from error

    def close(self) -> None:
        """End it: first by hanging up, then by force."""
        self._channel.close()
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
