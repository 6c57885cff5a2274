"""How fast a log is ingested and its history derived, and in how much memory."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Line, Process, at_least, at_most, run

_PROBE = str(Path(__file__).with_name("probe.py"))
_MEMORY_MAX_BYTES = 1_500_000_000


def lines(log: Path, trace: Path, scratch: Path) -> Iterator[Line]:
    """Ingest the log into a new trace, beside what others need to read it."""
    megabytes = log.stat().st_size / 1e6
    plain, _ = _probe("orjson_loads", log)
    wall, cpu = plain["whole"]
    yield Line("orjson.loads of every line", _speed(megabytes, wall, cpu))
    database = scratch / "bench.duckdb"
    database.unlink(missing_ok=True)
    read_json, _ = _probe("duckdb_read_json", log, database)
    database.unlink()
    yield Line("DuckDB read_json into a table", _speed(megabytes, *read_json["whole"]))

    shutil.rmtree(trace, ignore_errors=True)
    ingested, process = _probe("ingest", log, trace)
    for what, key in (("log committed", "log"), ("log and history", "whole")):
        yield Line(f"ingest: {what}", _speed(megabytes, *ingested[key]))
    alone = scratch / "alone.trace"
    shutil.rmtree(alone, ignore_errors=True)
    one_core, _ = _probe("log_on_one_core", log, alone)
    shutil.rmtree(alone)
    yield Line("ingest: log committed, one core", _speed(megabytes, *one_core["log"]))
    one = plain["whole"][1] / one_core["log"][1]
    yield at_least("  log against orjson.loads, one core", _times(one), one, 1, "x")
    yield from _ratios(ingested, plain["whole"], read_json["whole"])
    yield _peak(f"memory of the ingest, {megabytes:,.0f} MB", process)

    rebuilt, process = _probe("rebuild", trace)
    wall, cpu = rebuilt["whole"]
    versions = rebuilt["versions"]
    yield at_least(
        "rebuild: versions a second of processor",
        f"{versions / cpu:,.0f} ({versions / wall:,.0f} on the wall, {versions:,} in all)",
        versions / cpu,
        20_000,
    )
    yield _peak("memory of the rebuild", process)


def memory(log: Path, trace: Path) -> Iterator[Line]:
    """The memory of an ingest alone, with its speed, for another size of log."""
    shutil.rmtree(trace, ignore_errors=True)
    ingested, process = _probe("ingest", log, trace)
    megabytes = log.stat().st_size / 1e6
    yield _peak(f"memory of the ingest, {megabytes:,.0f} MB", process)
    yield Line(f"ingest of {megabytes:,.0f} MB", _speed(megabytes, *ingested["whole"]))
    shutil.rmtree(trace)


def _ratios(
    ingested: dict[str, Any], plain: tuple[float, float], read_json: tuple[float, float]
) -> Iterator[Line]:
    (wall, _), (whole, _) = ingested["log"], ingested["whole"]
    yield at_least(
        "  log against orjson.loads, both cores",
        _times(plain[0] / wall),
        plain[0] / wall,
        1.6,
        "x",
    )
    yield Line("  log and history against orjson.loads", _times(plain[0] / whole))
    yield Line("  log against read_json", _times(read_json[0] / wall))
    yield Line("  log and history against read_json", _times(read_json[0] / whole))


def _probe(name: str, *arguments: Path) -> tuple[dict[str, Any], Process]:
    process = run([_PROBE, name, *map(str, arguments)])
    return json.loads(process.output), process


def _speed(megabytes: float, wall: float, cpu: float) -> str:
    return f"{megabytes / wall:,.0f} MB/s ({wall:.1f} s; {cpu:.1f} s of processor)"


def _times(ratio: float) -> str:
    return f"{ratio:.2f}x as fast"


def _peak(what: str, process: Process) -> Line:
    megabytes = process.peak_bytes / 1e6
    found = f"{megabytes:,.0f} MB at its peak"
    return at_most(what, found, megabytes, _MEMORY_MAX_BYTES / 1e6, " MB")
