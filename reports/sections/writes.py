"""Who wrote: each component's writes over time, and a table of totals with refusals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reports.contract import Block, Column, Figure, Json, Legend, Note, Section, Span, Table
from reports.figures import clipped, count, duration, label, moment, time_axis, visible

Row = dict[str, Any]

LANE_PX = 20
AXIS_PX = 36
LABEL_LENGTH = 26
LEGEND = Legend(
    (
        ("--heat-low", "One request"),
        ("--heat-high", "Many"),
        ("--refused", "Refused"),
    )
)
COLUMNS = (
    Column("Component"),
    Column("Users"),
    Column("Requests", numeric=True),
    Column("Written", numeric=True),
    Column("Refused", numeric=True),
    Column("Why refused"),
    Column("Most of it"),
)


def build(rows: pa.Table, span: Span) -> Sequence[Block]:
    """People and their tools first, then the components of the cluster, the busiest first."""
    every = rows.to_pylist()
    totals = [row for row in every if row["begins_ms"] is None]
    if not totals:
        return [Note("No write was seen in this record.")]
    totals.sort(key=lambda row: (not row["by_people"], -row["requests"], row["component"]))
    slices = [row for row in every if row["begins_ms"] is not None]
    return [LEGEND, _figure(totals, slices, span), Table(COLUMNS, tuple(map(_cells, totals)))]


def _figure(totals: Sequence[Row], slices: Sequence[Row], span: Span) -> Figure:
    lanes = {row["component"]: lane for lane, row in enumerate(totals)}
    slice_ms = slices[0]["slice_ms"]
    requests = sum(row["requests"] for row in totals)
    return Figure(
        title="Writes by component",
        summary=f"{count(requests, 'write request')} · a cell is {duration(slice_ms)}",
        traces=(_heat(lanes, slices, slice_ms), _refusals(lanes, slices, slice_ms)),
        layout={
            "xaxis": time_axis(span),
            "yaxis": {
                "range": [len(lanes) - 0.4, -0.6],
                "tickvals": list(lanes.values()),
                "ticktext": [label(component, LABEL_LENGTH) for component in lanes],
            },
        },
        height_px=len(lanes) * LANE_PX + AXIS_PX,
    )


def _heat(lanes: dict[str, int], slices: Sequence[Row], slice_ms: float) -> Json:
    """Cells coloured by the logarithm, so that a person's one write is seen beside a thousand."""
    times = sorted({row["begins_ms"] for row in slices})
    first = times[0]
    width = round((times[-1] - first) / slice_ms) + 1
    cells: list[list[float | None]] = [[None] * width for _ in lanes]
    texts = [[""] * width for _ in lanes]
    for row in slices:
        lane, at = lanes[row["component"]], round((row["begins_ms"] - first) / slice_ms)
        cells[lane][at] = round(math.log10(row["requests"]), 3)
        texts[lane][at] = _hover(row, count(row["requests"], "request"))
    return {
        "type": "heatmap",
        "x0": round(first + slice_ms / 2, 1),
        "dx": round(slice_ms, 3),
        "z": cells,
        "zmin": 0,
        "text": texts,
        "hoverinfo": "text",
        "xgap": 1,
        "ygap": 3,
        "showscale": False,
        "colorscale": [[0, "--heat-low"], [1, "--heat-high"]],
    }


def _refusals(lanes: dict[str, int], slices: Sequence[Row], slice_ms: float) -> Json:
    refused = [row for row in slices if row["refused"]]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(row["begins_ms"] + slice_ms / 2, 1) for row in refused],
        "y": [lanes[row["component"]] for row in refused],
        "hovertext": [
            _hover(row, f"{row['refused']:,} refused, {_top(row['refusals'])}") for row in refused
        ],
        "hoverinfo": "text",
        "marker": {"symbol": "x", "size": 8, "color": "--refused"},
    }


def _hover(row: Row, what: str) -> str:
    lines = (row["component"], what, f"{moment(row['begins_ms'], 1)} UTC")
    return "<br>".join(map(label, lines))


def _cells(row: Row) -> tuple[str, ...]:
    users = row["a_user"] if row["users"] == 1 else count(row["users"], "user")
    return (
        visible(row["component"]),
        clipped(visible(users), 60),
        f"{row['requests']:,}",
        f"{row['written']:,}",
        f"{row['refused']:,}" if row["refused"] else "",
        visible(_top(row["refusals"])),
        visible(_top(row["resources"])),
    )


def _top(numbers: Sequence[tuple[str, int]] | None) -> str:
    """The three most frequent of a histogram: `Conflict 12, NotFound 3`."""
    ordered = sorted(numbers or (), key=lambda pair: (-pair[1], pair[0]))
    words = [f"{name} {number:,}" for name, number in ordered[:3]]
    return ", ".join(words) + (", …" if len(ordered) > 3 else "")


SECTION = Section(
    name="writes",
    title="Writes by actor",
    about="Who wrote when: people and their tools first, then the components of the cluster. "
    "The stronger, the more; a cross is a refusal.",
    build=build,
)
