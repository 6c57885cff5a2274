"""From chunks of events to batches of the log's table: joined, referred, filled up, laid out."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from ingest.anomalies import Collector
from ingest.sources.audit.columns import Columns
from ingest.sources.audit.envelope import Event
from ingest.sources.audit.people import People
from ingest.sources.audit.records import Chunk
from ingest.sources.audit.references import with_references
from ingest.sources.audit.stages import Stages
from ingest.sources.contract import ReadCounts, ReadOptions

BATCH_ROWS = 8 << 10
BATCH_BYTES = 16 << 20
"""A batch is full when it has so many rows, or was made of so many bytes of the log."""


class BatchReader:
    """Reads the events of one source.

    `seen` counts its events, `rows` those that came out. With `follows`, what is read is not the
    beginning: `stages` remembers which requests it ended.
    """

    def __init__(
        self,
        label: str,
        options: ReadOptions,
        anomalies: Collector,
        counts: ReadCounts,
        *,
        follows: bool = False,
    ) -> None:
        people = People()
        self.stages = Stages(
            label, anomalies, counts, people, keep_reads=options.reads, follows=follows
        )
        self._columns = Columns(label, options.redactor, people, anomalies)
        self._label = label
        self._anomalies = anomalies
        self._filling = _Filling()
        self.seen = 0
        self.rows = 0

    def add(self, chunk: Chunk) -> Iterator[pa.RecordBatch]:
        """Take events; gives a batch if one is full now."""
        self.seen += len(chunk.events)
        yield from self._made(self._filling.add(self._referred(self.stages.join(chunk))))

    def flush(self) -> Iterator[pa.RecordBatch]:
        """The batch as it is; requests that wait for their end go on waiting."""
        yield from self._made(self._filling.rest())

    def rest(self) -> Iterator[pa.RecordBatch]:
        """All that is left: no more events will come."""
        yield from self._made(self._filling.add(self._referred(self.stages.rest())))
        yield from self.flush()

    def _referred(self, chunk: Chunk) -> Chunk:
        return with_references(chunk, self._label, self._anomalies)

    def _made(self, chunks: Iterator[Chunk]) -> Iterator[pa.RecordBatch]:
        for chunk in chunks:
            batch = self._columns.batch(chunk)
            self.rows += batch.num_rows
            yield batch


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
