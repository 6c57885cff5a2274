"""A long log of JSON lines, read in parts that know nothing of each other, and put together again.

A part is a stretch of bytes with fixed ends, so that the parts of a file are always the same. To it
belong the lines that begin in it. What a part cannot know comes out at its end: how many lines it
had, which requests it left open, and which it ended, as these may have begun in a part before.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ingest.anomalies import Collector
from ingest.sources.audit.envelope import Event, decode_event
from ingest.sources.audit.framing import Lines, is_document
from ingest.sources.audit.reader import BatchReader
from ingest.sources.audit.records import Chunk, Records
from ingest.sources.audit.stages import Key
from ingest.sources.contract import ReadCounts, ReadOptions
from ingest.tar import is_tar
from ingest.unpack import BLOCK, compression_of

PART_BYTES = 32 << 20
"""Long enough that what a part costs by itself does not show, short enough to share the work out
evenly among few processes."""

_BIT = 64 << 10


class PartEnd(msgspec.Struct, frozen=True):
    """What is known at the end of a part; lines are counted from 1 in the part."""

    lines: int
    seen: int
    rows: int
    open: list[tuple[bytes, int]]
    closed: list[Key]


def splits(descriptor: int) -> bool:
    """Whether a file can be read in parts: plain JSON lines."""
    first = os.pread(descriptor, BLOCK, 0)
    return compression_of(first) is None and not is_tar(first) and not is_document(first)


def bounds(size: int) -> list[tuple[int, int]]:
    """Where the parts of a file of that size begin and end."""
    starts = range(0, size, PART_BYTES)
    return [(start, min(start + PART_BYTES, size)) for start in starts]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file of `size` bytes, of which it takes the lines that begin in it."""

    descriptor: int
    label: str
    start: int
    end: int
    size: int

    def read(
        self, options: ReadOptions, anomalies: Collector, counts: ReadCounts
    ) -> Generator[pa.RecordBatch, None, PartEnd]:
        """The part's batches, as of a file whose lines begin with it; returns its end."""
        reader = BatchReader(self.label, options, anomalies, counts, follows=True)
        at = self._first_line()
        lines = Lines(Records(self.label, anomalies), options.line_limit, at)
        for chunk in lines.chunks(self._blocks(at)):
            yield from reader.add(chunk)
        yield from reader.flush()
        left = [(_spelled(event), line) for event, line in reader.stages.open()]
        return PartEnd(lines.line - 1, reader.seen, reader.rows, left, reader.stages.closed)

    def _first_line(self) -> int:
        """Where the first line begins, the part's end if none does."""
        if self.start == 0:
            return 0
        at = self.start - 1
        while at < self.end:
            found = os.pread(self.descriptor, min(_BIT, self.end - at), at)
            if not found:
                break
            index = found.find(b"\n")
            if index >= 0:
                return at + index + 1
            at += len(found)
        return self.end

    def _blocks(self, at: int) -> Iterator[bytes]:
        """The bytes from `at` to the end of the last line that begins in the part."""
        last = b"\n"
        while at < self.end:
            block = os.pread(self.descriptor, min(BLOCK, self.end - at), at)
            if not block:
                return
            at += len(block)
            last = block[-1:]
            yield block
        while last != b"\n" and at < self.size:
            block = os.pread(self.descriptor, min(_BIT, self.size - at), at)
            if not block:
                return
            at += len(block)
            whole = block[: block.find(b"\n") + 1] or block
            last = whole[-1:]
            yield whole


def _spelled(event: Event) -> bytes:
    """An event as JSON again."""
    fields = zip(event.__struct_encode_fields__, msgspec.structs.astuple(event), strict=True)
    return msgspec.json.encode({name: value for name, value in fields if value})


@dataclass(slots=True)
class Joining:
    """Puts the parts of a file together, one after the other."""

    label: str
    options: ReadOptions
    anomalies: Collector
    counts: ReadCounts
    lines: int = 0
    seen: int = 0
    _rows: int = 0
    _reader: BatchReader = field(init=False)

    def __post_init__(self) -> None:
        self._reader = BatchReader(self.label, self.options, self.anomalies, self.counts)

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return self._rows + self._reader.rows

    def placed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch of the part that is being put in place, its lines counted in the file."""
        if self.lines == 0:
            return batch
        number = batch.schema.get_field_index("line")
        lines = pc.add(batch.column(number), self.lines)
        return batch.set_column(number, batch.schema.field(number), lines)

    def end(self, part: PartEnd) -> Iterator[pa.RecordBatch]:
        """End a part; few rows can come of that."""
        for key in part.closed:
            self._reader.stages.close(key)
        events = [decode_event(spelled) for spelled, _ in part.open]
        lines: Sequence[int] = [line + self.lines for _, line in part.open]
        yield from self._reader.add(Chunk(events, lines, 0))
        self.lines += part.lines
        self.seen += part.seen
        self._rows += part.rows

    def finish(self) -> Iterator[pa.RecordBatch]:
        """The rows of the requests that were never answered."""
        yield from self._reader.rest()
