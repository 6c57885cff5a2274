"""Scheduling: when pods were placed, how long they waited, who rejected nodes, and one choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

import pyarrow as pa

from reports.contract import Block, Column, Figure, Json, Legend, Note, Section, Span, Table
from reports.figures import count, duration, label, moment, time_axis, visible

Row = dict[str, Any]

NODES_MAX, NODES_NAMED = 60, 10
MISSES_MAX = 50
SHARED = {
    "Scheduled": "Bound to a node that the model finds best, too",
    "FailedScheduling": "Fitted nowhere, for the same reasons word by word",
}
LANE_PX, AXIS_PX = 20, 40
LABEL_LENGTH = 26
LEGEND = Legend((("--pod-ready", "Bound to a node"), ("--refused", "Fitted nowhere")))
COLUMNS = (Column("Plugin"), Column("Nodes rejected", numeric=True))
UNASKED = (
    "Scheduling was not looked at yet: kuberewind replay --verify --only scheduler does, and then "
    "this section tells when pods were placed, and why not sooner."
)


def build(rows: pa.Table, span: Span) -> Sequence[Block]:
    """Decisions over time, rejections by plugin, and the scores of one decision."""
    every = rows.to_pylist()
    decisions = [row for row in every if row["kind"] == "decision"]
    if not decisions:
        return [Note(UNASKED)]
    blocks: list[Block] = [LEGEND, _waits(decisions, span), _shares(decisions)]
    blocks += _misses([row for row in decisions if row["verdict"] == "different"])
    rejections = [row for row in every if row["kind"] == "rejection"]
    if rejections:
        rejections.sort(key=lambda row: (-row["number"], row["plugin"]))
        cells = ((visible(row["plugin"]), f"{row['number']:,}") for row in rejections)
        blocks.append(Table(COLUMNS, tuple(cells)))
    scores = [row for row in every if row["kind"] == "score"]
    return [*blocks, *([_choice(scores)] if scores else [])]


def _waits(decisions: Sequence[Row], span: Span) -> Figure:
    bound = [row for row in decisions if row["event"] == "Scheduled"]
    failed = [row for row in decisions if row["event"] != "Scheduled"]
    waits = sorted(row["waited_ms"] for row in bound if row["waited_ms"] is not None)
    # Tenths of a second, never less than it was.
    median_ms = ceil(waits[len(waits) // 2] / 100) * 100 if waits else 0
    median = f", half of them within {duration(median_ms)}" if waits else ""
    return Figure(
        title="From creation to a node",
        summary=f"{count(len(bound), 'pod')} bound{median} · "
        f"{count(len(failed), 'failed attempt')}",
        traces=(_points(bound, "--pod-ready", "circle"), _points(failed, "--refused", "x")),
        layout={
            "xaxis": time_axis(span),
            "yaxis": {"title": {"text": "seconds waited"}, "rangemode": "tozero"},
        },
        height_px=240,
    )


def _shares(decisions: Sequence[Row]) -> Table:
    """How many decisions the model shares."""
    rows = []
    for event, what in SHARED.items():
        asked = [
            row
            for row in decisions
            if row["event"] == event and row["verdict"] in ("equal", "different")
        ]
        if asked:
            equal = sum(row["verdict"] == "equal" for row in asked)
            rows.append((what, f"{equal:,} of {len(asked):,}"))
    return Table(
        (Column("The model and the record"), Column("Decisions", numeric=True)), tuple(rows)
    )


def _misses(misses: Sequence[Row]) -> Iterator[Table]:
    """Where the model decides otherwise: by plugin and cause, and one by one."""
    if not misses:
        return
    causes = sorted({row["cause"] for row in misses})
    counts = Counter((row["plugin"] or "no plugin", row["cause"]) for row in misses)
    plugins = sorted({plugin for plugin, _ in counts})
    yield Table(
        (Column("Differs by plugin"), *(Column(visible(cause), numeric=True) for cause in causes)),
        tuple(
            (visible(plugin), *(f"{counts[plugin, cause] or ''}" for cause in causes))
            for plugin in plugins
        ),
    )
    shown = misses[:MISSES_MAX]
    yield Table(
        (Column("Differs"), Column("Recorded"), Column("The write that makes the difference")),
        tuple(
            (visible(row["pod"]), f"{moment(row['at_ms'], 1)} UTC", visible(row["because"] or ""))
            for row in shown
        ),
    )


def _points(rows: Iterable[Row], role: str, symbol: str) -> Json:
    known = [row for row in rows if row["waited_ms"] is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(row["at_ms"], 3) for row in known],
        "y": [round(max(row["waited_ms"], 0) / 1000, 3) for row in known],
        "hovertext": ["<br>".join(map(label, _hover(row))) for row in known],
        "hoverinfo": "text",
        "marker": {"symbol": symbol, "size": 7, "color": role},
    }


def _hover(row: Row) -> tuple[str, ...]:
    where = f"bound to {row['node']}" if row["node"] else row["message"] or ""
    return row["pod"], where, f"{moment(row['at_ms'], 1)} UTC", f"the model: {row['verdict']}"


def _choice(scores: Sequence[Row]) -> Figure:
    """A heat map: the nodes with the highest sums from left to right, a lane for each plugin.

    The stronger, the more a plugin gives a node than the one that it likes least.
    """
    sums: dict[str, int] = {}
    for row in scores:
        sums[row["node"]] = sums.get(row["node"], 0) + row["number"]
    nodes = sorted(sums, key=lambda node: (-sums[node], node))[:NODES_MAX]
    plugins = sorted({row["plugin"] for row in scores})
    given = {(row["plugin"], row["node"]): row["number"] for row in scores}
    cells = []
    for plugin in plugins:
        least = min(row["number"] for row in scores if row["plugin"] == plugin)
        cells.append([given.get((plugin, node), least) - least for node in nodes])
    texts = [
        [f"{label(node)}<br>{label(plugin)}: {given.get((plugin, node), 0)}" for node in nodes]
        for plugin in plugins
    ]
    heat = {
        "type": "heatmap",
        "x": [label(node, LABEL_LENGTH) for node in nodes],
        "z": cells,
        "text": texts,
        "hoverinfo": "text",
        "xgap": 1,
        "ygap": 3,
        "showscale": False,
        "colorscale": [[0, "--heat-low"], [1, "--heat-high"]],
    }
    return Figure(
        title=f"How {scores[0]['pod']} was placed",
        summary=f"what plugins give each of {count(len(sums), 'node')} above the least, the best "
        "node first",
        traces=(heat,),
        layout={
            "xaxis": {
                "type": "category",
                "fixedrange": True,
                "showticklabels": len(nodes) <= NODES_NAMED,
            },
            "yaxis": {
                "range": [len(plugins) - 0.4, -0.6],
                "tickvals": list(range(len(plugins))),
                "ticktext": [label(plugin, LABEL_LENGTH) for plugin in plugins],
            },
        },
        height_px=len(plugins) * LANE_PX + AXIS_PX,
    )


SECTION = Section(
    name="scheduling",
    title="Scheduling",
    about="When pods got their nodes and how long that took, which plugins rejected nodes, and the "
    "weighted scores of the decision whose nodes differ most, as the model of the scheduler has "
    "them.",
    build=build,
)
