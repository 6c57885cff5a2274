"""Small traces opened for SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from ingest.log.connection import Log
from ingest.log.current import DataFile
from ingest.log.files import FileWriter
from ingest.log.schema import EVENTS, PLACEMENTS
from ingest.log.segments import SegmentLimits, SegmentWriter
from tests.ingest.log.log_rows import batch, version, versions

Row = dict[str, Any]


def put(position: int, body: Row, **columns: Any) -> Row:
    """A version with that body, named as its metadata say; its uid is `uid-<name>`."""
    metadata = body.setdefault("metadata", {})
    name = metadata.setdefault("name", "web")
    metadata.setdefault("uid", f"uid-{name}")
    row = {"name": name, "uid": metadata["uid"], "object": orjson.dumps(body).decode()}
    return version(position, **{**row, **columns})


def gone(position: int, name: str = "web", **columns: Any) -> Row:
    """The end of an object."""
    row = {"type": "DELETE", "change": "deleted", "uid": f"uid-{name}", "name": name}
    return version(position, **{**row, **columns})


@dataclass(frozen=True)
class Written:
    """The folder of a cluster and the live files of its tables."""

    folder: Path
    files: Mapping[str, list[DataFile]]

    def open(self, at: str | None = None) -> Log:
        return Log(self.folder, self.files, at)


def write(
    folder: Path,
    history: Iterable[Row],
    log: Iterable[Row] = (),
    placements: Iterable[Row] = (),
    segment_rows: int = 4,
) -> Written:
    """A cluster's files with these rows, without commits; segments are cut at `segment_rows`."""
    files: list[DataFile] = []
    scratch = folder / "tmp"
    scratch.mkdir(parents=True)
    limits = SegmentLimits(rows=segment_rows, per_live_object=1)
    segments = SegmentWriter(folder, scratch, files.append, limits)
    segments.append(versions(*history))
    segments.finish()
    for table, rows in ((EVENTS, log), (PLACEMENTS, placements)):
        with FileWriter(folder / table.name, table, table.name) as writer:
            writer.add(pa.Table.from_batches([batch(table, *rows)]))
            file = writer.finish()
        files.extend([file] if file else [])
    tables = {file.path.split("/")[0] for file in files}
    return Written(
        folder, {name: [f for f in files if f.path.startswith(f"{name}/")] for name in tables}
    )


def ask(log: Log, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, after making the views that it names."""
    log.prepare(query)
    return log.connection.execute(query).fetchall()
