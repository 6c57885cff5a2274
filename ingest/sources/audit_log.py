"""The API server's audit log, as its log and webhook backends write it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa

from ingest.anomalies import Collector, printable
from ingest.errors import SourceError
from ingest.sources.audit.framing import chunks
from ingest.sources.audit.reader import BatchReader
from ingest.sources.audit.records import Chunk
from ingest.sources.contract import Progress, ReadCounts, ReadOptions, SourceFile
from ingest.unpack import unpack


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
        reader = BatchReader(source.label, options, anomalies, counts)
        for chunk in _chunks(source, options, anomalies, progress):
            yield from reader.add(chunk)
        if reader.seen == 0:
            refuse(source, anomalies)
        yield from reader.rest()
        if source.named and reader.rows + counts.total == 0:
            refuse_useless(source.label, reader.seen, anomalies)


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
            f"cannot read {called(source.label)}: {error.strerror or error}"
        ) from error
    except SourceError as error:
        raise SourceError(f"{called(source.label)} {error}") from error
    finally:
        if file is not None and source.path is not None:
            file.close()


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


def refuse(source: SourceFile, anomalies: Collector) -> None:
    """Say that there is nothing in the file: an error where the user named it."""
    label = called(source.label)
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
