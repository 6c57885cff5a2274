"""How fast a history is rebuilt from a log without answers, against the same log with them.

Such a log is what an audit policy at the level `Request` leaves: each version is computed from the
request and the version before it. `rebuild` is the whole command, with what it does for any log:
reading events, looking for wrong clocks, holding the model against a share of the answers, writing
the tables. `derive` is nothing but the versions.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson

from benchmarks.measure import Line, at_least, run

_PROBE = str(Path(__file__).with_name("probe.py"))
_BYTES = 200_000_000
"""Of the log with answers: one copy of the recording."""


def lines(log: Path, scratch: Path) -> Iterator[Line]:
    """Rebuild a history from the beginning of a log, and from the same without its answers."""
    whole, without = scratch / "answers.jsonl", scratch / "requests.jsonl"
    _write(log, whole, without)
    speeds: dict[str, list[float]] = {}
    for what, path in (("with answers", whole), ("without answers", without)):
        trace = scratch / "sparse.trace"
        shutil.rmtree(trace, ignore_errors=True)
        for action in (["derive", str(path), str(trace)], ["rebuild", str(trace)]):
            found = json.loads(run([_PROBE, *action]).output)
            wall, cpu = found["whole"]
            speed = speeds.setdefault(action[0], [])
            speed.append(found["versions"] / cpu)
            text = f"{speed[-1]:,.0f} ({found['versions'] / wall:,.0f} on the wall)"
            yield Line(f"{action[0]} {what}: versions a second", text)
        shutil.rmtree(trace)
        path.unlink()
    for what, (answered, unanswered) in speeds.items():
        ratio = unanswered / answered
        told = f"  {what} without answers against with them", f"{ratio:.2f}x as fast"
        yield at_least(*told, ratio, 0.5, "x") if what == "rebuild" else Line(*told)


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
