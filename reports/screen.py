"""What commands tell a person at a terminal: progress, summaries, anomalies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from ingest.anomalies import BY_NAME
from reports.words import counted

if TYPE_CHECKING:
    from ingest.pipeline import IngestResult

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
            if what not in tasks:
                tasks[what] = bars.add_task(_DOING.get(what, what), total=None)
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
        out.print(f"{counted(result.versions, 'version')} derived in {escape(str(trace))}")
    for row in result.anomalies.rows():
        name = str(row["name"])
        place = f", first at line {row['first_line']}" if row["first_line"] else ""
        err.print(
            f"{escape(str(row['source']))}: {name} ({row['severity']}) "
            f"{row['count']} times{place}. {escape(BY_NAME[name].prose)}"
        )
    for failure in result.failures:
        err.print(f"kuberewind: {escape(failure)}")
