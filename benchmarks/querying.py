"""How long the answers of a trace take: in a process that is open, in a new one, as a command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Line, at_most, run, timed
from ingest.log.connection import Log
from ingest.log.schema import HISTORY
from ingest.log.trace import Trace

_PROBE = str(Path(__file__).with_name("probe.py"))
_CLI = str(Path(__file__).resolve().parent.parent / "cli.py")
_WARM = 15
_COLD = 5


def lines(trace: Path) -> Iterator[Line]:
    """Questions about pods of a trace."""
    with Trace(trace).snapshot() as snapshot, Log.of(snapshot) as log:
        times = _times(log, 3 * _WARM)
        versions = sum(file.rows for file in snapshot.files(HISTORY.name))
        yield Line("versions in the history", f"{versions:,}")
        yield from _warm(log, times)
        yield from _one_object(log)
    cold = timed([_fresh(trace, at) for at in times[:_COLD]])
    inside = [run([_PROBE, "pods", str(trace), at]).output for at in times[:_COLD]]
    seconds = sorted(json.loads(each)["whole"][0] for each in inside)
    middle = seconds[len(seconds) // 2] * 1e3
    yield at_most(
        "all pods at a time, new process",
        f"{middle:.0f} ms from its first import",
        middle,
        300,
        " ms",
    )
    yield Line("  with the start of Python", str(cold))
    command = timed([_get(trace, at) for at in times[:_COLD]])
    yield at_most("kuberewind get pods -A --at T", str(command), command.median * 1e3, 500, " ms")


def _warm(log: Log, times: list[str]) -> Iterator[Line]:
    """All pods at several times, each asked for once: what was asked before is known."""
    forms = (
        ("names", "namespace, name, uid", 50.0),
        ("bodies", "namespace, name, object", 50.0),
        ("all columns", "COLUMNS(*)::VARCHAR", None),
    )
    for number, (form, columns, aim) in enumerate(forms):
        query = f"SELECT {columns} FROM pods_at($at)"
        log.prepare(query)
        first, *actions = [_ask(log, query, at) for at in times[number :: len(forms)]]
        first()
        spread = timed(actions)
        what = f"all pods at a time, warm: {form}"
        if aim is None:
            yield Line(what, str(spread))
        else:
            yield at_most(what, str(spread), spread.median * 1e3, aim, " ms")


def _one_object(log: Log) -> Iterator[Line]:
    """The history of single pods, of those that changed most."""
    query = (
        "SELECT valid_from::VARCHAR, object FROM pods_history "
        "WHERE namespace = $namespace AND name = $name"
    )
    log.prepare(query)
    chosen = log.connection.sql(
        "SELECT namespace, name FROM pods_history "
        f"GROUP BY ALL ORDER BY count(*) DESC, namespace, name LIMIT {_WARM}"
    ).fetchall()
    spread = timed([_ask(log, query, namespace=namespace, name=name) for namespace, name in chosen])
    yield at_most("one pod's history, warm", str(spread), spread.median * 1e3, 100, " ms")


def _times(log: Log, count: int) -> list[str]:
    """Times spread over the trace, as `--at` takes them."""
    span = log.timeline.span
    step = (span.last - span.first) // (count + 1)
    return [f"+{step * number // 1000}ms" for number in range(1, count + 1)]


def _ask(log: Log, query: str, at: str | None = None, **values: str) -> Callable[[], object]:
    parameters = values if at is None else {"at": at}
    return lambda: log.connection.execute(query, parameters).fetchall()


def _fresh(trace: Path, at: str) -> Callable[[], object]:
    return lambda: run([_PROBE, "pods", str(trace), at])


def _get(trace: Path, at: str) -> Callable[[], object]:
    return lambda: run([_CLI, "get", "pods", "-A", "--at", at, "-t", str(trace)])
