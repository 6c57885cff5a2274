"""How large a trace is, against its log and against what compresses logs."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import zstandard

from benchmarks.measure import Line, at_least, at_most
from ingest.log.current import DERIVED, Snapshot
from ingest.log.schema import EVENTS, TABLES
from ingest.log.trace import Trace

_SAMPLE_BYTES = 200_000_000
"""gzip and zstd -19 get the beginning of the log: the whole takes zstd minutes."""


def lines(log: Path, trace: Path) -> Iterator[Line]:
    """The sizes of a trace that holds just this log."""
    raw = log.stat().st_size
    with log.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    gzip = _share(sample, _gzip(sample))
    zstd = _share(sample, len(zstandard.ZstdCompressor(level=19, threads=-1).compress(sample)))
    with Trace(trace).snapshot() as snapshot:
        events = _bytes(snapshot, [EVENTS.name]) / raw
        derived = _bytes(snapshot, DERIVED) / raw
        whole = _bytes(snapshot, [table.name for table in TABLES]) / raw
    of = f"of the first {len(sample) / 1e6:,.0f} MB"
    yield Line("gzip -6", f"1/{1 / gzip:.1f} {of}")
    yield Line("zstd -19", f"1/{1 / zstd:.1f} {of}")
    yield at_least("events alone, of the log", f"1/{1 / events:.1f}", 1 / events, 30, "th")
    yield at_most("  against gzip -6", _times(events / gzip), events / gzip, 0.333)
    yield Line("  against zstd -19", _times(events / zstd))
    yield Line("history, checkpoints, placements", f"1/{1 / derived:.1f}")
    yield at_least("whole trace, of the log", f"1/{1 / whole:.1f}", 1 / whole, 20, "th")
    yield Line("  against gzip -6", _times(whole / gzip))
    yield Line("  against zstd -19", _times(whole / zstd))


def _times(ratio: float) -> str:
    return f"{ratio:.2f} times its size"


def _gzip(data: bytes) -> int:
    compressor = zlib.compressobj(6, wbits=31)
    return len(compressor.compress(data)) + len(compressor.flush())


def _share(sample: bytes, compressed: int) -> float:
    return compressed / len(sample)


def _bytes(snapshot: Snapshot, tables: list[str] | tuple[str, ...]) -> int:
    return sum(file.bytes for table in tables for file in snapshot.files(table))
