"""A writer that is killed: run by test_crash.py in a process of its own.

    crashing_writer.py FOLDER STRIDE    for each STRIDE-th step: write, killed there, then report
    crashing_writer.py FOLDER           write again and again until somebody kills it

A step is a moment at which something reaches the disk: fsync, replace or unlink.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from ingest.log import small  # noqa: E402
from ingest.log.event_reader import read_events  # noqa: E402
from ingest.log.event_writer import Limits  # noqa: E402
from ingest.log.schema import SCHEDULING  # noqa: E402
from ingest.log.segments import SegmentLimits  # noqa: E402
from ingest.log.trace import Trace, TraceError  # noqa: E402
from tests.ingest.log.log_rows import (  # noqa: E402
    anomaly,
    decisions,
    event,
    events,
    placement,
    version,
    versions,
)

EVENTS = 20
VERSIONS = 14


def write(folder: Path) -> None:
    """The whole work: events in several commits, an anomaly, twice a derivation and its check."""
    trace = Trace(folder, create=True)
    with trace.writer() as writer:
        rows = [event(f"{n:02}", n, name=f"pod-{n % 3}") for n in range(EVENTS)]
        batches = (events(*rows[at : at + 3]) for at in range(0, EVENTS, 3))
        writer.append_events(batches, Limits(file_rows=8, stretch_rows=4))
        writer.add_anomalies(anomaly("not_json"))
        for name in ("first", "second"):
            derivation = writer.derive(SegmentLimits(rows=4, per_live_object=1, memory_bytes=1))
            derivation.add_placements(placement("00", 1))
            made = [version(n, name=f"{name}-{n % 3}") for n in range(1, VERSIONS)]
            derivation.add_versions(versions(*made))
            writer.adopt(derivation)
            writer.replace_verified(SCHEDULING, [decisions(name)])


def seen(folder: Path) -> dict[str, Any]:
    """What a reader sees, and which files lie there."""
    found: dict[str, Any] = {"files": sorted(str(p.relative_to(folder)) for p in _data(folder))}
    try:
        snapshot = Trace(folder).snapshot()
    except TraceError as error:
        return {**found, "error": str(error)}
    with snapshot:
        batches = read_events(snapshot.folder, snapshot.files("events"), ["audit_id"])
        history = small.read_rows(snapshot.folder, snapshot.files("history"))
        verified = small.read_rows(snapshot.folder, snapshot.files("scheduling_decisions"))
        live = [p for t in snapshot.current.tables for p in snapshot.paths(t)]
        return {
            **found,
            "live": sorted(str(Path(path).relative_to(folder)) for path in live),
            "events": [row["audit_id"] for batch in batches for row in batch.to_pylist()],
            "history": len(history),
            "derived_by": sorted({row["name"].split("-")[0] for row in history}),
            "verified": [row["name"] for row in verified],
            "checkpoints": len(small.read_rows(snapshot.folder, snapshot.files("checkpoints"))),
        }


def _data(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and "_delta_log" not in p.parts]


def kill_at(step: int) -> None:
    """From here on, the process is killed at its `step`-th step to the disk."""
    left = [step]

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **options)

        return call

    for name in ("fsync", "replace", "unlink"):
        setattr(os, name, counted(getattr(os, name)))


def in_child(work: Callable[[], Any]) -> Any:
    """What `work` returns in a forked process; None if it was killed."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        result = json.dumps(work())
        os.write(write_end, result.encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if os.waitstatus_to_exitcode(status) == 0 else None


def crash_at(folder: Path, step: int) -> dict[str, Any]:
    """Write, being killed at `step`; then look; then write again undisturbed, and look again."""

    def killed() -> bool:
        kill_at(step)
        write(folder)
        return True

    survived = in_child(killed) is not None
    after = in_child(lambda: seen(folder))
    in_child(lambda: write(folder))
    return {"survived": survived, "after": after, "again": in_child(lambda: seen(folder))}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    while len(sys.argv) == 2:
        write(target)
    for number in range(0, 1000, int(sys.argv[2])):
        told = crash_at(target / str(number), number)
        sys.stdout.write(json.dumps(told) + "\n")
        if told["survived"]:
            break
