"""Desired against actual replicas of each workload over time, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from reports.contract import Block, Figure, Json, Legend, Note, Section, Span
from reports.figures import count, duration, moment, time_axis

Row = dict[str, Any]

KINDS = {
    "deployments": "Deployment",
    "statefulsets": "StatefulSet",
    "daemonsets": "DaemonSet",
    "jobs": "Job",
    "replicasets": "ReplicaSet",
    "replicationcontrollers": "ReplicationController",
}
LEGEND = Legend(
    (
        ("--desired", "Desired"),
        ("--actual", "Ready"),
        ("--updated", "Of the newest template"),
        ("--drift", "Drift: not what was declared"),
    )
)
WORKLOADS_SHOWN = 200
WORKLOADS_UNFOLDED = 12
HEIGHT_PX = 132


@dataclass(frozen=True, slots=True)
class Drift:
    """A stretch of time in which the cluster was not what was declared."""

    begins_ms: float
    ends_ms: float


@dataclass(frozen=True, slots=True)
class Workload:
    """One workload that had one uid: its rows in the order of time, and its drift."""

    rows: tuple[Row, ...]
    drifts: tuple[Drift, ...]

    @property
    def drift_ms(self) -> float:
        """How long it drifted, all stretches together."""
        return sum(drift.ends_ms - drift.begins_ms for drift in self.drifts)


def build(rows: pa.Table, span: Span) -> Sequence[Block]:
    """A figure per workload; the one that drifted longest comes first."""
    found = list(_workloads(rows.to_pylist(), span))
    if not found:
        return [Note("Nothing that makes pods, such as a Deployment, was seen in this record.")]
    found.sort(key=lambda workload: -workload.drift_ms)
    blocks: list[Block] = []
    if len(found) > WORKLOADS_SHOWN:
        blocks.append(
            Note(
                f"The {WORKLOADS_SHOWN} workloads that drifted longest are shown, "
                f"of {len(found):,} in the record."
            )
        )
    blocks.append(LEGEND)
    for number, workload in enumerate(found[:WORKLOADS_SHOWN]):
        blocks.append(_figure(workload, span, folded=number >= WORKLOADS_UNFOLDED))
    return blocks


def _workloads(rows: Iterable[Row], span: Span) -> Iterable[Workload]:
    key = ("resource", "namespace", "name", "uid")
    ordered = sorted(rows, key=lambda row: [row[column] or "" for column in key])
    for _, group in groupby(ordered, key=lambda row: tuple(row[column] for column in key)):
        stretches = tuple(
            {**row, "ends_ms": span.end_ms if row["ends_ms"] is None else row["ends_ms"]}
            for row in sorted(group, key=lambda row: row["begins_ms"])
        )
        yield Workload(stretches, tuple(_drifts(stretches)))


def _drifts(rows: Iterable[Row]) -> Iterable[Drift]:
    for drifting, group in groupby(rows, key=_drifting):
        if drifting:
            same = list(group)
            yield Drift(same[0]["begins_ms"], same[-1]["ends_ms"])


def _drifting(row: Row) -> bool:
    up_to_date = row["updated"] is None or row["updated"] == row["desired"]
    return not (up_to_date and row["ready"] == row["desired"])


def _figure(workload: Workload, span: Span, *, folded: bool) -> Figure:
    first, last = workload.rows[0], workload.rows[-1]
    top = max(max(row["desired"], row["ready"], row["updated"] or 0) for row in workload.rows)
    drifts = workload.drifts
    numbers = f"{last['desired']} desired, {last['ready']} ready"
    gone = last["ends_ms"] < span.end_ms
    words = [f"namespace {first['namespace']}", _until(last) if gone else numbers]
    if drifts:
        words.append(
            f"drifted {duration(workload.drift_ms)} in {count(len(drifts), 'stretch', 'stretches')}"
        )
    return Figure(
        title=f"{KINDS[first['resource']]}/{first['name']}",
        summary=" · ".join(words),
        traces=(*_lines(workload), _hover(workload, top)),
        layout={
            "xaxis": time_axis(span),
            "yaxis": {"range": [-0.08 * (top + 1), (top + 1) * 1.04], "dtick": _tick(top)},
            "barmode": "overlay",
            "shapes": [_shade(drift) for drift in drifts],
        },
        height_px=HEIGHT_PX,
        folded=folded,
    )


def _until(last: Row) -> str:
    return f"until {moment(last['ends_ms'])} UTC"


def _tick(top: int) -> int:
    """A step between whole numbers that gives at most five of them."""
    step = 1
    while top / step > 4:
        step = step * 2 if str(step)[0] != "2" else step // 2 * 5
    return step


def _lines(workload: Workload) -> Iterable[Json]:
    yield _line(workload, "ready", {"color": "--actual", "width": 2.5})
    if any(row["updated"] is not None for row in workload.rows):
        yield _line(workload, "updated", {"color": "--updated", "width": 1.5, "dash": "dot"})
    yield _line(workload, "desired", {"color": "--desired", "width": 1.5, "dash": "dash"})


def _line(workload: Workload, column: str, line: Json) -> Json:
    rows = workload.rows
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [round(row["begins_ms"], 1) for row in rows] + [round(rows[-1]["ends_ms"], 1)],
        "y": [row[column] for row in rows] + [rows[-1][column]],
        "line": {"shape": "hv", **line},
        "hoverinfo": "skip",
    }


def _hover(workload: Workload, top: int) -> Json:
    """Unseen bars over the whole height: wherever one points, the numbers of that time are told."""
    rows = workload.rows
    return {
        "type": "bar",
        "orientation": "h",
        "base": [round(row["begins_ms"], 1) for row in rows],
        "x": [round(row["ends_ms"] - row["begins_ms"], 1) for row in rows],
        "y": [top / 2] * len(rows),
        "width": top + 2,
        "marker": {"color": "transparent"},
        "hovertext": [_numbers(row) for row in rows],
        "hoverinfo": "text",
    }


def _numbers(row: Row) -> str:
    words = f"<b>{row['desired']} desired, {row['ready']} ready</b>"
    if row["updated"] is not None:
        words += f"<br>{row['updated']} of the newest template"
    lasted = duration(row["ends_ms"] - row["begins_ms"])
    return f"{words}<br>{moment(row['begins_ms'], 1)} UTC, for {lasted}"


def _shade(drift: Drift) -> Json:
    return {
        "type": "rect",
        "layer": "below",
        "x0": round(drift.begins_ms, 1),
        "x1": round(drift.ends_ms, 1),
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": "--drift",
    }


SECTION = Section(
    name="replicas",
    title="Desired against actual",
    about="How many pods each workload was to have, had ready, and had of its newest template. "
    "Shaded is drift: the time in which the cluster was not what was declared.",
    build=build,
)
