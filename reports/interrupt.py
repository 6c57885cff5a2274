"""Ctrl-C while DuckDB is at work."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread, current_thread, main_thread


@contextmanager
def interruptible(interrupt: Callable[[], object]) -> Iterator[None]:
    """Call `interrupt` at once when Ctrl-C comes, such as that of a DuckDB connection.

    Python handles signals between steps of its own, and a long query is none: DuckDB looks for them
    only now and then. So a thread waits for the signal, and the main thread raises
    KeyboardInterrupt as ever when DuckDB lets go of it.
    """
    if current_thread() is not main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)

    def watch() -> None:
        while caught := reader.recv(1):
            if caught[0] == signal.SIGINT:
                interrupt()

    watcher = Thread(target=watch, name="watches for Ctrl-C", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writer.close()
        watcher.join()
        reader.close()


def is_interrupt(error: BaseException) -> bool:
    """Whether this is what DuckDB makes of a KeyboardInterrupt."""
    return isinstance(error, RuntimeError) and "interrupted" in str(error).lower()
