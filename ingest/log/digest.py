"""A digest of the log's content, equal for logs that hold the same events."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pyarrow as pa

from ingest.log.current import DataFile
from ingest.log.event_reader import read_events
from ingest.log.schema import EVENTS, TIME
from ingest.redact import PREFIX

_LEFT_OUT = ("file", "line")
"""Where an event was read from says nothing about what happened."""

_MARK = PREFIX.encode()
_REDACTED = re.compile(re.escape(_MARK) + rb"[0-9a-f]{32}")
_MODULUS = 1 << 256


def events_digest(folder: Path, files: Iterable[DataFile]) -> str:
    """The digest of the events in a cluster's `folder`, in hex.

    It is the sum of the events' SHA-256, so the order of ingest does not matter. Redacted values
    count as equal: their hashes depend on the trace's key.
    """
    columns = [name for name in EVENTS.arrow.names if name not in _LEFT_OUT]
    total = 0
    for batch in read_events(folder, files, columns):
        for row in zip(*(_values(column) for column in batch.columns), strict=True):
            text = msgspec.msgpack.encode(row)
            if _MARK in text:
                text = _REDACTED.sub(_MARK, text)
            total += int.from_bytes(hashlib.sha256(text).digest())
    return f"{total % _MODULUS:064x}"


def _values(column: pa.Array) -> list[object]:
    """The values as msgpack can hold them: times as microseconds, texts as their bytes."""
    plain = {TIME: pa.int64(), pa.string(): pa.binary()}
    return list(column.cast(plain.get(column.type, column.type)).to_pylist())
