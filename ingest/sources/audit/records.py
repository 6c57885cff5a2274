"""From one record's bytes to the events in it, whatever state the record is in.

A record is what stood on a line, or one object of a longer document. It should be one event; it may
be a list of them, several without a break, a torn one with whole ones behind it, or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import Raw

from ingest.anomalies import Collector, outline
from ingest.sources.audit.envelope import (
    UNREADABLE,
    Event,
    decode_event,
    decode_leniently,
    decode_list,
)

# Where a whole event may begin inside damaged bytes: each of these can be an event's first key.
EVENT_START = re.compile(
    rb'\{\s*+"(?:kind|apiVersion|level|auditID|metadata|stage|requestURI|verb|user|timestamp)"\s*+:'
)
_STRING_OR_BRACE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}]', re.DOTALL)
_BETWEEN_RECORDS = b" \t\r\n,[]"
_SALVAGE_EFFORT = 4
_SALVAGE_EFFORT_MIN = 4 << 20
_BRACKET = ord("[")
_BOM = b"\xef\xbb\xbf"
_decode_array = msgspec.json.Decoder(list[Raw]).decode


@dataclass(slots=True)
class Chunk:
    """Some events of a source in their order, the line of each (from 1), and how many bytes of
    the source they were made of."""

    events: list[Event]
    lines: Sequence[int]
    size: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record begins in the unpacked source."""

    line: int
    offset: int


def object_end(data: bytes, start: int) -> int | None:
    """The index behind the object that begins at `start`; None where it is not closed."""
    depth = 0
    for token in _STRING_OR_BRACE.finditer(data, start):
        mark = data[token.start()]
        if mark == 0x7B:
            depth += 1
        elif mark == 0x7D:
            depth -= 1
            if depth == 0:
                return token.end()
    return None


class Records:
    """Reads records, collects their events and notes what is wrong with them."""

    def __init__(self, label: str, anomalies: Collector) -> None:
        self._label = label
        self._anomalies = anomalies
        self._events: list[Event] = []
        self._lines: list[int] = []

    def take(self, size: int) -> Chunk:
        """The events read since the last call, from `size` bytes."""
        chunk = Chunk(self._events, self._lines, size)
        self._events, self._lines = [], []
        return chunk

    def note(self, name: str, place: Place, record: bytes = b"", example: str = "") -> None:
        """Note an anomaly, with an outline of the record unless an example is given."""
        self._anomalies.add(
            name,
            self._label,
            line=place.line,
            offset=place.offset,
            example=example or (outline(record) if record else ""),
        )

    def read(self, record: bytes, place: Place, *, cut: bool = False) -> None:
        """Read one record; `cut` says that the source ends with it, without a line break."""
        bare = record.strip(b" \t\r\n\0")
        if b"\0" in record[:1] + record[-1:] + bare:
            self.note("nul_bytes", place)
        bare = bare.removeprefix(_BOM)
        if not bare:
            return
        try:
            self._decode(bare, place)
        except UnicodeDecodeError:
            self.note("invalid_utf8", place)
            self.read(bare.decode("utf-8", "replace").encode(), place, cut=cut)
        except RecursionError:
            self.note("nested_too_deeply", place, bare)
        except msgspec.DecodeError:
            self._salvage(bare, place, cut)

    def _decode(self, record: bytes | Raw, place: Place) -> None:
        """Read JSON; raises one of UNREADABLE where it is none."""
        try:
            event = decode_event(record)
        except msgspec.ValidationError:
            self._decode_other(record, place)
        else:
            self._keep(event, place)

    def _decode_other(self, record: bytes | Raw, place: Place) -> None:
        items = _items(record)
        if items is not None:
            for item in items:
                self._decode(item, place)
            return
        found = decode_leniently(record)
        if found is None:
            self.note("not_an_audit_event", place, bytes(record))
            return
        event, wrong = found
        if wrong:
            self.note("wrong_type", place, example=", ".join(wrong))
        self._keep(event, place)

    def _keep(self, event: Event, place: Place) -> None:
        self._events.append(event)
        self._lines.append(place.line)

    def _salvage(self, record: bytes, place: Place, cut: bool) -> None:
        """Whole events out of bytes that are no JSON as a whole."""
        end = 0
        garbage = False
        for start, stop, event in _whole_events(record):
            self._keep(event, place)
            garbage = garbage or bool(record[end:start].strip(_BETWEEN_RECORDS))
            end = stop
        rest = record[end:].strip(_BETWEEN_RECORDS)
        if rest and cut:
            self.note("truncated_last_line", place, rest)
        if garbage or (rest and not cut):
            self.note("not_json", place, record if end == 0 else rest)
        if not garbage and not rest:
            self.note("several_on_a_line", place)


def _items(record: bytes | Raw) -> list[Raw] | None:
    """The records of an EventList or of an array; None where the record is neither."""
    try:
        if memoryview(record)[0] == _BRACKET:
            return _decode_array(record)
        events = decode_list(record)
    except msgspec.ValidationError:
        return None
    return events.items if events.kind in (None, "EventList") else None


def _whole_events(data: bytes) -> Iterator[tuple[int, int, Event]]:
    """Events in damaged bytes with their start and end, from the left, not overlapping.

    Trying stops when the bytes looked at are many times the bytes there are, so that hostile input
    cannot take forever.
    """
    effort_max = _SALVAGE_EFFORT * len(data) + _SALVAGE_EFFORT_MIN
    effort = 0
    position = 0
    while effort <= effort_max:
        found = EVENT_START.search(data, position)
        if found is None:
            return
        start = found.start()
        position = start + 1
        end = object_end(data, start)
        effort += (end or len(data)) - start
        if end is None:
            continue
        try:
            event = decode_event(data[start:end])
        except UNREADABLE:
            continue
        yield start, end, event
        position = end
