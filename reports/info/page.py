"""What `info` prints: facts and small tables, readable at 80 columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ingest.anomalies import BY_NAME, printable
from ingest.log.connection import Log
from reports.figures import duration
from reports.words import counted

ROWS_MAX = 12
"""Rows of a table before the rest is summed up."""

SEVERITY_STYLES = {"error": "bold red", "data_loss": "red", "notice": "yellow", "info": ""}


def info(log: Log, name: str, digest: str) -> RenderableType:
    """All of it. `name` says which trace it is."""
    totals = _rows(log, "totals")[0]
    sources = _rows(log, "sources")[0]
    gaps = _rows(log, "gaps")
    parts: list[RenderableType] = [_facts(name, totals, sources, gaps, digest)]
    if totals["events"]:
        actors = _rows(log, "actors")
        parts.append(_table("writes by", actors, ("component", "written", "refused", "no effect")))
        kinds = _rows(log, "kinds")
        parts.append(_table("versions of", kinds, ("kind", "versions", "alive", "no body")))
        parts.extend(_model(_rows(log, "model")))
    parts.extend(_anomalies(_rows(log, "anomalies")))
    return Group(*parts)


def _rows(log: Log, question: str) -> list[dict[str, Any]]:
    query = files("reports.info").joinpath(f"{question}.sql").read_text(encoding="utf-8")
    log.prepare(query)
    return list(log.connection.sql(query).to_arrow_table().to_pylist())


def _facts(
    name: str,
    totals: dict[str, Any],
    sources: dict[str, Any],
    gaps: Sequence[dict[str, Any]],
    digest: str,
) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for fact, text in _facts_about(totals, sources, gaps):
        table.add_row(fact, Text(text))
    table.add_row("digest", Text(digest))
    table.title, table.title_style, table.title_justify = printable(name), "bold", "left"
    return table


def _facts_about(
    totals: dict[str, Any], sources: dict[str, Any], gaps: Sequence[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    yield "sources", f"{counted(sources['files'], 'file')}, {sources['bytes']:,} bytes"
    if not totals["events"]:
        yield "events", "none yet: fill the trace with `kuberewind ingest SOURCE`"
        return
    yield "time", _span(totals["first"], totals["last"])
    outcomes = ("written", "refused", "unchanged", "dry_run", "unanswered", "unknown")
    told = ", ".join(f"{totals[o]:,} {o.replace('_', ' ')}" for o in outcomes if totals[o])
    yield "events", f"{totals['events']:,}: {told}"
    yield "reads", f"{sources['reads']:,} counted, not kept"
    yield "objects", f"{totals['objects']:,} in {counted(totals['versions'], 'version')}"
    levels = ("observed", "derived", "partial")
    yield "known", ", ".join(f"{totals[k]:,} {k}" for k in levels if totals[k]) or "nothing"
    yield "revisions", _revisions(totals)
    for gap in gaps:
        span = _span(gap["silent_from"], gap["silent_to"])
        yield "gap", f"nothing recorded for {gap['seconds']:.0f} s: {span}"


def _revisions(totals: dict[str, Any]) -> str:
    first, last = totals["first_revision"], totals["last_revision"]
    if first is None:
        return "none shown by the log"
    unlogged = last - first + 1 - totals["made"]
    text = f"{first:,} to {last:,}; {max(unlogged, 0):,} not of logged writes"
    hidden = totals["hidden_revisions"]
    return f"{text}; {counted(hidden, 'version')} without one" if hidden else text


def _span(first: datetime, last: datetime) -> str:
    seconds = (last - first).total_seconds()
    return f"{_time(first)} to {_time(last)} UTC ({duration(seconds * 1000)})"


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _table(title: str, rows: Sequence[dict[str, Any]], headers: Sequence[str]) -> Table:
    """The first rows; those after them in one line. The first column is text, the rest counts."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(f"{title} {headers[0]}", overflow="fold")
    for header in headers[1:]:
        table.add_column(header, justify="right")
    for row in rows[:ROWS_MAX]:
        first, *counts = row.values()
        table.add_row(Text(printable(str(first))), *(f"{count:,}" for count in counts))
    rest = rows[ROWS_MAX:]
    if rest:
        sums = [sum(list(row.values())[i] for row in rest) for i in range(1, len(headers))]
        table.add_row(f"{len(rest)} more", *(f"{count:,}" for count in sums))
    return table


def _model(rows: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    """How many of the writes the modelled API server predicts exactly."""
    if not rows:
        return
    asked, equal = (sum(row[name] for row in rows) for name in ("asked", "equal"))
    share = math.floor(10_000 * equal / asked) / 100  # 100 % means all of them
    yield Text(f"the model predicts {equal:,} of {asked:,} writes exactly ({share:.2f} %)")
    yield _table("checked", rows, ("writes", "asked", "equal", "missed"))


def _anomalies(rows: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    if not rows:
        yield Text("no anomalies")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in ("anomaly", "severity", "source", "first at"):
        table.add_column(header, overflow="fold")
    table.add_column("count", justify="right")
    for row in rows:
        severity = Text(row["severity"], style=SEVERITY_STYLES[row["severity"]])
        place = _place(row)
        source = Text(printable(row["source"]))
        table.add_row(row["name"], severity, source, place, f"{row['count']:,}")
    yield table
    for name in dict.fromkeys(row["name"] for row in rows):
        yield Text(f"{name}: {BY_NAME[name].prose}")


def _place(row: dict[str, Any]) -> str:
    if row["first_line"] is not None:
        return f"line {row['first_line']:,}"
    return "" if row["first_offset"] is None else f"byte {row['first_offset']:,}"
