"""Appending to the event log: new rows only, in files of a bounded size, a commit each.

Within a file, rows stand in stretches of time (a row group each), and within a stretch in object
order. So the log is read in the order of time with a few stretches in memory, and is nonetheless
compressed almost as well as in object order throughout (35 against 40 times on a recorded log; 25
times in the order of time).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.log.current import DataFile
from ingest.log.files import FileWriter
from ingest.log.known import KnownEvents
from ingest.log.ordering import Ranks, object_ranks
from ingest.log.schema import EVENTS


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file and a stretch of it may become, in rows and in bytes of bodies.

    A file's rows are in memory about twice while it is written, a stretch while it is read.
    """

    file_rows: int = 131_072
    file_bytes: int = 128 << 20
    stretch_rows: int = 16_384
    stretch_bytes: int = 64 << 20


class EventWriter:
    """Takes batches of events and hands whole files to `commit`.

    Where a file ends depends on the new rows alone, not on how they came in batches, so that an
    interrupted run, run again, writes the same files.
    """

    def __init__(
        self,
        folder: Path,
        files: Iterable[DataFile],
        commit: Callable[[DataFile], None],
        limits: Limits | None = None,
    ) -> None:
        self._folder = folder
        self._known = KnownEvents(folder, files)
        self._commit = commit
        self._limits = limits or Limits()
        self._pending: list[pa.RecordBatch] = []
        self._rows = 0
        self._bytes = 0
        self.appended = 0
        """Requests that were not known before."""

    def append(self, batch: pa.RecordBatch) -> None:
        """Add the rows of `batch` (schema: EVENTS) that the log does not hold yet."""
        superseding = self._known.superseding
        rest = self._known.new_rows(batch)
        self.appended += rest.num_rows - (self._known.superseding - superseding)
        while rest.num_rows:
            sizes = np.cumsum(_body_bytes(rest))
            fit = int(np.searchsorted(sizes, self._limits.file_bytes - self._bytes, "left")) + 1
            fit = min(fit, self._limits.file_rows - self._rows, rest.num_rows)
            self._pending.append(rest.slice(0, fit))
            self._rows += fit
            self._bytes += int(sizes[fit - 1])
            rest = rest.slice(fit)
            full = self._rows >= self._limits.file_rows or self._bytes >= self._limits.file_bytes
            if full:
                self.flush()

    def flush(self) -> None:
        """Write and commit what is pending; nothing happens if nothing is."""
        if not self._pending:
            return
        rows = pa.Table.from_batches(self._pending, EVENTS.arrow)
        self._pending.clear()
        self._rows = self._bytes = 0
        with FileWriter(self._folder / EVENTS.name, EVENTS, "events") as writer:
            for stretch in _stretches(rows, self._limits):
                writer.add(_gathered(rows, stretch))
            file = writer.finish()
        if file is not None:
            self._commit(file)
            self._known.written(file)


def _stretches(rows: pa.Table, limits: Limits) -> Iterator[Ranks]:
    """The rows' indices, stretch of time by stretch of time, in object order within each."""
    by_time = np.asarray(
        pc.sort_indices(
            rows.select(["received", "audit_id", "verb", "stage"]),
            [(name, "ascending") for name in ("received", "audit_id", "verb", "stage")],
        ).to_numpy(),
        dtype=np.int64,
    )
    rank_of_time = np.empty(len(by_time), np.int64)
    rank_of_time[by_time] = np.arange(len(by_time))
    objects = object_ranks(rows)
    for start, end in _cuts(_body_bytes(rows)[by_time], limits):
        stretch = by_time[start:end]
        yield stretch[np.lexsort((rank_of_time[stretch], objects[stretch]))]


def _gathered(rows: pa.Table, numbers: Ranks) -> pa.Table:
    """The rows of those numbers. Only the batches in which they lie are looked at and copied."""
    first, last = int(numbers.min()), int(numbers.max())
    return rows.slice(first, last - first + 1).combine_chunks().take(pa.array(numbers - first))


def _cuts(sizes: Ranks, limits: Limits) -> Iterator[tuple[int, int]]:
    """Where each stretch begins and ends. Both limits hold but for a single row over them."""
    total = np.concatenate(([0], np.cumsum(sizes)))
    start = 0
    while start < len(sizes):
        end = int(np.searchsorted(total, total[start] + limits.stretch_bytes, "right")) - 1
        end = min(max(end, start + 1), start + limits.stretch_rows, len(sizes))
        yield start, end
        start = end


def _body_bytes(rows: pa.Table | pa.RecordBatch) -> Ranks:
    """For each row the bytes of its two bodies."""
    lengths = [pc.fill_null(pc.binary_length(rows[name]), 0) for name in ("request", "response")]
    return np.asarray(lengths[0].to_numpy(), np.int64) + np.asarray(lengths[1].to_numpy(), np.int64)
