"""Work done ahead: an iterator that runs in a thread of its own, a little before its consumer.

Arrow and zstd let other threads run while they work, so that one thread can parse or fold while
another one sorts, packs and writes: the items and their order are what they would be without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

_PATIENCE_SECONDS = 0.1


def ahead(items: Iterable[T], most: int) -> Iterator[T]:
    """The same items in the same order, up to `most` of them made before they are asked for.

    What the making raises is raised here, in its place. A consumer that gives up does not wait for
    an item that is being made (it may wait for a pipe); the thread ends after it.
    """
    worker = _Worker(items, most)
    worker.start()
    try:
        yield from worker.items()
    finally:
        worker.abandoned.set()


class _Worker(Thread, Generic[T]):
    """Makes the items. In the queue they stand in lists of one; the end is an empty list."""

    def __init__(self, items: Iterable[T], most: int) -> None:
        super().__init__(daemon=True)
        self._items = items
        self._made: Queue[list[T] | BaseException] = Queue(most)
        self.abandoned = Event()

    def run(self) -> None:
        """Make items until they end, or until nobody wants them any more."""
        try:
            for item in self._items:
                if not self._put([item]):
                    return
            self._put([])
        except BaseException as error:  # noqa: BLE001 - raised where the items are asked for
            self._put(error)

    def _put(self, made: list[T] | BaseException) -> bool:
        while not self.abandoned.is_set():
            try:
                self._made.put(made, timeout=_PATIENCE_SECONDS)
            except Full:
                continue
            return True
        return False

    def items(self) -> Iterator[T]:
        """What was made, in order."""
        while made := self._made.get():
            if isinstance(made, BaseException):
                raise made
            yield made[0]
