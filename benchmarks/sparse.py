"""How fast a history is rebuilt from a log without answers, against the same log with them.

Such a log is what an audit policy at the level `Request` leaves: each version is computed from the
request and the version before it. `rebuild` is the whole command, with what it does for any log:
reading events, looking for wrong clocks, holding the model against a share of the answers, writing
the tables. `derive` is nothing but the versions.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from benchmarks.measure import Line, at_least, run

_PROBE = str(Path(__file__).with_name("probe.py"))
_BYTES = 200_000_000
"""Of the log with answers: one copy of the recording."""
_TURNS = 3


def lines(log: Path, scratch: Path) -> Iterator[Line]:
    """Rebuild a history from the beginning of a log, and from the same without its answers."""
    whole, without = scratch / "answers.jsonl", scratch / "requests.jsonl"
    _write(log, whole, without)
    logs = {"with answers": whole, "without answers": without}
    traces = {what: path.with_suffix(".trace") for what, path in logs.items()}
    for what, path in logs.items():
        run([_PROBE, "ingest", str(path), str(traces[what])])
        path.unlink()
    for action in ("derive", "rebuild"):
        speeds = _speeds(action, traces)
        for what, (cpu, wall) in speeds.items():
            text = f"{cpu:,.0f} ({wall:,.0f} on the wall)"
            yield Line(f"{action} {what}: versions a second", text)
        ratio = speeds["without answers"][0] / speeds["with answers"][0]
        told = f"  {action} without answers against with them", f"{ratio:.2f}x as fast"
        yield at_least(*told, ratio, 0.5, "x") if action == "rebuild" else Line(*told)
    for trace in traces.values():
        shutil.rmtree(trace)


def _speeds(action: str, traces: Mapping[str, Path]) -> dict[str, tuple[float, float]]:
    """Versions a second of processors and on the wall, the best of some turns of all traces.

    In turns, because what else the machine does in a minute is not the same as in the next.
    """
    best: dict[str, tuple[float, float]] = {}
    for _ in range(_TURNS):
        for what, trace in traces.items():
            found = json.loads(run([_PROBE, action, str(trace)]).output)
            wall, cpu = found["whole"]
            best[what] = max(
                best.get(what, (0.0, 0.0)), (found["versions"] / cpu, found["versions"] / wall)
            )
    return best


def _write(log: Path, whole: Path, without: Path) -> None:
    """The first lines of a log, and the same as a policy at the level `Request` would have them."""
    with log.open("rb") as source, whole.open("wb") as one, without.open("wb") as other:
        left = _BYTES
        for line in source:
            left -= len(line)
            if left < 0:
                return
            one.write(line)
            event = orjson.loads(line)
            event.pop("responseObject", None)
            if event.get("level") == "RequestResponse":
                event["level"] = "Request"
            other.write(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE))
