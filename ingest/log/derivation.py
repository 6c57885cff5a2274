"""Writing the derived tables: history, checkpoints and placements, replaced together."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow as pa

from ingest.log.current import DERIVED, DataFile, TableFiles
from ingest.log.delta import DeltaLog
from ingest.log.files import FileWriter
from ingest.log.schema import PLACEMENTS, TABLES
from ingest.log.segments import SegmentLimits, SegmentWriter

_PLACEMENT_ROWS = 262_144
_PLACEMENT_ROW_GROUP = 65_536


class Derivation:
    """Takes what is derived from the events; nothing of it counts until `ClusterWriter.adopt`.

    Versions (schema: `segments.VERSIONS`) come in the order of their positions; placements
    (schema: PLACEMENTS) come in any order, between versions or after them. `made_from` is the
    version of the events from which all of it is made, `made_with` the settings, as text, `span`
    as in `ingest.log.current.Current`.
    """

    def __init__(
        self,
        folder: Path,
        scratch: Path,
        made_from: int,
        limits: SegmentLimits | None = None,
        made_with: str = "",
        span: tuple[int, int] | None = None,
    ) -> None:
        self.span = span
        self.made_from = made_from
        self.made_with = made_with
        self._folder = folder
        self._files: list[DataFile] = []
        self._segments = SegmentWriter(folder, scratch, self._files.append, limits)
        self._placements: list[pa.RecordBatch] = []
        self._placement_rows = 0
        self._placement_files = 0

    def add_versions(self, batch: pa.RecordBatch) -> None:
        """Add versions. Raises ValueError if positions do not ascend."""
        self._segments.append(batch)

    def add_placements(self, batch: pa.RecordBatch) -> None:
        """Add placements of events."""
        while batch.num_rows:
            part = batch.slice(0, _PLACEMENT_ROWS - self._placement_rows)
            batch = batch.slice(part.num_rows)
            self._placements.append(part)
            self._placement_rows += part.num_rows
            if self._placement_rows == _PLACEMENT_ROWS:
                self._write_placements()

    def finish(self) -> list[DataFile]:
        """Write what is pending; returns the files of all three tables."""
        self._segments.finish()
        if self._placement_rows:
            self._write_placements()
        return self._files

    def _write_placements(self) -> None:
        rows = pa.Table.from_batches(self._placements, PLACEMENTS.arrow)
        rows = rows.sort_by([(name, "ascending") for name in (*PLACEMENTS.order, "audit_id")])
        self._placements.clear()
        self._placement_rows = 0
        prefix = f"placements-{self._placement_files:06d}"
        self._placement_files += 1
        with FileWriter(
            self._folder / PLACEMENTS.name, PLACEMENTS, prefix, _PLACEMENT_ROW_GROUP
        ) as writer:
            writer.add(rows)
            file = writer.finish()
        if file is not None:
            self._files.append(file)


def replace(
    folder: Path, files: list[DataFile], derived: Derivation
) -> tuple[dict[str, TableFiles], str]:
    """Commit `files`, which were `derived`, in the place of all derived files, a commit a table.

    Returns the tables as they are now, and the derivation's digest. The commits name the digest
    and what it is made of, so that after a crash between them it is seen that they do not belong
    together.
    """
    made_from, made_with = derived.made_from, derived.made_with
    named = json.dumps([made_from, made_with, sorted(file.path for file in files)])
    derivation = hashlib.sha256(named.encode()).hexdigest()[:32]
    metadata = {"made_from": made_from, "made_with": made_with, "derivation": derivation}
    if derived.span is not None:
        metadata["span"] = list(derived.span)
    tables: dict[str, TableFiles] = {}
    for table in (table for table in TABLES if table.name in DERIVED):
        log = DeltaLog(folder, table)
        wanted = {file.path: file for file in files if file.path.startswith(f"{table.name}/")}
        live = {file.path: file for file in log.live().files}
        add = [file for path, file in wanted.items() if path not in live]
        remove = [file for path, file in live.items() if path not in wanted]
        if add or remove or log.metadata() != metadata:
            log.commit(add, remove, metadata)
        tables[table.name] = log.live()
    return tables, derivation
