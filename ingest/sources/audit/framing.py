"""From blocks of plain bytes to events: JSON lines, or documents over many lines.

JSON lines are what the API server's log backend writes, one event a line; the webhook backend's
EventLists may stand one a line too. A document is an EventList or an array laid out over many
lines (or one line longer than a block). Which of the two a source is shows in its first bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

import msgspec
import numpy as np
from msgspec import Raw

from ingest.anomalies import Collector
from ingest.sources.audit.envelope import UNREADABLE, decode_events
from ingest.sources.audit.records import EVENT_START, Chunk, Place, Records, object_end

_HEADER_FIELD = (
    rb'(?:"(?:kind|apiVersion)"\s*+:\s*+"[^"\\]*+"|"metadata"\s*+:\s*+(?:\{[^{}"]*+'
    rb'(?:"[^"\\]*+"[^{}"]*+)*+\}|null))'
)
_LIST_START = re.compile(rb"\{\s*+(?:" + _HEADER_FIELD + rb'\s*+,\s*+)*+"items"\s*+:\s*+\[')
_LIST_REST = re.compile(rb"(?:[\s,\[\]}]|" + _HEADER_FIELD + rb")*+")
_LAID_OUT = re.compile(rb"\{\s*\n|\[")
_LINE_BREAK = ord("\n")
IGNORED = b" \t\r\n\0\xef\xbb\xbf"

# What separates records (the end of one list and the start of the next) is far shorter.
_LOOKAHEAD = 64 << 10


def chunks(
    blocks: Iterator[bytes], label: str, anomalies: Collector, line_limit: int
) -> Iterator[Chunk]:
    """The events of a source; a record longer than `line_limit` bytes is noted and skipped."""
    first = next(blocks, b"")
    everything = chain([first], blocks)
    records = Records(label, anomalies)
    if is_document(first):
        return _Documents(records, line_limit).chunks(everything)
    return Lines(records, line_limit).chunks(everything)


def is_document(first: bytes) -> bool:
    """Whether a source is laid out over many lines, by its first block."""
    start = first.lstrip(IGNORED)
    if _LAID_OUT.match(start):
        return True
    if not _LIST_START.match(start):
        return False
    line, end, _ = start.partition(b"\n")
    try:
        msgspec.json.decode(line, type=Raw)
    except UNREADABLE:
        return True
    return not end


class Lines:
    """One record a line. `line` is the number of the line that comes next, from 1; `offset` is
    where the first one begins in the source."""

    def __init__(self, records: Records, line_limit: int, offset: int = 0) -> None:
        self._records = records
        self._line_limit = line_limit
        self.line = 1
        self._offset = offset
        self._begun: list[bytes] = []
        self._begun_size = 0
        self._skipping = False
        self._hole = 0

    def chunks(self, blocks: Iterator[bytes]) -> Iterator[Chunk]:
        """A chunk for each block that ends a line, and one for what is behind the last break."""
        for block in blocks:
            start = block.find(b"\n") + 1
            if start == 0:
                self._begin(block)
                continue
            first = b"".join([*self._begun, block[:start]])
            self._begun, self._begun_size = [], 0
            end = block.rfind(b"\n") + 1
            yield self._whole(first, memoryview(block)[start:end])
            self._begin(block[end:])
        if not self._skipping:
            rest = b"".join(self._begun)
            self._records.read(rest, Place(self.line, self._offset), cut=True)
            yield self._records.take(len(rest))

    def _begin(self, piece: bytes) -> None:
        """Keep the beginning of a line, unless it is too long already."""
        if not self._begun and not self._skipping:
            # A hole of zeros, as a crash leaves it, can be longer than any line.
            piece = self._without_hole(piece)
        if self._skipping:
            self._offset += len(piece)
            return
        if piece:
            self._begun.append(piece)
            self._begun_size += len(piece)
        if self._begun_size > self._line_limit:
            self._note_too_long(self._begun_size)
            self._offset += self._hole + self._begun_size
            self._begun, self._begun_size, self._skipping, self._hole = [], 0, True, 0

    def _without_hole(self, start: bytes) -> bytes:
        """The start of a line, or more of it, without the zeros before it: noted once a line."""
        bare = start.lstrip(b"\0")
        if len(bare) < len(start) and self._hole == 0:
            self._records.note("nul_bytes", Place(self.line, self._offset))
        self._hole += len(start) - len(bare)
        return bare

    def _note_too_long(self, size: int) -> None:
        place = Place(self.line, self._offset)
        example = f"more than {min(size, self._line_limit)} bytes"
        self._records.note("line_too_long", place, example=example)

    def _whole(self, first: bytes, others: memoryview) -> Chunk:
        """The events of whole lines: the first, which began in another block, and the others."""
        if self._skipping:
            self._skipping = False
            self.line += 1
            self._offset += len(first)
        elif self._hole:
            self._read_line(self._without_hole(first)[:-1])
            self._offset += self._hole
            self._hole = 0
        else:
            self._read_line(first[:-1])
        chunk = self._records.take(len(first))
        rest = self._read_lines(others)
        if not chunk.events:
            return rest
        lines = [*chunk.lines, *rest.lines]
        return Chunk(chunk.events + rest.events, lines, chunk.size + rest.size)

    def _read_lines(self, lines: memoryview) -> Chunk:
        """All at once where all are well, without a copy; else line by line."""
        if len(lines) <= self._line_limit:
            try:
                events = decode_events(lines)
            except UNREADABLE:
                events = []
            # numpy counts twice as fast as bytes.count.
            count = int(np.count_nonzero(np.frombuffer(lines, np.uint8) == _LINE_BREAK))
            # A blank line, or two events on a line, make the numbers differ.
            if len(events) == count:
                first = self.line
                self.line += count
                self._offset += len(lines)
                return Chunk(events, range(first, first + count), len(lines))
        for line in bytes(lines).split(b"\n")[:-1]:
            self._read_line(line)
        return self._records.take(len(lines))

    def _read_line(self, line: bytes) -> None:
        """Read one line, given without its break."""
        if len(line) > self._line_limit:
            self._note_too_long(len(line))
        else:
            self._records.read(line, Place(self.line, self._offset))
        self.line += 1
        self._offset += len(line) + 1


class _Documents:
    """Records laid out over several lines, in lists or not."""

    def __init__(self, records: Records, line_limit: int) -> None:
        self._records = records
        self._limit = line_limit
        self._data = b""
        self._at = 0
        self._ended = False
        self._dropped = 0
        self._counted = 0
        self._line = 1

    def chunks(self, blocks: Iterator[bytes]) -> Iterator[Chunk]:
        """A chunk for each block, with the records that can be told for sure by then."""
        for block in blocks:
            self._data += block
            yield self._read()
        self._ended = True
        yield self._read()

    def _read(self) -> Chunk:
        while self._step():
            pass
        size = self._at
        self._place(size)
        self._dropped += size
        self._data, self._at, self._counted = self._data[size:], 0, 0
        return self._records.take(size)

    def _step(self) -> bool:
        """Read one record, or what is between two; False when that needs more bytes."""
        data = self._data
        between = _LIST_REST.match(data, self._at)
        at = between.end() if between else self._at
        if len(data) - at < _LOOKAHEAD and not self._ended:
            return False
        header = _LIST_START.match(data, at)
        if header:
            self._at = header.end()
            return True
        self._at = at
        return self._object(at) if data[at : at + 1] == b"{" else self._garbage(at)

    def _object(self, at: int) -> bool:
        data = self._data
        end = object_end(data, at)
        if (end or len(data)) - at > self._limit:
            example = f"more than {self._limit} bytes"
            self._records.note("line_too_long", self._place(at), example=example)
            inner = EVENT_START.search(data, at + 1)
            self._at = end or (inner.start() if inner else len(data))
            return True
        if end is None and not self._ended:
            return False
        self._records.read(data[at:end], self._place(at), cut=end is None)
        self._at = end or len(data)
        return True

    def _garbage(self, at: int) -> bool:
        data = self._data
        brace = data.find(b"{", at)
        self._at = brace if brace >= 0 else len(data)
        garbage = data[at : self._at].strip(IGNORED)
        if garbage:
            self._records.note("not_json", self._place(at), garbage)
        return brace >= 0

    def _place(self, at: int) -> Place:
        """The place of an index of the data; indices only ever grow."""
        self._line += self._data.count(b"\n", self._counted, at)
        self._counted = at
        return Place(self._line, self._dropped + at)
