"""The Delta Lake log of one table: which files are live, and commits that change them.

We write the Parquet files (their order and codec are ours); the `deltalake` library commits them,
so that every engine that reads Delta Lake reads our tables.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from ingest.log.current import Bound, DataFile, TableFiles
from ingest.log.durable import sync
from ingest.log.files import microseconds
from ingest.log.schema import TIME, Table

METADATA = "kuberewind"
"""The key in a commit's metadata under which ours stands, as JSON text."""


class DeltaLog:
    """The commits of one table of one cluster."""

    def __init__(self, cluster_folder: Path, table: Table) -> None:
        self.table = table
        self._cluster_folder = cluster_folder
        self._folder = cluster_folder / table.name

    def live(self) -> TableFiles:
        """The live files at the newest version."""
        delta = self._open()
        if delta is None:
            return TableFiles()
        rows = pa.table(delta.get_add_actions()).to_pylist()
        files = sorted((self._data_file(row) for row in rows), key=lambda file: file.path)
        return TableFiles(delta.version(), tuple(files))

    def metadata(self) -> dict[str, Any]:
        """What the newest commit's metadata says; empty if there is none."""
        delta = self._open()
        if delta is None:
            return {}
        newest = delta.history(1)
        return dict(json.loads(newest[0].get(METADATA, "{}"))) if newest else {}

    def commit(
        self, add: Sequence[DataFile], remove: Sequence[DataFile], metadata: Mapping[str, Any]
    ) -> int:
        """Make `add` live and `remove` not, in one step; returns the new version.

        The files must be whole and on the disk, apart from their names' entries in the folder.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        sync(self._folder)
        properties = CommitProperties(custom_metadata={METADATA: json.dumps(dict(metadata))})
        additions = [self._add_action(file) for file in add]
        delta = self._open()
        if delta is None:
            create_table_with_add_actions(
                str(self._folder),
                Schema.from_arrow(self.table.arrow),
                additions,
                name=self.table.name,
                description=self.table.doc,
                commit_properties=properties,
            )
        else:
            removals = [_remove_action(self._name(file), file.bytes) for file in remove]
            delta.create_write_transaction(
                [*additions, *removals],
                mode="append",
                schema=self.table.arrow,
                commit_properties=properties,
            )
        return self._synced_version(delta)

    def _synced_version(self, delta: DeltaTable | None) -> int:
        version = 0 if delta is None else delta.version() + 1
        log = self._folder / "_delta_log"
        sync(log / f"{version:020d}.json")
        sync(log)
        return version

    def _open(self) -> DeltaTable | None:
        if not (self._folder / "_delta_log").is_dir():
            return None
        uri = str(self._folder)
        return DeltaTable(uri) if DeltaTable.is_deltatable(uri) else None

    def _name(self, file: DataFile) -> str:
        return file.path.removeprefix(f"{self.table.name}/")

    def _add_action(self, file: DataFile) -> AddAction:
        path = self._cluster_folder / file.path
        return AddAction(
            path=self._name(file),
            size=file.bytes,
            partition_values={},
            modification_time=path.stat().st_mtime_ns // 1_000_000,
            data_change=True,
            stats=json.dumps(self._statistics(file)),
        )

    def _statistics(self, file: DataFile) -> dict[str, Any]:
        """A file's statistics in the spelling of Delta Lake's protocol (Per-file Statistics)."""
        return {
            "numRecords": file.rows,
            "minValues": {name: self._spelled(name, value) for name, value in file.minimum.items()},
            "maxValues": {name: self._spelled(name, value) for name, value in file.maximum.items()},
            "nullCount": {},
        }

    def _spelled(self, name: str, value: Bound) -> Bound:
        if self.table.arrow.field(name).type != TIME or isinstance(value, str):
            return value
        time = datetime.datetime.fromtimestamp(0, datetime.UTC)
        time += datetime.timedelta(microseconds=value)
        return time.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def _data_file(self, row: Mapping[str, Any]) -> DataFile:
        return DataFile(
            path=f"{self.table.name}/{row['path']}",
            rows=row["num_records"],
            bytes=row["size_bytes"],
            minimum=self._bounds(row.get("min")),
            maximum=self._bounds(row.get("max")),
        )

    def _bounds(self, row: Mapping[str, Any] | None) -> dict[str, Bound]:
        found = {name: (row or {}).get(name) for name in self.table.statistics}
        return {
            name: microseconds(value) if isinstance(value, datetime.datetime) else value
            for name, value in found.items()
            if value is not None
        }


def _remove_action(name: str, size: int) -> RemoveAction:
    # The time of removal is for other tools' vacuum only; nothing of ours reads it.
    now = datetime.datetime.now(datetime.UTC)
    return RemoveAction(name, True, microseconds(now) // 1000, size)
