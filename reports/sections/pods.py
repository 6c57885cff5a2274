"""Pod lifecycles: a lane per pod, a stretch per state, grouped by what owns the pods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from engine.apiserver.verbs.metadata import GENERATED_SUFFIX_BYTES
from reports.contract import Block, Figure, Json, Legend, Note, Section, Span
from reports.figures import count, duration, label, moment, time_axis

Row = dict[str, Any]

# From the cradle to the grave; the states that the SQL gives, their colour and their words.
STATES = {
    "unscheduled": ("--pod-unscheduled", "Not scheduled"),
    "starting": ("--pod-starting", "Starting"),
    "unready": ("--pod-unready", "Running, not ready"),
    "ready": ("--pod-ready", "Ready"),
    "error": ("--pod-error", "Back-off or error"),
    "terminating": ("--pod-terminating", "Terminating"),
    "succeeded": ("--pod-succeeded", "Succeeded"),
    "failed": ("--pod-failed", "Failed"),
    "unknown": ("--pod-unknown", "Not known"),
}
# What tells states apart where colours do not, as in print.
PATTERNS = {"error": "/", "failed": "x", "terminating": "\\", "unknown": "."}
TROUBLES = ("error", "unscheduled")
TROUBLE_MS = 1_000

LANES_PER_FIGURE = 60
LANES_UNFOLDED = 120
LANE_PX = 18
AXIS_PX = 36
LABEL_LENGTH = 22


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time in which a pod was in one state."""

    state: str
    reason: str | None
    begins_ms: float
    ends_ms: float

    @property
    def length_ms(self) -> float:
        """How long it lasted, as far as the record goes."""
        return self.ends_ms - self.begins_ms


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod, its owners from the top down such as `Deployment/web`, and its stretches."""

    row: Row
    owners: tuple[str, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The pods of one owner at the top: one Deployment, one CronJob."""

    namespace: str
    title: str
    pods: tuple[Pod, ...]

    def rank(self) -> tuple[int, float, str, str]:
        """Its place: first by the pods that failed, then by the time lost, then by its names."""
        return (
            -_failed(self.pods),
            -sum(_troubles(self.pods).values()),
            self.namespace,
            self.title,
        )


def build(rows: pa.Table, span: Span) -> Sequence[Block]:
    """The lanes of all pods; groups with trouble come first, the others by their names."""
    found = list(_pods(rows.to_pylist(), span))
    if not found:
        return [Note("No pod was seen in this record.")]
    blocks: list[Block] = []
    total, shown = found[0].row["pods_total"], found[0].row["pods_shown"]
    if total > shown:
        blocks.append(
            Note(
                f"The {shown:,} pods created last are shown, of {total:,} in the record. "
                "`kuberewind sql` has them all, in pod_lifecycles and pod_phases."
            )
        )
    seen = {stretch.state for pod in found for stretch in pod.stretches}
    blocks.append(Legend(tuple(words for state, words in STATES.items() if state in seen)))
    groups = sorted(_groups(found), key=Group.rank)
    lanes = 0
    for group in groups:
        blocks += _figures(
            group, span, folded=lanes + len(group.pods) > LANES_UNFOLDED and lanes > 0
        )
        lanes += len(group.pods)
    return blocks


def _pods(rows: Iterable[Row], span: Span) -> Iterator[Pod]:
    for _, group in groupby(rows, key=lambda row: row["pod"]):
        stretches = list(group)
        first = stretches[0]
        owners = tuple(first["owner_chain"].split(" > ")) if first["owner_chain"] else ()
        yield Pod(first, owners, tuple(_merged(stretches, span)))


def _merged(rows: Iterable[Row], span: Span) -> Iterator[Stretch]:
    for (state, reason), group in groupby(rows, key=lambda row: (row["state"], row["reason"])):
        same = list(group)
        ends = same[-1]["ends_ms"]
        yield Stretch(state, reason, same[0]["begins_ms"], span.end_ms if ends is None else ends)


def _groups(pods: Iterable[Pod]) -> Iterator[Group]:
    groups: dict[tuple[str, str], list[Pod]] = {}
    for pod in pods:
        title = pod.owners[0] if pod.owners else "Pods without an owner"
        groups.setdefault((pod.row["namespace"] or "", title), []).append(pod)
    for (namespace, title), members in groups.items():
        members.sort(key=lambda pod: (pod.row["created_ms"] or 0, pod.row["name"]))
        yield Group(namespace, title, tuple(members))


def _figures(group: Group, span: Span, *, folded: bool) -> Iterator[Figure]:
    """The lanes of a group in one figure, or in several of a size that a browser draws at once."""
    parts = [
        group.pods[start : start + LANES_PER_FIGURE]
        for start in range(0, len(group.pods), LANES_PER_FIGURE)
    ]
    for number, pods in enumerate(parts, start=1):
        title = group.title if len(parts) == 1 else f"{group.title} ({number} of {len(parts)})"
        yield _figure(pods, title, _summary(group, pods), span, folded=folded)


def _summary(group: Group, pods: Sequence[Pod]) -> str:
    words = [f"namespace {group.namespace}", count(len(pods), "pod")]
    for state, lost_ms in _troubles(pods).items():
        words.append(f"{STATES[state][1].lower()} {duration(lost_ms)}")
    if failed := _failed(pods):
        words.append(f"{failed:,} failed")
    return " · ".join(words)


def _failed(pods: Iterable[Pod]) -> int:
    return sum(any(stretch.state == "failed" for stretch in pod.stretches) for pod in pods)


def _troubles(pods: Iterable[Pod]) -> dict[str, float]:
    """How long the pods waited in each state of trouble; what passed at once is none."""
    lost: dict[str, float] = {}
    for pod in pods:
        for stretch in pod.stretches:
            if stretch.state in TROUBLES and stretch.length_ms >= TROUBLE_MS:
                lost[stretch.state] = lost.get(stretch.state, 0) + stretch.length_ms
    return {state: lost[state] for state in TROUBLES if state in lost}


def _figure(pods: Sequence[Pod], title: str, summary: str, span: Span, *, folded: bool) -> Figure:
    """The lanes under a heading for each owner below the top, such as each ReplicaSet."""
    headings: list[Json] = []
    ticks: list[tuple[int, str]] = []
    bars: dict[str, list[tuple[int, Pod, Stretch]]] = {state: [] for state in STATES}
    line = 0
    for owner, members in _by_owner(pods):
        if len(owner) > 1:
            headings.append(_heading(line, owner[-1]))
            line += 1
        for pod in members:
            ticks.append((line, _short_name(pod)))
            for stretch in pod.stretches:
                bars[stretch.state].append((line, pod, stretch))
            line += 1
    layout = {
        "xaxis": time_axis(span),
        "yaxis": {
            "range": [line - 0.4, -0.6],
            "tickvals": [at for at, _ in ticks],
            "ticktext": [text for _, text in ticks],
        },
        "annotations": headings,
        "barmode": "overlay",
    }
    traces = tuple(_bars(state, stretches) for state, stretches in bars.items() if stretches)
    height_px = line * LANE_PX + AXIS_PX
    return Figure(title, summary, traces, layout, height_px, folded)


def _by_owner(pods: Sequence[Pod]) -> list[tuple[tuple[str, ...], list[Pod]]]:
    """The pods by their chain of owners, in the order in which each chain first made a pod."""
    chains: dict[tuple[str, ...], list[Pod]] = {}
    for pod in pods:
        chains.setdefault(pod.owners, []).append(pod)
    return list(chains.items())


def _heading(line: int, owner: str) -> Json:
    return {
        "text": label(owner, 48),
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": line,
        "showarrow": False,
    }


def _short_name(pod: Pod) -> str:
    """The pod's name without the part that its heading or the card's title already says.

    A number alone, as a StatefulSet's pods have it, would look like a scale; a generated ending
    stands among others of its length.
    """
    name: str = pod.row["name"]
    short = name.removeprefix(pod.owners[-1].partition("/")[2] + "-") if pod.owners else name
    is_ordinal = short.isdigit() and len(short) != GENERATED_SUFFIX_BYTES
    return label(name if is_ordinal else short, LABEL_LENGTH)


def _bars(state: str, stretches: Sequence[tuple[int, Pod, Stretch]]) -> Json:
    colour, words = STATES[state]
    return {
        "type": "bar",
        "orientation": "h",
        "name": words,
        "y": [line for line, _, _ in stretches],
        "base": [round(stretch.begins_ms, 1) for _, _, stretch in stretches],
        "x": [round(stretch.length_ms, 1) for _, _, stretch in stretches],
        "width": 0.72,
        "marker": {"color": colour, "pattern": _pattern(state)},
        "hovertext": [_hover(pod, stretch) for _, pod, stretch in stretches],
        "hoverinfo": "text",
    }


def _pattern(state: str) -> Json:
    shape = PATTERNS.get(state, "")
    return {"shape": shape, "fillmode": "overlay", "fgcolor": "--card", "size": 6, "solidity": 0.3}


def _hover(pod: Pod, stretch: Stretch) -> str:
    row = pod.row
    words = STATES[stretch.state][1]
    lines = [
        f"<b>{label(row['name'], 63)}</b>",
        f"{words}: {label(stretch.reason, 60)}" if stretch.reason else words,
        f"{moment(stretch.begins_ms, 1)} UTC, for {duration(stretch.length_ms)}",
    ]
    if row["node"]:
        lines.append(f"node {label(row['node'], 63)}")
    if row["restarts"]:
        lines.append(count(row["restarts"], "restart"))
    if stretch.state == "terminating" and row["deleted_by"]:
        who = f"{row['deleted_by']} ({row['deleted_by_user']})"
        lines.append(f"deletion asked for by {label(who, 90)}")
    return "<br>".join(lines)


SECTION = Section(
    name="pods",
    title="Pod lifecycles",
    about="A lane per pod, from its creation until it was gone; owners whose pods failed, or could "
    "not be started or scheduled, come first. Drag to look closer, double-click to go back.",
    build=build,
)
