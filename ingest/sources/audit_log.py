"""The API server's audit log, as its log and webhook backends write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

import pyarrow as pa

from ingest.anomalies import Collector, printable
from ingest.errors import SourceError
from ingest.sources.audit.framing import chunks
from ingest.sources.audit.reader import BatchReader
from ingest.sources.audit.records import Chunk
from ingest.sources.contract import Progress, ReadCounts, ReadOptions, SourceFile
from ingest.tar import TarError, is_tar, members
from ingest.unpack import Pieces, packed_otherwise, unpack


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
        seen = rows = 0
        for label, found in _logs(source, options, anomalies, progress):
            before = counts.total
            reader = BatchReader(label, options, anomalies, counts)
            for chunk in found:
                yield from reader.add(chunk)
            yield from reader.rest()
            if reader.seen == 0 and label != source.label:
                pass_over(label, anomalies)
            seen, rows = seen + reader.seen, rows + reader.rows + counts.total - before
        if seen == 0:
            refuse(source, anomalies)
        if source.named and rows == 0:
            refuse_useless(source.label, seen, anomalies)


_Log = tuple[str, Iterator[Chunk]]
"""The label of a log and its events."""


def _logs(
    source: SourceFile, options: ReadOptions, anomalies: Collector, progress: Progress
) -> Iterator[_Log]:
    """The logs of a file, whatever its compression: itself, or those in it if it is an archive.

    Each must be read to its end before the next is asked for.
    """
    with _opened(source) as file:
        notes = _Notes(source.label, anomalies)
        blocks = unpack(file, notes.note, progress)
        with _explained(source):
            first = next(blocks, b"")
            if source.named and (other := packed_otherwise(first)):
                raise SourceError(f"is packed as {other}, which is not read: unpack it first")
        everything = chain([first], blocks) if first else blocks
        if is_tar(first):
            yield from _archived(source, everything, options, anomalies)
        else:
            yield source.label, _chunks(source, everything, notes, options)


def _archived(
    source: SourceFile, blocks: Iterator[bytes], options: ReadOptions, anomalies: Collector
) -> Iterator[_Log]:
    """The files of an archive, which may be compressed; hidden ones are left out."""
    try:
        for name, content in members(blocks):
            if name.rpartition("/")[2].startswith("."):
                continue
            notes = _Notes(f"{source.label}/{name}", anomalies)
            plain = unpack(Pieces(content), notes.note, lambda size: None)
            yield notes.label, _chunks(source, plain, notes, options)
    except TarError as error:
        anomalies.add("archive_cut", source.label, example=str(error))


def _chunks(
    source: SourceFile, blocks: Iterator[bytes], notes: _Notes, options: ReadOptions
) -> Iterator[Chunk]:
    """The events of a log, whatever its framing."""
    with _explained(source):
        for chunk in chunks(blocks, notes.label, notes.anomalies, options.line_limit):
            notes.line = chunk.lines[-1] if chunk.lines else notes.line
            yield chunk


@dataclass(slots=True)
class _Notes:
    """Takes what is wrong with compressed bytes; the place is the last line that was read."""

    label: str
    anomalies: Collector
    line: int | None = None

    def note(self, name: str, offset: int, example: str) -> None:
        """Note an anomaly."""
        self.anomalies.add(name, self.label, line=self.line, offset=offset, example=example)


@contextmanager
def _opened(source: SourceFile) -> Iterator[BinaryIO]:
    with _explained(source):
        file = source.open()
    try:
        yield file
    finally:
        if source.path is not None:
            file.close()


@contextmanager
def _explained(source: SourceFile) -> Iterator[None]:
    """Let errors name the source."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"cannot read {called(source.label)}: {error.strerror or error}"
        ) from error
    except SourceError as error:
        raise SourceError(f"{called(source.label)} {error}") from error


def called(label: str) -> str:
    """How a message calls a source."""
    return "the piped input" if label == "-" else printable(label)


_USELESS = {
    "missing_time": "no time that can be read (requestReceivedTimestamp)",
    "missing_verb": "no verb",
}


def refuse_useless(label: str, seen: int, anomalies: Collector) -> None:
    """Say why not one of the events that a file has can be used, if that is so."""
    of_file = anomalies.of(label)
    reasons = [reason for name, reason in _USELESS.items() if name in of_file]
    if reasons:
        raise SourceError(
            f"none of the events ({seen:,}) in {called(label)} can be used: they have "
            f"{' or '.join(reasons)}; give the log as kube-apiserver wrote it"
        )


_STILL_TOLD = frozenset(
    (
        *("line_too_long", "archive_cut", "compressed_stream_cut", "compressed_stream_damaged"),
        "compression_bomb",
    )
)
"""What is told of a file without events too: there may have been some."""


def pass_over(label: str, anomalies: Collector) -> bool:
    """Note that a file holds no events, in the place of what its lines look like; whether it is
    empty."""
    of_file = anomalies.of(label)
    for name in of_file:
        torn = name == "truncated_last_line" and "auditID" in anomalies.example(name, label)
        if name not in _STILL_TOLD and not torn:
            anomalies.forget(name, label)
    anomalies.add("not_an_audit_log" if of_file else "empty_source", label)
    return not of_file


def refuse(source: SourceFile, anomalies: Collector) -> None:
    """Say that there is nothing in the file: an error where the user named it."""
    label = called(source.label)
    is_empty = pass_over(source.label, anomalies)
    if not source.named:
        return
    if is_empty:
        raise SourceError(f"{label} is empty: give a file that has audit events in it")
    raise SourceError(
        f"no audit event in {label}: give what kube-apiserver writes to --audit-log-path "
        "(JSON lines or EventLists of audit.k8s.io, plain, gzip, zstd or in a tar archive)"
    )
