"""The Delta Lake log of one table: which files are live, and commits that change them.

We write the Parquet files (their order and codec are ours) and the commits, which are lines of JSON
(PROTOCOL.md of delta-io/delta): the `deltalake` library would put the folder's absolute path, the
clock and a random name into them. It reads them, as every engine does that knows Delta Lake.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, Schema

from ingest.log.current import Bound, DataFile, TableFiles
from ingest.log.durable import create_exclusively, sync
from ingest.log.files import microseconds
from ingest.log.schema import TIME, Table

METADATA = "kuberewind"
"""The key in a commit's metadata under which ours stands, as JSON text."""

_PROTOCOL = {"minReaderVersion": 1, "minWriterVersion": 2}
_CHECKPOINT_EVERY = 100
_LAST_MS = 253_402_300_799_999


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

        The files must be whole and on the disk, apart from their names' entries in the folder. The
        same commits have the same bytes, wherever and whenever they are made.
        """
        log = self._folder / "_delta_log"
        log.mkdir(parents=True, exist_ok=True)
        sync(self._folder)
        delta = self._open()
        version = 0 if delta is None else delta.version() + 1
        time_ms = max(map(self._time_ms, add), default=0)
        actions = [_commit_info(time_ms, metadata, is_first=delta is None)]
        if delta is None:
            actions += [{"protocol": _PROTOCOL}, {"metaData": self._table_metadata(time_ms)}]
        actions += [{"add": self._added(file)} for file in add]
        actions += [{"remove": self._removed(file, time_ms)} for file in remove]
        lines = (json.dumps(a, sort_keys=True, separators=(",", ":")) + "\n" for a in actions)
        create_exclusively(log / f"{version:020d}.json", "".join(lines).encode())
        if version and version % _CHECKPOINT_EVERY == 0:
            # So that whoever opens the table need not read all commits from the first on.
            DeltaTable(str(self._folder)).create_checkpoint()
        return version

    def _table_metadata(self, time_ms: int) -> dict[str, Any]:
        """The action that says what the table is (Change Metadata)."""
        place = f"kuberewind/{self._cluster_folder.name}/{self.table.name}"
        schema = json.loads(Schema.from_arrow(self.table.arrow).to_json())
        return {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, place)),
            "name": self.table.name,
            "description": self.table.doc,
            "format": {"provider": "parquet", "options": {}},
            "schemaString": json.dumps(schema, sort_keys=True, separators=(",", ":")),
            "partitionColumns": [],
            "createdTime": time_ms,
            "configuration": {},
        }

    def _open(self) -> DeltaTable | None:
        if not (self._folder / "_delta_log").is_dir():
            return None
        uri = str(self._folder)
        return DeltaTable(uri) if DeltaTable.is_deltatable(uri) else None

    def _name(self, file: DataFile) -> str:
        return file.path.removeprefix(f"{self.table.name}/")

    def _added(self, file: DataFile) -> dict[str, Any]:
        return {
            "path": self._name(file),
            "partitionValues": {},
            "size": file.bytes,
            "modificationTime": self._time_ms(file),
            "dataChange": True,
            "stats": json.dumps(self._statistics(file), sort_keys=True, separators=(",", ":")),
        }

    def _removed(self, file: DataFile, time_ms: int) -> dict[str, Any]:
        return {
            "path": self._name(file),
            "partitionValues": {},
            "extendedFileMetadata": True,
            "size": file.bytes,
            "deletionTimestamp": time_ms,
            "dataChange": True,
        }

    def _time_ms(self, file: DataFile) -> int:
        """The protocol wants times of files and commits: the last in the rows, never the clock's.

        0 where the rows have none.
        """
        known = self.table.arrow
        values = (v for name, v in file.maximum.items() if known.field(name).type == TIME)
        last = max((value for value in values if isinstance(value, int)), default=0)
        return min(max(last // 1000, 0), _LAST_MS)

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


def _commit_info(time_ms: int, metadata: Mapping[str, Any], *, is_first: bool) -> dict[str, Any]:
    """The action that says what the commit is (Commit Provenance Information)."""
    return {
        "commitInfo": {
            "timestamp": time_ms,
            "operation": "CREATE TABLE" if is_first else "WRITE",
            "operationParameters": {"mode": "Append"},
            "engineInfo": "kuberewind",
            METADATA: json.dumps(dict(metadata), sort_keys=True),
        }
    }
