"""The one writer of a trace, for one cluster: every change of its tables goes through it.

Files are written and forced to the disk, then a commit to the table's Delta log makes them live,
then `current.json` shows them to readers. A process may end at any moment between: what was
committed counts, what was not is swept away by the next writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from ingest.log import derivation as derived
from ingest.log import small
from ingest.log.current import VERIFIED, Current, DataFile, TableFiles, load
from ingest.log.delta import DeltaLog
from ingest.log.derivation import Derivation
from ingest.log.durable import FileLock
from ingest.log.event_writer import EventWriter, Limits
from ingest.log.files import FileWriter
from ingest.log.reads import ReadsWriter
from ingest.log.recovery import TEMPORARY, reconciled, sweep
from ingest.log.schema import ANOMALIES, EVENTS, READS, SOURCES, TABLES, Table
from ingest.log.segments import SegmentLimits


class ClusterWriter:
    """Writes a cluster's tables. Got from `Trace.writer`; close it to let others write.

    `lock` is held while it is open. `readers` is the lock that snapshots share: replaced files are
    removed only when it can be had alone.
    """

    def __init__(self, folder: Path, lock: FileLock, readers: FileLock) -> None:
        self.folder = folder
        self._lock = lock
        self._readers = readers
        self._events: EventWriter | None = None
        self._reads: ReadsWriter | None = None
        folder.mkdir(exist_ok=True)
        before = load(folder)
        self.current = reconciled(folder, before)
        written = any(table.version >= 0 for table in self.current.tables.values())
        if self.current != before and written:
            self.current.save(folder)
        self.sweep()

    def append_events(
        self,
        batches: Iterable[pa.RecordBatch],
        limits: Limits | None = None,
        *,
        flush: bool = True,
    ) -> int:
        """Add the events (schema: EVENTS) that the log does not hold; returns how many were new.

        They are committed in files of a bounded size as they come. Without `flush` the last few may
        wait, so that many small sources share files: call `flush_events` after the last source.
        """
        if self._events is None:
            files = self.current.table(EVENTS.name).files
            self._events = EventWriter(self.folder, files, self._commit_events, limits)
        before = self._events.appended
        for batch in batches:
            self._events.append(batch)
        new = self._events.appended - before
        if flush:
            self.flush_events()
        return new

    def flush_events(self) -> None:
        """Commit the events that wait."""
        if self._events is not None:
            self._events.flush()
            self._events = None

    def add_anomalies(self, rows: pa.Table) -> None:
        """Add anomalies (schema: ANOMALIES) but those that are there already."""
        self._rewrite(ANOMALIES, small.with_anomalies(self._rows(ANOMALIES), rows.to_pylist()))

    def replace_anomalies(self, source: str, rows: pa.Table) -> None:
        """Put anomalies of `source` (such as `history`) in the place of all earlier ones of it."""
        others = [row for row in self._rows(ANOMALIES) if row["source"] != source]
        self._rewrite(ANOMALIES, [*others, *rows.to_pylist()])

    def append_reads(self, tables: Iterable[pa.Table]) -> None:
        """Add counted reads (schema: READS) but those that are there already.

        They are committed in files of a bounded size; the last ones by `flush_reads`.
        """
        if self._reads is None:
            files = self.current.table(READS.name).files
            self._reads = ReadsWriter(self.folder, files, self._commit_reads)
        for rows in tables:
            self._reads.append(rows)

    def flush_reads(self) -> None:
        """Commit the reads that wait."""
        if self._reads is not None:
            self._reads.flush()
            self._reads = None

    def add_source(self, sources: pa.Table) -> None:
        """Note ingested sources (schema: SOURCES); one that was noted before changes nothing."""
        self._rewrite(SOURCES, small.with_new(self._rows(SOURCES), sources.to_pylist()))

    def derive(
        self,
        limits: SegmentLimits | None = None,
        settings: str = "",
        span: tuple[int, int] | None = None,
    ) -> Derivation:
        """Begin to make the derived tables from the events as they are now, waiting ones too.

        `settings` are noted as what they are made with, `span` as what the events cover, where it
        is not what their times say.
        """
        self.flush_events()
        version = self.current.table(EVENTS.name).version
        return Derivation(self.folder, self.folder / TEMPORARY, version, limits, settings, span)

    def adopt(self, derivation: Derivation) -> None:
        """Put what was derived in the place of the derived tables."""
        files = derivation.finish()
        tables, digest = derived.replace(self.folder, files, derivation)
        made_from, made_with, span = derivation.made_from, derivation.made_with, derivation.span
        every = {**self.current.without_verified().tables, **tables}
        self._drop_verified()
        self._show(Current(every, made_from, digest, made_with, span))
        self.sweep()

    def replace_verified(self, table: Table, rows: Iterable[pa.Table]) -> None:
        """Put rows in the place of a table that is made from the derived ones, as they are now.

        They come as row groups, in the table's order, and are written as they come.
        """
        with FileWriter(self.folder / table.name, table, table.name) as file:
            for group in rows:
                file.add(group)
            made = file.finish()
        before = list(self.current.table(table.name).files)
        wanted = [] if made is None else [made]
        add = [each for each in wanted if each not in before]
        remove = [each for each in before if each not in wanted]
        if add or remove:
            self._commit(table, add, remove, {"derivation": self.current.derivation})
            self.sweep()

    def _drop_verified(self) -> None:
        """Let go of what was made from derived tables that are replaced."""
        for table in (table for table in TABLES if table.name in VERIFIED):
            log = DeltaLog(self.folder, table)
            if live := log.live().files:
                log.commit([], live, {})

    def sweep(self) -> None:
        """Remove replaced files and what killed runs left, unless somebody is reading."""
        if self._readers.try_alone():
            sweep(self.folder, self.current)
            self._readers.give_up()

    def close(self) -> None:
        """Let others write. A cluster of which nothing was written leaves no folder behind."""
        if not any(self.folder.iterdir()):
            self.folder.rmdir()
        self._readers.release()
        self._lock.release()

    def __enter__(self) -> ClusterWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _commit_events(self, file: DataFile) -> None:
        self._commit(EVENTS, [file], [])

    def _commit_reads(self, file: DataFile) -> None:
        self._commit(READS, [file], [])

    def _rows(self, table: Table) -> list[small.Row]:
        return small.read_rows(self.folder, self.current.table(table.name).files)

    def _rewrite(self, table: Table, rows: Iterable[small.Row]) -> None:
        before = self.current.table(table.name).files
        file = small.write_rows(self.folder, table, rows)
        wanted = [] if file is None else [file]
        paths = {file.path for file in before}
        if {each.path for each in wanted} != paths:
            self._commit(table, wanted, list(before))

    def _commit(
        self,
        table: Table,
        add: list[DataFile],
        remove: list[DataFile],
        metadata: Mapping[str, str | None] | None = None,
    ) -> None:
        version = DeltaLog(self.folder, table).commit(add, remove, metadata or {})
        before = self.current.table(table.name).files
        kept = [file for file in before if file not in remove]
        files = TableFiles(version, tuple(sorted((*kept, *add), key=lambda file: file.path)))
        self._show(replace(self.current, tables={**self.current.tables, table.name: files}))

    def _show(self, current: Current) -> None:
        if current != self.current:
            current.save(self.folder)
            self.current = current
