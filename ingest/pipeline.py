"""The way from sources to a trace: read, append to the log, derive the history."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa

from ingest.ahead import ahead
from ingest.anomalies import Collector, printable
from ingest.clocks import Clocks, search
from ingest.derive import EVENT_COLUMNS, VERSIONS, Deriver
from ingest.errors import KubeRewindError, SourceError
from ingest.log import settings as kept
from ingest.log.digest import events_digest
from ingest.log.event_reader import read_events
from ingest.log.schema import ANOMALIES, EVENTS, HISTORY, SOURCES
from ingest.log.settings import Settings, resource_of
from ingest.log.trace import DEFAULT_CLUSTER, Trace, TraceError
from ingest.log.views_file import write_views
from ingest.log.writer import ClusterWriter
from ingest.reading.files import Reading, reading
from ingest.redact import Redactor, load_key
from ingest.sources.contract import LINE_LIMIT, ReadOptions
from ingest.sources.registry import FORMATS, open_source

Progress = Callable[[str, int], None]
"""Is told what is being done, and how much more of it was done: bytes read, versions derived. How
much there is to do is told as `bytes expected`, where it is known."""


def _silent(what: str, amount: int) -> None:
    """No progress is shown."""


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How to ingest: see the options of `kuberewind ingest`.

    `processes` is how many others read the sources, 0 for none, None to go by their size.
    """

    cluster: str = DEFAULT_CLUSTER
    reads: bool = False
    line_limit: int = LINE_LIMIT
    redact_key: Path | None = None
    event_ttl: str | None = None
    separate_stores: Sequence[str] | None = None
    apiserver_flags: Sequence[str] | None = None
    processes: int | None = None
    progress: Progress = _silent


@dataclass(slots=True)
class IngestResult:
    """What an ingest found. `failures` are sources of which nothing could be read."""

    files: int = 0
    events: int = 0
    new_events: int = 0
    reads: int = 0
    versions: int = 0
    anomalies: Collector = field(default_factory=Collector)
    failures: list[str] = field(default_factory=list)


def ingest(trace: Trace, sources: Sequence[str], options: IngestOptions) -> IngestResult:
    """Add sources to a trace and derive its history again if anything was new.

    Raises SourceError if nothing was read of any source, and a trace that was made for them is gone
    again; a source that fails beside others that do not is named in the result.
    """
    try:
        with _named(trace):
            return _ingest(trace, sources, options)
    except KubeRewindError:
        trace.discard_if_new()
        raise


def _ingest(trace: Trace, sources: Sequence[str], options: IngestOptions) -> IngestResult:
    result, opened = IngestResult(), Collector()
    files = [file for source in sources for file in open_source(source, opened)]
    redactor = Redactor(load_key(trace.path, options.redact_key))
    read_options = ReadOptions(redactor, options.reads, options.line_limit)
    progress = partial(options.progress, "bytes")
    sizes = [file.size for file in files]
    if all(size is not None for size in sizes):
        options.progress("bytes expected", sum(size or 0 for size in sizes))
    noted = _Noted()
    with trace.writer(options.cluster) as writer, _few_collections():
        settings = kept.load(writer.folder).with_event_ttl(options.event_ttl)
        settings = settings.with_separate_stores(options.separate_stores)
        settings = settings.with_apiserver_flags(options.apiserver_flags)
        with reading(files, read_options, progress, options.processes) as readings:
            for found in readings:
                try:
                    _ingest_file(writer, found, result, noted)
                except SourceError as error:
                    result.failures.append(str(error))
        writer.flush_events()
        if result.events + result.reads == 0:
            nothing = f"no audit event in {', '.join(map(printable, sources))}"
            raise SourceError("; ".join(result.failures) or nothing)
        result.anomalies.absorb([opened])
        noted.anomalies.append(opened.batch())
        writer.flush_reads()
        noted.save(writer)
        kept.save(writer.folder, settings)
        if not writer.current.is_derived(settings.text):
            result.versions = derive(writer, settings, options.progress)
    _offer_views(trace, options.cluster)
    return result


def rebuild(
    trace: Trace,
    cluster: str,
    progress: Progress = _silent,
    event_ttl: str | None = None,
    separate_stores: Sequence[str] | None = None,
    apiserver_flags: Sequence[str] | None = None,
) -> int:
    """Derive a cluster's history from its log again; returns the number of versions.

    The settings are changed from here on, if they are given.
    """
    trace.snapshot(
        cluster, derived=False
    ).close()  # so that a cluster that is not there is an error
    with _named(trace), trace.writer(cluster) as writer, _few_collections():
        settings = kept.load(writer.folder).with_event_ttl(event_ttl)
        settings = settings.with_separate_stores(separate_stores)
        settings = settings.with_apiserver_flags(apiserver_flags)
        kept.save(writer.folder, settings)
        count = derive(writer, settings, progress)
    _offer_views(trace, cluster)
    return count


def derive(writer: ClusterWriter, settings: Settings, progress: Progress) -> int:
    """Make the derived tables from the events as they are now, and put them in place."""
    events = writer.current.table(EVENTS.name).files
    read = partial(read_events, writer.folder, events)
    clocks = search(read, frozenset(map(resource_of, settings.separate_stores)))
    writer.replace_anomalies(HISTORY.name, _unresolved(clocks))
    stored = ahead(read(EVENT_COLUMNS), most=1)
    deriver = Deriver(stored, settings, sum(file.rows for file in events), clocks)
    derivation = writer.derive(settings=settings.text, span=clocks.span)
    progress("versions", 0)  # the log is committed
    count = 0
    for versions, placements in ahead(_derived(deriver), most=2):
        derivation.add_versions(versions)
        for batch in placements:
            derivation.add_placements(batch)
        count += versions.num_rows
        progress("versions", versions.num_rows)
    writer.adopt(derivation)
    return count


def _unresolved(clocks: Clocks) -> pa.Table:
    """What is noted where times and revisions contradict each other throughout."""
    noted = Collector()
    if clocks.unresolved:
        noted.add("revisions_contradict_times", HISTORY.name, count=clocks.unresolved)
    return pa.Table.from_batches([noted.batch()])


def _derived(deriver: Deriver) -> Iterator[tuple[pa.RecordBatch, list[pa.RecordBatch]]]:
    """Batches of versions, each with the placements that are known by then."""
    for versions in deriver.versions():
        yield versions, list(deriver.placements())
    yield pa.RecordBatch.from_pylist([], VERSIONS), list(deriver.placements())


def _offer_views(trace: Trace, cluster: str) -> None:
    with trace.snapshot(cluster) as snapshot:
        write_views(snapshot)


def digest(trace: Trace, cluster: str) -> str:
    """The digest of a cluster's log: equal for logs that hold the same events."""
    with trace.snapshot(cluster) as snapshot:
        return events_digest(snapshot.folder, snapshot.files(EVENTS.name))


def _ingest_file(
    writer: ClusterWriter, found: Reading, result: IngestResult, noted: _Noted
) -> None:
    batches = _Counting(_with_reads(writer, found))
    try:
        result.new_events += writer.append_events(batches, flush=False)
    finally:
        result.anomalies.absorb([found.anomalies])
        noted.anomalies.append(found.anomalies.batch())
    if "not_an_audit_log" in found.anomalies.of(found.file.label):
        return
    noted.sources.append(
        {
            "digest": found.digest,
            "source": found.file.label,
            "format": FORMATS[0].name,
            "bytes": found.bytes,
            "events": batches.rows,
        }
    )
    result.files += 1
    result.events += batches.rows
    result.reads += found.counts.total


@dataclass(slots=True)
class _Noted:
    """What is noted about the sources, written once when all are read."""

    sources: list[dict[str, object]] = field(default_factory=list)
    anomalies: list[pa.RecordBatch] = field(default_factory=list)

    def save(self, writer: ClusterWriter) -> None:
        writer.add_anomalies(pa.Table.from_batches(self.anomalies, ANOMALIES.arrow))
        # Last, so that a source that is noted is noted whole.
        writer.add_source(pa.Table.from_pylist(self.sources, SOURCES.arrow))


def _with_reads(writer: ClusterWriter, found: Reading) -> Iterator[pa.RecordBatch]:
    """The batches of a file; the reads that were counted on the way are written beside them."""
    for batch in found.batches:
        yield batch
        writer.append_reads(piece.table() for piece in found.counts.take())
    writer.append_reads(piece.table() for piece in found.counts.take())


class _Counting:
    """Passes batches on and counts their rows."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches = batches
        self.rows = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            self.rows += batch.num_rows
            yield batch


@contextmanager
def _named(trace: Trace) -> Iterator[None]:
    """Say of what cannot be written that it is the trace's: errors may name temporary files."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise TraceError(
            f"cannot write to {trace.path}: {reason}; what was committed is kept"
        ) from error


@contextmanager
def _few_collections() -> Iterator[None]:
    """Let the cyclic collector rest: millions of short-lived objects, none of them in cycles."""
    gc.collect()
    gc.freeze()
    thresholds = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
