"""The recordings of a real cluster, ingested once for each test process."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow as pa
import pytest

from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest

TRACES = Path(__file__).resolve().parent.parent.parent / "shared" / "traces"
FAST = ("rollout", "api")
ALL = (
    *FAST,
    *("batch", "cloud", "crashes", "etcd-protobuf", "ha", "node-failure", "pressure", "stateful"),
    "churn",
)


def each(*names: str) -> list[Any]:
    """Parameters for the named recordings, all but two small ones marked slow."""
    return [
        pytest.param(name, marks=[] if name in FAST else pytest.mark.slow, id=name)
        for name in names
    ]


def folder(name: str) -> Path:
    """The folder of a recording; skips the test where the recordings are not there."""
    path = TRACES / name
    if not path.is_dir():
        pytest.skip(f"the recording {name} is not in {TRACES.name}/ beside the checkout")
    return path


@cache
def ingested(name: str) -> Trace:
    """The recording's audit logs in a trace, and nothing else of it."""
    trace = Trace(mkdtemp(prefix=f"kuberewind-{name}-"), create=True)
    logs = sorted(str(path) for path in folder(name).glob("audit*.jsonl.zst"))
    ingest(trace, logs, IngestOptions())
    return trace


def read_json(path: Path) -> Any:
    """The JSON document of a .json.zst file."""
    with pa.input_stream(str(path), compression="zstd") as stream:
        return json.loads(stream.read())


def dumps(name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The folders of a recording's dumps and what was noted when they were taken."""
    for path in sorted((folder(name) / "dumps").iterdir()):
        yield path, json.loads((path / "times.json").read_text())
