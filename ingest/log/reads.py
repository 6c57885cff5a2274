"""The reads that were counted and not kept: a short row for each, so that none counts twice.

A read is known again by when it was received and a mark made of its verb and audit id. Two that
differ have both in common once in 4 billion pairs received in the same microsecond. Sources may
overlap in any way: what each has of a stretch of time may be anything, so that no total, and no
digest of several reads, would tell which of them are the same. A row takes some 9 bytes, of a line
that has a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.log.current import DataFile
from ingest.log.files import FileWriter
from ingest.log.ordering import integers
from ingest.log.schema import READS, TIME

FILE_ROWS = 1 << 19
"""Rows of a file, and how many are held in memory."""

_KEY = np.dtype([("received", ">i8"), ("mark", ">i4")])

Keys = npt.NDArray[np.bytes_]


class ReadKey(msgspec.Struct, frozen=True, array_like=True):
    """What counted reads are told apart by."""

    component: str
    verb: str
    api_group: str
    resource: str
    succeeded: bool


class ReadPiece(msgspec.Struct, frozen=True):
    """Some reads, as packed as they can be sent and held.

    `numbers` (int32) say of which of the `kinds` each one is, `received` (int64) when it came, in
    microseconds since the epoch, `marks` (int32) tell those of one time apart.
    """

    kinds: list[ReadKey]
    numbers: bytes
    received: bytes
    marks: bytes

    def __len__(self) -> int:
        return len(self.marks) // 4

    def table(self) -> pa.Table:
        """The same with the columns of READS."""
        numbers = pa.array(np.frombuffer(self.numbers, np.int32))
        columns = {
            name: pa.array([getattr(kind, name) for kind in self.kinds], field.type).take(numbers)
            for name, field in zip(READS.arrow.names, READS.arrow, strict=True)
            if name in ReadKey.__struct_fields__
        }
        columns["received"] = pa.array(np.frombuffer(self.received, np.int64)).cast(TIME)
        columns["mark"] = pa.array(np.frombuffer(self.marks, np.int32))
        return pa.table({name: columns[name] for name in READS.arrow.names}, READS.arrow)


class ReadsWriter:
    """Takes reads and hands whole files of those that are new to `commit`.

    Memory holds the reads of one file, and the keys of one other that overlaps with it in time.
    """

    def __init__(
        self,
        folder: Path,
        files: Iterable[DataFile],
        commit: Callable[[DataFile], None],
        file_rows: int = FILE_ROWS,
    ) -> None:
        self._folder = folder
        self._files = list(files)
        self._commit = commit
        self._file_rows = file_rows
        self._pending: list[pa.Table] = []
        self._rows = 0

    def append(self, rows: pa.Table) -> None:
        """Add reads (schema: READS)."""
        while rows.num_rows:
            part = rows.slice(0, self._file_rows - self._rows)
            rows = rows.slice(part.num_rows)
            self._pending.append(part)
            self._rows += part.num_rows
            if self._rows == self._file_rows:
                self.flush()

    def flush(self) -> None:
        """Write and commit those that wait and are new."""
        if not self._rows:
            return
        rows = self._new(pa.concat_tables(self._pending).combine_chunks())
        self._pending, self._rows = [], 0
        if not rows.num_rows:
            return
        rows = rows.sort_by([(name, "ascending") for name in READS.order])
        with FileWriter(self._folder / READS.name, READS, READS.name) as writer:
            writer.add(rows)
            file = writer.finish()
        if file is not None:
            self._commit(file)
            self._files.append(file)

    def _new(self, rows: pa.Table) -> pa.Table:
        """Those that no file has, once each."""
        keys, first = np.unique(_keys(rows), return_index=True)
        received = integers(rows["received"])
        low, high = int(received.min()), int(received.max())
        known = np.zeros(len(keys), bool)
        for file in self._files:
            if int(file.minimum["received"]) <= high and low <= int(file.maximum["received"]):
                stored = pq.ParquetFile(self._folder / file.path).read(["received", "mark"])
                known |= np.isin(keys, _keys(stored))
        return rows.take(pa.array(np.sort(first[~known])))


def _keys(rows: pa.Table) -> Keys:
    keys = np.empty(rows.num_rows, _KEY)
    keys["received"] = integers(rows["received"])
    keys["mark"] = rows["mark"].to_numpy()
    return keys.view(f"S{_KEY.itemsize}")
