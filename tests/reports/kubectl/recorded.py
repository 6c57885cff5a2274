"""States of recorded clusters, and what a real kubectl printed of them.

The state at a revision comes from the recorded history; a text was printed between two instants.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import orjson
import pyarrow as pa
import pytest

from engine.apiserver.printers.contract import Printer
from engine.apiserver.printers.registry import printer_for
from reports.kubectl.get import nothing_found, render
from reports.kubectl.listing import GetOptions, Listing, list_order
from reports.kubectl.sorting import sort_objects
from reports.kubectl.terminal import escape_cell

TRACES = Path(__file__).resolve().parents[4] / "shared" / "traces"

# resource: group, kind, is it namespaced, where etcd keeps it
RESOURCES = {
    "pods": ("", "Pod", True, "/registry/pods/"),
    "deployments": ("apps", "Deployment", True, "/registry/deployments/"),
    "replicasets": ("apps", "ReplicaSet", True, "/registry/replicasets/"),
    "statefulsets": ("apps", "StatefulSet", True, "/registry/statefulsets/"),
    "daemonsets": ("apps", "DaemonSet", True, "/registry/daemonsets/"),
    "jobs": ("batch", "Job", True, "/registry/jobs/"),
    "services": ("", "Service", True, "/registry/services/specs/"),
    "nodes": ("", "Node", False, "/registry/minions/"),
    "events": ("", "Event", True, "/registry/events/"),
}
# The command of each text (times.json has it too): its resources, and its options.
WIDE = GetOptions(output="wide", all_namespaces=True)
TEXTS = {
    "pods-wide.txt": (["pods"], WIDE),
    "workloads-wide.txt": ([name for name in RESOURCES if name not in ("pods", "events")], WIDE),
    "events.txt": (["events"], GetOptions(all_namespaces=True, sort_by=".lastTimestamp")),
}
AGE = re.compile(r"\b\d+(?:[smhdy](?:\d+[smhd])?)\b")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 365 * 86400}
# resource: etcd key: object
State: TypeAlias = dict[str, dict[str, Any]]
# How many revisions past the lists of its dump a text may show: commands take up to seconds.
REVISIONS_MAX = 6000


@dataclass
class Text:
    """A recorded text, and the revisions and the time at which it equals ours, once found."""

    name: str
    expected: str
    start_ms: int
    end_ms: int
    first_revision: int
    resources: list[str]
    found: dict[str, int] = field(default_factory=dict)

    def tables(self) -> "list[Text]":
        """The tables of a text of several resources, each as a text that is still to be found."""
        tables = []
        for part in self.expected.split("\n\n"):
            kind = part.splitlines()[1].split("/")[0].split()[-1].split(".")[0]
            [shown] = [r for r in self.resources if RESOURCES[r][1].lower() == kind]
            expected = part.removesuffix("\n") + "\n"
            tables.append(replace(self, expected=expected, resources=[shown], found={}))
        return tables

    def printed(self, state: State, time_ms: int) -> str:
        groups = [
            listing_of(name, list(state[name].values()) if name in self.resources else [])
            for name in TEXTS[self.name][0]
        ]
        options = TEXTS[self.name][1]
        return render(groups, options, at(time_ms)) or nothing_found(groups, options)

    def try_state(self, state: State, revision: int) -> None:
        """Looks for a time, to the millisecond, at which this state prints as the text."""
        if self.lines_of(state) != self.expected.count("\n"):
            return
        low, high = self.start_ms, self.end_ms
        while low <= high and not self.found:
            middle = (low + high) // 2
            text = self.printed(state, middle)
            if text == self.expected:
                self.found = {"revision": revision, "time_ms": middle}
                return
            if AGE.sub("", text).split() != AGE.sub("", self.expected).split():
                return
            later = self.is_later(text)
            if later is None:
                return
            low, high = (low, middle - 1) if later else (middle + 1, high)

    def fits_moving_clock(self, state: State, revision: int) -> None:
        """Looks for a time for each row, none before that of the row above it in the list, at
        which the row prints as in the text: so a slow server prints."""
        if self.lines_of(state) != self.expected.count("\n"):
            return
        listed = sorted(state["events"].values(), key=list_order)
        lines = self.expected.splitlines()[1:]
        line_of = dict(
            zip(map(id, sort_objects(listed, ".lastTimestamp")), map(str.split, lines), strict=True)
        )
        printer, time_ms = printer_for("", "Event"), self.start_ms
        for event in listed:
            while _event_row(printer, event, time_ms) != line_of[id(event)]:
                time_ms += 1
                if time_ms > self.end_ms:
                    return
        self.found = {"revision": revision, "time_ms": time_ms}

    def lines_of(self, state: State) -> int:
        """How many lines the state would print: this is much faster than to print it."""
        counts = [len(state[resource]) for resource in self.resources if state[resource]]
        # A header for each resource, and an empty line between two.
        return sum(counts) + 2 * len(counts) - 1 if counts else 1

    def is_later(self, text: str) -> bool | None:
        """Whether the ages in our text are greater; None if some are and some are less."""
        pairs = zip(AGE.findall(text), AGE.findall(self.expected), strict=True)
        signs = {seconds(ours) > seconds(theirs) for ours, theirs in pairs if ours != theirs}
        return signs.pop() if len(signs) == 1 else None


def at(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


def _event_row(printer: Printer, event: Any, time_ms: int) -> list[str]:
    cells = zip(printer.columns, printer.cells(event, at(time_ms)), strict=True)
    shown = [escape_cell(str(cell)) for column, cell in cells if column.priority == 0]
    return " ".join([event["metadata"]["namespace"], *shown]).split()


def seconds(age: str) -> int:
    return sum(int(number) * SECONDS[unit] for number, unit in re.findall(r"(\d+)([smhdy])", age))


def listing_of(resource: str, objects: list[Any]) -> Listing:
    group, kind, namespaced, _ = RESOURCES[resource]
    return Listing(resource, kind.lower(), kind, group, "v1", namespaced, objects)


def texts_of(trace: str) -> list[Text]:
    texts = []
    for dump in sorted((TRACES / trace / "dumps").glob("T*")):
        times = json.loads((dump / "times.json").read_text())
        revision = max(int(one["resourceVersion"] or 0) for one in times["lists"].values())
        for name in TEXTS:
            times_of_text = times["text"][name]
            texts.append(
                Text(
                    name,
                    (dump / "text" / name).read_text(),
                    times_of_text["start_ms"],
                    times_of_text["end_ms"],
                    # A server may answer from a cache that lags a little behind.
                    revision - 3,
                    TEXTS[name][0],
                )
            )
    return texts


def lines_of(path: Path) -> Iterator[bytes]:
    if not path.exists():
        pytest.skip(f"the recordings are not here: {path}")
    with pa.input_stream(path, compression="zstd") as stream:
        rest = b""
        while chunk := stream.read(1 << 20):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines


def find_texts(
    trace: str, texts: list[Text], attempt: Callable[[Text, State, int], None] = Text.try_state
) -> None:
    """Tries each text against every state of its resources around its time."""
    state: State = {resource: {} for resource in RESOURCES}
    changed = dict.fromkeys(range(len(texts)), True)
    for line in lines_of(TRACES / trace / "history.jsonl.zst"):
        write = orjson.loads(line)
        for index, text in enumerate(texts):
            seen = write["rev"] - 1 - text.first_revision
            if changed[index] and 0 <= seen <= REVISIONS_MAX and not text.found:
                changed[index] = False
                attempt(text, state, write["rev"] - 1)
        resource = next((r for r in RESOURCES if write["key"].startswith(RESOURCES[r][3])), None)
        if resource is None:
            continue
        if write["type"] == "PUT":
            state[resource][write["key"]] = write["value"]
        else:
            del state[resource][write["key"]]
        changed.update(
            dict.fromkeys((i for i, t in enumerate(texts) if resource in t.resources), True)
        )


def listed_state(trace: str, dump: str) -> State:
    """The state as the API server listed it for a dump, resource by resource."""
    state: State = {}
    for resource, (group, *_) in RESOURCES.items():
        name = f"{resource}.{group}" if group else resource
        [line] = lines_of(TRACES / trace / "dumps" / dump / "lists" / f"{name}.json.zst")
        items = orjson.loads(line)["items"]
        state[resource] = {str(index): item for index, item in enumerate(items)}
    return state
