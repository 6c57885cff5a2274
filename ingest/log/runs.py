"""Sorted runs of versions that need not fit in memory, and merging them.

A run holds rows in object order. Its narrow columns are in memory; its bodies are too while they
are small, else in a scratch file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingest.log.ordering import OBJECT_KEY, Ranks

NARROW = (*OBJECT_KEY, "position", "valid_from", "type")
_BATCH_ROWS = 1024


class Run:
    """Rows in object order, read from front to back.

    `narrow` has the columns NARROW of all rows.
    """

    def __init__(self, narrow: pa.Table, batches: _Batches) -> None:
        self.narrow = narrow
        self._batches = batches
        self._next_batch = 0
        self._rest: pa.Table | None = None

    def take(self, count: int) -> pa.Table:
        """The next `count` rows."""
        pieces: list[pa.Table] = []
        while count:
            if self._rest is None or self._rest.num_rows == 0:
                self._rest = pa.Table.from_batches([self._batches.get(self._next_batch)])
                self._next_batch += 1
            pieces.append(self._rest.slice(0, count))
            self._rest = self._rest.slice(count)
            count -= pieces[-1].num_rows
        return pa.concat_tables(pieces)

    def discard(self) -> None:
        """Give back what the run holds."""
        self._batches.discard()


class _Batches:
    """Batches in memory, or in a scratch file."""

    def __init__(self, batches: Sequence[pa.RecordBatch], path: Path | None = None) -> None:
        self._batches = batches
        self._path = path
        self._reader = None if path is None else pa.ipc.open_file(pa.OSFile(str(path)))

    def get(self, number: int) -> pa.RecordBatch:
        if self._reader is None:
            return self._batches[number]
        return self._reader.get_batch(number)

    def discard(self) -> None:
        self._batches, self._reader = [], None
        if self._path is not None:
            self._path.unlink()


class RunBuilder:
    """Collects rows in object order into a Run; beyond `memory_bytes` they go to a file."""

    def __init__(self, schema: pa.Schema, path: Path, memory_bytes: int) -> None:
        self._schema = schema
        self._path = path
        self._memory_bytes = memory_bytes
        self._narrow: list[pa.Table] = []
        self._batches: list[pa.RecordBatch] = []
        self._bytes = 0
        self._file: pa.ipc.RecordBatchFileWriter | None = None

    def append(self, rows: pa.Table) -> None:
        """Add rows that come after all rows so far."""
        self._narrow.append(rows.select(list(NARROW)))
        for batch in rows.combine_chunks().to_batches(max_chunksize=_BATCH_ROWS):
            if self._file is not None:
                self._file.write_batch(batch)
                continue
            self._batches.append(batch)
            self._bytes += batch.nbytes
            if self._bytes > self._memory_bytes:
                self._spill()

    def _spill(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        self._file = pa.ipc.new_file(str(self._path), self._schema, options=options)
        for batch in self._batches:
            self._file.write_batch(batch)
        self._batches = []

    def finish(self) -> Run:
        """The run."""
        empty = self._schema.empty_table().select(list(NARROW))
        narrow = pa.concat_tables([empty, *self._narrow]).combine_chunks()
        if self._file is None:
            return Run(narrow, _Batches(self._batches))
        self._file.close()
        return Run(narrow, _Batches([], self._path))


def merged(runs: Sequence[Run], order: Ranks, size: int) -> Iterator[tuple[Ranks, pa.Table]]:
    """Merge runs: yield, `size` rows at a time, the rows' numbers and the rows.

    Rows are numbered through all runs, one run after the other; `order` lists the numbers in the
    order that is asked for, in which each run's own rows keep theirs.
    """
    ends = np.cumsum([run.narrow.num_rows for run in runs])
    for start in range(0, len(order), size):
        numbers = order[start : start + size]
        owners = np.searchsorted(ends, numbers, "right")
        counts = np.bincount(owners, minlength=len(runs))
        pieces = [run.take(int(n)) for run, n in zip(runs, counts, strict=True) if n]
        # The pieces come one run after the other, each in its own order: so sort the numbers back.
        places = np.empty(len(numbers), np.int64)
        places[np.argsort(owners, kind="stable")] = np.arange(len(numbers))
        yield numbers, pa.concat_tables(pieces).combine_chunks().take(pa.array(places))


def narrow_of(runs: Iterable[Run]) -> pa.Table:
    """The narrow columns of all runs, one run after the other."""
    return pa.concat_tables([run.narrow for run in runs])
