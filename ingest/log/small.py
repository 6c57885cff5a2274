"""Tables of few rows (anomalies, sources, reads): read whole, merged, and written whole again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.log.current import DataFile
from ingest.log.files import FileWriter
from ingest.log.schema import Table

Row = dict[str, Any]

_FIRST_SIGHT = ("source", "name", "first_line", "first_offset", "example")
"""By its first occurrence an anomaly is known again, when a longer copy of its source comes."""


def read_rows(folder: Path, files: Iterable[DataFile]) -> list[Row]:
    """All rows of a small table of a cluster's folder."""
    return [row for file in files for row in _rows(folder / file.path)]


def write_rows(folder: Path, table: Table, rows: Iterable[Row]) -> DataFile | None:
    """Write all rows of a small table, sorted, into one file; None if there are none."""
    # By all columns in the end, so that the same rows always give the same file.
    names = [*table.order, *table.arrow.names]
    ordered = sorted(rows, key=lambda row: [(row[name] is not None, row[name]) for name in names])
    with FileWriter(folder / table.name, table, table.name) as writer:
        writer.add(pa.Table.from_pylist(ordered, schema=table.arrow))
        return writer.finish()


def with_anomalies(known: Iterable[Row], new: Iterable[Row]) -> list[Row]:
    """Both; where one and the same anomaly was counted twice, the higher count stands."""
    merged: dict[tuple[Any, ...], Row] = {}
    for row in [*known, *new]:
        key = tuple(row[name] for name in _FIRST_SIGHT)
        before = merged.get(key)
        if before is None or before["count"] < row["count"]:
            merged[key] = row
    return list(merged.values())


def with_new(known: Iterable[Row], new: Iterable[Row]) -> list[Row]:
    """The known rows, and the new ones of sources (by digest) that are not among them."""
    rows = list(known)
    digests = {row["digest"] for row in rows}
    return rows + [row for row in new if row["digest"] not in digests]


def _rows(path: Path) -> list[Row]:
    return [dict(row) for row in pq.ParquetFile(path).read().to_pylist()]
