"""Reading the event log in the order of time, with bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.log.current import DataFile
from ingest.log.files import microseconds
from ingest.log.known import KEY_COLUMNS, is_final
from ingest.log.ordering import integers
from ingest.log.schema import EVENTS

_FINAL = "_final"
_ORDER = [(name, "ascending") for name in (*KEY_COLUMNS, _FINAL)]
_OPEN_FILES = 32


@dataclass(frozen=True, slots=True, order=True)
class _Stretch:
    """A row group: rows received between two times, both included."""

    first: int
    last: int
    path: str
    row_group: int


def read_events(
    folder: Path, files: Iterable[DataFile], columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the events of a cluster's `folder` in the order of (received, audit_id, verb).

    Batches have the asked columns of EVENTS (all of them by default) and up to some 16,000 rows;
    superseded rows are left out. Memory holds the stretches of the files that overlap in time: one
    or two for each API server whose log was ingested.
    """
    wanted = list(columns or EVENTS.arrow.names)
    needed = [name for name in EVENTS.arrow.names if name in {*wanted, *KEY_COLUMNS, "stage"}]
    for rows in _merged(_Reader(folder, needed), _stretches(folder, files)):
        yield from _without_superseded(rows).select(wanted).combine_chunks().to_batches()


def _stretches(folder: Path, files: Iterable[DataFile]) -> list[_Stretch]:
    found: list[_Stretch] = []
    for file in files:
        metadata = pq.read_metadata(folder / file.path)
        column = metadata.schema.names.index("received")
        for number in range(metadata.num_row_groups):
            bounds = metadata.row_group(number).column(column).statistics
            first, last = microseconds(bounds.min), microseconds(bounds.max)
            found.append(_Stretch(first, last, file.path, number))
    return sorted(found)


class _Reader:
    """Reads stretches; few files stay open."""

    def __init__(self, folder: Path, columns: list[str]) -> None:
        self._folder = folder
        self._columns = columns
        self._files: dict[str, pq.ParquetFile] = {}

    def read(self, stretch: _Stretch) -> pa.Table:
        """The rows of a stretch, sorted."""
        file = self._files.pop(stretch.path, None)
        if file is None:
            file = pq.ParquetFile(self._folder / stretch.path)
        self._files[stretch.path] = file
        if len(self._files) > _OPEN_FILES:
            self._files.pop(next(iter(self._files))).close()
        rows = file.read_row_group(stretch.row_group, columns=self._columns, use_threads=False)
        schema = pa.schema([EVENTS.arrow.field(name) for name in self._columns])
        rows = rows.select(self._columns).cast(schema)
        return _sorted(rows.append_column(_FINAL, pa.array(is_final(rows["stage"]))))


def _merged(reader: _Reader, stretches: Sequence[_Stretch]) -> Iterator[pa.Table]:
    """All rows in order. Rows of one key come in one table."""
    held: list[pa.Table] = []
    for number, stretch in enumerate(stretches, 1):
        following = stretches[number] if number < len(stretches) else None
        held.append(reader.read(stretch))
        heads: list[pa.Table] = []
        tails: list[pa.Table] = []
        for rows in held:
            # What was received before the next stretch begins can come from nowhere else.
            end = rows.num_rows
            if following is not None:
                end = int(np.searchsorted(integers(rows["received"]), following.first, "left"))
            heads.append(rows.slice(0, end))
            tails.append(rows.slice(end))
        held = [rows for rows in tails if rows.num_rows]
        heads = [rows for rows in heads if rows.num_rows]
        if heads:
            yield heads[0] if len(heads) == 1 else _sorted(pa.concat_tables(heads))


def _sorted(rows: pa.Table) -> pa.Table:
    rows = rows.combine_chunks()
    return rows.take(pc.sort_indices(rows.select([name for name, _ in _ORDER]), _ORDER))


def _without_superseded(rows: pa.Table) -> pa.Table:
    """Of rows with one key only the last: sorted by stage, it is the answered one."""
    if pc.all(rows[_FINAL]).as_py():
        return rows
    keep = np.zeros(rows.num_rows, dtype=bool)
    for name in KEY_COLUMNS:
        column = rows[name].combine_chunks()
        differs = pc.not_equal(column[:-1], column[1:])
        keep[:-1] |= np.asarray(differs.to_numpy(zero_copy_only=False), dtype=bool)
    keep[-1] = True
    return rows.filter(pa.array(keep))
