"""Decisions for a person to read: a line for each node, the best ones first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from reports.kubectl.terminal import escape_line
from reports.scheduling.told import Told
from reports.scheduling.words import heading, lines, rank, verdict, weighted

_UNLIMITED = 100_000
"""Columns of a terminal, where nothing is to be folded."""


def print_tables(told: Iterable[Told], out: IO[str], *, wide: bool) -> None:
    """A table for each decision; `wide` has a column for each plugin's weighted score."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False)
    for number, each in enumerate(told):
        if number:
            console.print()
        title, when = heading(each)
        console.print(Text(escape_line(title), style="bold"))
        console.print(Text(when, style="dim"))
        _print_nodes(each, out, wide=wide)
        for line in lines(each):
            console.print(Text(escape_line(line)))


def _print_nodes(told: Told, out: IO[str], *, wide: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    decision = told.explanation.decision
    plugins = [n for n, each in decision.scores.items() if not each.skipped] if wide else []
    table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column("NODE", overflow="fold")
    totals = ["TOTAL"] if decision.totals else []
    for title in (*(name.upper() for name in plugins), *totals):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("VERDICT", overflow="fold")
    for node in sorted(told.nodes, key=lambda name: rank(decision, name)):
        scores = [weighted(decision, plugin, node) for plugin in plugins]
        total = [str(decision.totals.get(node, "")) for _ in totals]
        cells = (node, *scores, *total, verdict(told, node))
        table.add_row(*(Text(escape_line(cell)) for cell in cells))
    Console(file=out, highlight=False, width=_UNLIMITED if wide else None).print(table)
