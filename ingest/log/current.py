"""What readers follow: one small file that names the live files of every table of a cluster.

A Delta log says which files of one table are live. Readers need more: the files of *all* tables
that belong together, and quickly, without importing the Delta library. So after its commits a
writer replaces `TRACE/<cluster>/current.json` in one atomic step, and that is the moment from which
a reader sees them. The file is derived from the Delta logs and is made again where it is missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.log.durable import FileLock, write_atomically

CURRENT = "current.json"
DERIVED = ("history", "checkpoints", "placements")
"""The tables that are made from the events and replaced together."""

VERIFIED = ("scheduling_decisions",)
"""The tables that hold a model against the derived ones, each made on demand by one commit."""

Bound = int | str
"""A minimum or maximum of a column; times as microseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One live Parquet file.

    `path` is relative to the cluster's folder; `minimum` and `maximum` hold the columns that the
    table's declaration names as statistics (a column that is null throughout is left out).
    """

    path: str
    rows: int
    bytes: int
    minimum: Mapping[str, Bound] = field(default_factory=dict)
    maximum: Mapping[str, Bound] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableFiles:
    """The live files of a table, sorted by path, at a version of its Delta log (-1: none yet)."""

    version: int = -1
    files: tuple[DataFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Current:
    """The tables of a cluster that belong together.

    `made_from` is the version of the events from which the derived tables were made (None: they
    are not there), `made_with` the settings that were used; `derivation` is a digest over their
    files, found in each one's commit. `span` is what the events cover, first and last, in
    microseconds, where some have times that cannot be right (see ingest.clocks); else None.
    """

    tables: Mapping[str, TableFiles] = field(default_factory=dict)
    made_from: int | None = None
    derivation: str | None = None
    made_with: str = ""
    span: tuple[int, int] | None = None

    def table(self, name: str) -> TableFiles:
        """The files of a table; none if nothing was written to it yet."""
        return self.tables.get(name, TableFiles())

    def is_derived(self, settings: str = "") -> bool:
        """Whether the derived tables are there, made from the events and with these settings."""
        if self.made_from is None or self.made_with != settings:
            return False
        return self.made_from == self.table("events").version

    def without_verified(self) -> Current:
        """The same without what was made from the derived tables."""
        kept = {name: table for name, table in self.tables.items() if name not in VERIFIED}
        return replace(self, tables=kept)

    def save(self, folder: Path) -> None:
        """Make this what readers of the cluster's folder see."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        write_atomically(folder / CURRENT, text.encode())


def load(folder: Path) -> Current | None:
    """What `Current.save` wrote last into a cluster's folder; None if it is not there.

    A damaged file counts as missing: it can always be made again from the Delta logs.
    """
    try:
        return _parsed(json.loads((folder / CURRENT).read_bytes()))
    except (FileNotFoundError, ValueError, KeyError, TypeError, IndexError):
        return None


def _parsed(document: dict[str, Any]) -> Current:
    tables = {
        name: TableFiles(table["version"], tuple(DataFile(**file) for file in table["files"]))
        for name, table in document["tables"].items()
    }
    made_with, span = document.get("made_with", ""), span_of(document.get("span"))
    return Current(tables, document["made_from"], document["derivation"], made_with, span)


def span_of(noted: list[int] | None) -> tuple[int, int] | None:
    """A span as JSON has it."""
    return None if noted is None else (noted[0], noted[1])


class Snapshot:
    """A state of a cluster's tables whose files stay in place until it is closed.

    Writers go on beside it; only the removal of replaced files waits (see `ingest.log.writer`).
    """

    def __init__(self, folder: Path, current: Current, lock: FileLock) -> None:
        self.folder = folder
        self.current = current
        self._lock = lock

    def files(self, table: str) -> tuple[DataFile, ...]:
        """The live files of a table."""
        return self.current.table(table).files

    def paths(self, table: str) -> list[str]:
        """The absolute paths of the live files of a table."""
        return [str(self.folder / file.path) for file in self.files(table)]

    def close(self) -> None:
        """Let writers remove what was replaced since."""
        self._lock.release()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
