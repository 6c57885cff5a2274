"""The kinds of source there are, and the way from what the user named to its files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ingest.anomalies import Collector, printable
from ingest.errors import SourceError
from ingest.log.trace import MARKER
from ingest.sources.audit_log import AuditLog
from ingest.sources.contract import Format, Progress, ReadCounts, ReadOptions, SourceFile

FORMATS: tuple[Format, ...] = (AuditLog(),)

STANDARD_INPUT = "-"

_DESCRIPTOR = re.compile(r"/dev/(?:fd/\d+|stdin)$|/proc/[^/]+/fd/\d+$")
"""What a shell calls a pipe, as in `ingest <(zcat audit.log.gz)`: a number that says nothing, and
that is another one the next time."""


def open_source(named: str, anomalies: Collector) -> list[SourceFile]:
    """The files of a source: itself, all in a folder sorted by name, or - for standard input.

    A file's label is its name, in a folder its path from there on: the same wherever the source
    lies. Hidden files are left out, and folders that are traces, which is noted. Raises SourceError
    where there is nothing to read.
    """
    if named == STANDARD_INPUT:
        return [SourceFile(STANDARD_INPUT, None, None, named=True)]
    path = Path(named)
    if path.is_dir():
        return _folder(path, anomalies)
    if not path.exists():
        raise SourceError(f"no such file or folder: {printable(named)}")
    label = STANDARD_INPUT if _DESCRIPTOR.match(named) else path.name
    return [_file(path, label, named=True)]


def _folder(path: Path, anomalies: Collector) -> list[SourceFile]:
    traces: list[Path] = []
    files = sorted(_files_below(path, traces), key=lambda file: file.relative_to(path).parts)
    if not files:
        but = " but a trace of kuberewind" if traces else ""
        raise SourceError(f"no files in {printable(str(path))}{but}: name a folder of audit logs")
    for trace in sorted(traces):
        anomalies.add("trace_among_sources", _text(trace.relative_to(path).as_posix()))
    return [_file(file, file.relative_to(path).as_posix(), named=False) for file in files]


def read(
    source: SourceFile,
    options: ReadOptions,
    anomalies: Collector,
    counts: ReadCounts,
    progress: Progress,
) -> Iterator[pa.RecordBatch]:
    """The events of one file as batches of EVENTS; see `ingest.sources.contract.Format`."""
    return FORMATS[0].read(source, options, anomalies, counts, progress)


def _files_below(folder: Path, traces: list[Path]) -> Iterator[Path]:
    """The files of a folder; folders that are traces are added to `traces` instead."""
    for parent, folders, names in os.walk(folder):
        if MARKER in names:
            traces.append(Path(parent))
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _file(path: Path, label: str, *, named: bool) -> SourceFile:
    size = path.stat().st_size if path.is_file() else None
    return SourceFile(_text(label), path, size, named)


def _text(label: str) -> str:
    """A file name may hold bytes that are no UTF-8; the log holds text."""
    return label.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
