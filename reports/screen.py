"""What commands tell a person at a terminal: progress, summaries, anomalies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from ingest.anomalies import BY_NAME
from reports.figures import clipped
from reports.kubectl.terminal import escape_line
from reports.words import counted, times

if TYPE_CHECKING:
    from ingest.pipeline import IngestResult

SEVERITIES = ("error", "data_loss", "notice", "info")
_LINE = 80
_SOURCE_MIN = 12
"""Characters of a line, and those of a source's name that are told at the least."""

EXPECTED = " expected"
"""Behind what is being done: not how much more of it was done, but how much there is to do."""

_DOING = {"bytes": "reading (bytes)", "versions": "deriving (versions)"}


@contextmanager
def progress() -> Iterator[Callable[[str, int], None]]:
    """A progress bar on stderr, only on a terminal; gives the function to report to."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, amount: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(what: str, amount: int) -> None:
            what, expected, _ = what.partition(EXPECTED)
            if what not in tasks:
                tasks[what] = bars.add_task(_DOING.get(what, what), total=None)
            if expected:
                bars.update(tasks[what], total=amount)
            else:
                bars.advance(tasks[what], amount)

        yield report


def show(what: RenderableType) -> None:
    """Print to standard output; colours only on a terminal, and not if NO_COLOR is set."""
    Console(highlight=False).print(what)


def print_ingest(result: IngestResult, trace: Path) -> None:
    """Say what an ingest did, and what was wrong with the sources."""
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    out.print(
        f"{counted(result.files, 'file')} read: {counted(result.events, 'event')}, "
        f"{result.new_events:,} of them new; {counted(result.reads, 'read')} counted",
    )
    if result.versions:
        name = escape_line(str(trace))
        out.print(Text(f"{counted(result.versions, 'version')} derived in {name}"), soft_wrap=True)
    for line in anomaly_lines(result.anomalies.rows()):
        err.print(Text(line), soft_wrap=True)
    if len(result.anomalies):
        err.print(Text(f"`kuberewind info -t {escape_line(str(trace))}` says what each means"))
    for failure in result.failures:
        err.print(Text(f"kuberewind: {escape_line(failure)}"), soft_wrap=True)


def anomaly_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each name: how often, how grave, where first; the most grave first."""
    tallies: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        tallies.setdefault(row["name"], []).append(row)

    def rank(name: str) -> tuple[int, int, str]:
        return SEVERITIES.index(BY_NAME[name].severity), -_count(tallies[name]), name

    for name in sorted(tallies, key=rank):
        first = tallies[name][0]
        severity = BY_NAME[name].severity.replace("_", " ")
        place = f"line {first['first_line']:,} of " if first["first_line"] else ""
        several = "first " if _count(tallies[name]) > 1 else ""
        told = f"{name} ({severity}): {times(_count(tallies[name]))}, {several}in {place}"
        room = max(_LINE - len(told), _SOURCE_MIN)
        yield told + clipped(escape_line(str(first["source"])), room)


def _count(rows: Iterable[Mapping[str, Any]]) -> int:
    return sum(row["count"] for row in rows)
