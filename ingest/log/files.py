"""Our Parquet files: codec, row groups, statistics, and names that tell the content apart.

The same rows give the same bytes and so the same name: nothing in a file depends on the time, the
machine or chance. So a run that was interrupted and run again ends with the same folder.
"""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.log.current import Bound, DataFile
from ingest.log.durable import sync
from ingest.log.schema import TIME, Table

_UNIQUE = frozenset({"audit_id", "uid", "request", "response", "object", "mark"})
"""Columns whose values hardly repeat: a dictionary of them only costs."""

_SORTED = dict.fromkeys(("events", "history", "checkpoints"), ("name",))
"""Columns whose values repeat in neighbouring rows: packed as they stand, they are smaller than as
numbers of a dictionary."""

_DIFFERENCES: dict[str, tuple[str, ...]] = {
    "events": ("received", "answered", "resource_version", "line"),
    "history": ("position", "rv", "next_position"),
    "checkpoints": ("position", "rv", "next_position"),
    "placements": ("received", "position", "rv"),
}
"""Integers that are stored as differences from row to row: 5 to 25 % less of these tables, and not
slower to write. Times of versions are left out: those of one write are equal, which a dictionary
shows better."""

_PAGE_BYTES = 4 << 20
"""Parquet compresses page by page: a large page lets versions of one object share their text."""

_LEVEL = 3
_LEVELS = {"history": 6, "checkpoints": 6}
"""Levels of zstd. Level 6 makes files 9 % smaller and takes three times as long to write: that does
not show beside the fold of a history, and would where a log is only read and written."""

_UNNAMED = ".writing.parquet"


def is_ours(name: str) -> bool:
    """Whether a file name is one that a FileWriter gives, finished or not."""
    return name.endswith(".parquet")


def microseconds(value: datetime.datetime) -> int:
    """Microseconds since the epoch of a time with a zone."""
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return (value - epoch) // datetime.timedelta(microseconds=1)


class FileWriter:
    """Writes one Parquet file into a table's folder.

    Row groups have `row_group` rows (None: as they are added). A file that is not finished has a
    name of its own, which the next writer sweeps away.
    """

    def __init__(
        self, folder: Path, table: Table, prefix: str, row_group: int | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._table = table
        self._prefix = prefix
        self._path = folder / f".{prefix}{_UNNAMED}"
        self._row_group = row_group
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._rows = 0
        self._minimum: dict[str, Bound] = {}
        self._maximum: dict[str, Bound] = {}
        self._writer = pq.ParquetWriter(
            self._path,
            table.arrow,
            compression="zstd",
            compression_level=_LEVELS.get(table.name, _LEVEL),
            use_dictionary=_dictionary_columns(table),
            column_encoding=dict.fromkeys(_differences(table), "DELTA_BINARY_PACKED"),
            data_page_size=_PAGE_BYTES,
            store_schema=False,
        )

    def add(self, rows: pa.Table) -> None:
        """Add rows; they have the table's columns and stand in order."""
        self._waiting.append(rows)
        self._waiting_rows += rows.num_rows
        size = self._row_group or self._waiting_rows
        while self._waiting_rows and self._waiting_rows >= size:
            self._write(size)

    def _write(self, size: int) -> None:
        """Write the first `size` of the waiting rows as a row group."""
        waiting = pa.concat_tables(self._waiting)
        rows = waiting.slice(0, size)
        self._waiting = [waiting.slice(size)]
        self._waiting_rows -= rows.num_rows
        self._writer.write_table(rows, row_group_size=rows.num_rows)
        self._rows += rows.num_rows
        for name in self._table.statistics:
            self._widen(name, rows[name])

    def _widen(self, name: str, column: pa.ChunkedArray) -> None:
        values = column.cast(pa.int64()) if column.type == TIME else column
        found = pc.min_max(values).as_py()
        if found["min"] is not None:
            low, high = found["min"], found["max"]
            self._minimum[name] = min(low, self._minimum.get(name, low))
            self._maximum[name] = max(high, self._maximum.get(name, high))

    def finish(self) -> DataFile | None:
        """Close the file, force it to the disk and give it its name. None if it has no rows."""
        if self._waiting_rows:
            self._write(self._waiting_rows)
        if not self._rows:
            self.abandon()
            return None
        self._writer.close()
        sync(self._path)
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]
        final = self._folder / f"{self._prefix}-{digest}.parquet"
        self._path.replace(final)
        return DataFile(
            path=f"{self._table.name}/{final.name}",
            rows=self._rows,
            bytes=final.stat().st_size,
            minimum=self._minimum,
            maximum=self._maximum,
        )

    def abandon(self) -> None:
        """Close and remove the unfinished file."""
        try:
            self._writer.close()
        finally:  # closing writes the rest, which fails once more where the disk is full
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.abandon()


def _dictionary_columns(table: Table) -> list[str]:
    """The Parquet paths of the columns whose values repeat."""
    paths: list[str] = []
    for column in table.columns:
        if pa.types.is_map(column.type):
            paths += [f"{column.name}.key_value.key", f"{column.name}.key_value.value"]
        elif pa.types.is_list(column.type):
            element = f"{column.name}.list.element"
            fields = column.type.value_type if pa.types.is_struct(column.type.value_type) else ()
            paths += [f"{element}.{field.name}" for field in fields] or [element]
        elif column.name not in {*_UNIQUE, *_differences(table), *_SORTED.get(table.name, ())}:
            paths.append(column.name)
    return paths


def _differences(table: Table) -> tuple[str, ...]:
    return _DIFFERENCES.get(table.name, ())
