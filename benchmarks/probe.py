"""What is measured in a process of its own: `python benchmarks/probe.py NAME ARGUMENT...`.

Each probe prints one JSON object; its seconds begin when Python and this file are loaded.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

Found = dict[str, Any]


class _Clock:
    """Wall and processor seconds since it was made."""

    def __init__(self) -> None:
        self._wall = time.perf_counter()
        self._cpu = _processor_seconds()

    def read(self) -> tuple[float, float]:
        """Seconds on the wall, seconds of all threads and of the processes that have ended."""
        return time.perf_counter() - self._wall, _processor_seconds() - self._cpu


def _processor_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def ingest(log: str, trace: str) -> Found:
    """Ingest a log; the seconds until the log was committed, and until the history was too."""
    from ingest import pipeline
    from ingest.log.trace import Trace

    clock = _Clock()
    committed: list[tuple[float, float]] = []

    def progress(what: str, amount: int) -> None:
        if what == "versions" and not committed:
            committed.append(clock.read())

    result = pipeline.ingest(
        Trace(trace, create=True), [log], pipeline.IngestOptions(progress=progress)
    )
    return {
        "events": result.new_events,
        "versions": result.versions,
        "log": committed[0],
        "whole": clock.read(),
    }


class _CommittedError(Exception):
    """The log is committed: that is all that was to be measured."""


def log_on_one_core(log: str, trace: str) -> Found:
    """Ingest a log as far as its commit, on one processor: then no other process reads."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from ingest import pipeline
    from ingest.log.trace import Trace

    def progress(what: str, amount: int) -> None:
        if what == "versions":
            raise _CommittedError

    clock = _Clock()
    with contextlib.suppress(_CommittedError):
        pipeline.ingest(Trace(trace, create=True), [log], pipeline.IngestOptions(progress=progress))
    return {"log": clock.read()}


def rebuild(trace: str) -> Found:
    """Derive the history of a trace again."""
    from ingest import pipeline
    from ingest.log.trace import Trace

    clock = _Clock()
    versions = pipeline.rebuild(Trace(trace), "default")
    return {"versions": versions, "whole": clock.read()}


def derive(trace: str) -> Found:
    """Derive the versions of a trace; the model is not held against its answers."""
    from ingest.derive import EVENT_COLUMNS, Deriver
    from ingest.log.event_reader import read_events
    from ingest.log.schema import EVENTS
    from ingest.log.trace import Trace

    with Trace(trace).snapshot() as snapshot:
        batches = list(read_events(snapshot.folder, snapshot.files(EVENTS.name), EVENT_COLUMNS))
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    clock = _Clock()
    versions = sum(batch.num_rows for batch in Deriver(batches).versions())
    return {"versions": versions, "whole": clock.read()}


def orjson_loads(log: str) -> Found:
    """Parse every line and forget it: what reading a log costs at the least in Python."""
    import orjson

    gc.disable()
    clock = _Clock()
    with Path(log).open("rb") as lines:
        for line in lines:
            orjson.loads(line)
    return {"whole": clock.read()}


def duckdb_read_json(log: str, database: str) -> Found:
    """Read the log into a table of a database file, a column for each field of the envelope.

    Its own guess at all types down to the leaves fails: a later body has a key that the sample had
    not. And it takes three times as long where it is let see all lines first.
    """
    import duckdb

    clock = _Clock()
    with duckdb.connect(database) as connection:
        connection.execute(
            "CREATE TABLE log AS SELECT * FROM "
            "read_json(?, format = 'newline_delimited', maximum_depth = 1)",
            [log],
        )
    return {"whole": clock.read()}


def pods(trace: str, at: str) -> Found:
    """All pods of a trace at a time, by the first query of a process; imports count."""
    clock = _Clock()
    from ingest.log.connection import Log
    from ingest.log.trace import Trace

    query = "SELECT namespace, name, uid FROM pods"
    with Trace(trace).snapshot() as snapshot, Log.of(snapshot, at) as log:
        log.prepare(query)
        count = log.connection.sql(query).to_arrow_table().num_rows
    return {"pods": count, "whole": clock.read()}


def scheduler_columns(nodes: str, pods: str) -> Found:
    """Fill a cluster with pods, and place one more."""
    from benchmarks.scheduling import filled

    clock = _Clock()
    scheduler, asked = filled(int(nodes), int(pods))
    return {"node": scheduler.place(asked).node, "whole": clock.read()}


_PROBES: dict[str, Callable[..., Found]] = {
    each.__name__: each
    for each in (
        ingest,
        log_on_one_core,
        rebuild,
        derive,
        orjson_loads,
        duckdb_read_json,
        pods,
        scheduler_columns,
    )
}

if __name__ == "__main__":
    print(json.dumps(_PROBES[sys.argv[1]](*sys.argv[2:])))
