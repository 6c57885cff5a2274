"""The API server's audit log, as its log and webhook backends write it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import pyarrow as pa

from ingest.anomalies import Collector, printable
from ingest.errors import SourceError
from ingest.sources.audit.columns import Columns
from ingest.sources.audit.envelope import Event
from ingest.sources.audit.framing import chunks
from ingest.sources.audit.people import People
from ingest.sources.audit.records import Chunk
from ingest.sources.audit.references import with_references
from ingest.sources.audit.stages import Stages
from ingest.sources.contract import Progress, ReadCounts, ReadOptions, SourceFile
from ingest.unpack import unpack

BATCH_ROWS = 8 << 10
BATCH_BYTES = 16 << 20
"""A batch is full when it has so many rows, or was made of so many bytes of the log."""


class AuditLog:
    """Reads audit logs; see `ingest.sources.contract.Format`."""

    name = "audit-log"

    def read(
        self,
        source: SourceFile,
        options: ReadOptions,
        anomalies: Collector,
        counts: ReadCounts,
        progress: Progress,
    ) -> Iterator[pa.RecordBatch]:
        """The file's requests, one row each; successful reads only when the options ask for them.

        Raises SourceError for a named file in which there is no audit event at all.
        """
        people = People()
        stages = Stages(source.label, anomalies, counts, people, keep_reads=options.reads)
        columns = Columns(source.label, options.redactor, people, anomalies)
        referred = partial(with_references, label=source.label, anomalies=anomalies)
        seen = rows = 0
        full = _Filling()
        for chunk in _chunks(source, options, anomalies, progress):
            seen += len(chunk.events)
            for batch in full.add(referred(stages.join(chunk))):
                made = columns.batch(batch)
                rows += made.num_rows
                yield made
        if seen == 0:
            _refuse(source, anomalies)
        for batch in (*full.add(referred(stages.rest())), *full.rest()):
            made = columns.batch(batch)
            rows += made.num_rows
            yield made
        if source.named and rows + counts.total == 0:
            _refuse_useless(source.label, seen, anomalies)


def _chunks(
    source: SourceFile, options: ReadOptions, anomalies: Collector, progress: Progress
) -> Iterator[Chunk]:
    """The events of the file, whatever its compression and framing."""

    last_line: int | None = None

    def note(name: str, offset: int, example: str) -> None:
        anomalies.add(name, source.label, line=last_line, offset=offset, example=example)

    file: BinaryIO | None = None
    try:
        file = source.open()
        blocks = unpack(file, note, progress)
        for chunk in chunks(blocks, source.label, anomalies, options.line_limit):
            last_line = chunk.lines[-1] if chunk.lines else last_line
            yield chunk
    except OSError as error:
        raise SourceError(
            f"cannot read {printable(source.label)}: {error.strerror or error}"
        ) from error
    except SourceError as error:
        raise SourceError(f"{printable(source.label)} {error}") from error
    finally:
        if file is not None and source.path is not None:
            file.close()


class _Filling:
    """Collects events until a batch is full. What counts are the source's bytes, never time."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._lines: list[int] = []
        self._size = 0

    def add(self, chunk: Chunk) -> Iterator[Chunk]:
        """Take a chunk's events; gives the batch if it is full now."""
        self._events += chunk.events
        self._lines += chunk.lines
        self._size += chunk.size
        if len(self._events) >= BATCH_ROWS or self._size >= BATCH_BYTES:
            yield from self.rest()

    def rest(self) -> Iterator[Chunk]:
        """The batch as it is, if there is anything in it."""
        full = Chunk(self._events, self._lines, self._size)
        self._events, self._lines, self._size = [], [], 0
        if full.events:
            yield full


_USELESS = {
    "missing_time": "no time that can be read (requestReceivedTimestamp)",
    "missing_verb": "no verb",
}


def _refuse_useless(label: str, seen: int, anomalies: Collector) -> None:
    """Say why not one of the events that a file has can be used, if that is so."""
    of_file = anomalies.of(label)
    reasons = [reason for name, reason in _USELESS.items() if name in of_file]
    if reasons:
        raise SourceError(
            f"none of the events ({seen:,}) in {printable(label)} can be used: they have "
            f"{' or '.join(reasons)}; give the log as kube-apiserver wrote it"
        )


def _refuse(source: SourceFile, anomalies: Collector) -> None:
    """Say that there is nothing in the file: an error where the user named it."""
    label = printable(source.label)
    is_empty = len(anomalies.of(source.label)) == 0
    anomalies.add("empty_source" if is_empty else "not_an_audit_log", source.label)
    if not source.named:
        return
    if is_empty:
        raise SourceError(f"{label} is empty: give a file that has audit events in it")
    raise SourceError(
        f"no audit event in {label}: give what kube-apiserver writes to --audit-log-path "
        "(JSON lines or EventLists of audit.k8s.io, plain, gzip or zstd)"
    )
