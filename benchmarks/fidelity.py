"""The rebuilt history against the truth, for every trace in a folder: `make fidelity TRACES=DIR`.

Each trace's audit logs, and nothing else of it, are ingested by the installed command; then
`tools/fidelity.py` beside the folder of traces compares `kuberewind history` with what etcd kept.
With LEVEL=request the answers are taken out of the logs before, as most audit policies do it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa

NOT_IN_LOGS = ("secrets", "componentstatuses")
COMMAND = [sys.executable, str(Path(__file__).resolve().parent.parent / "cli.py")]
TOOL = Path(__file__).resolve().parent.parent.parent / "shared" / "tools" / "fidelity.py"


def main() -> int:
    """Print a line for each trace; the exit status is 1 if one of them could not be compared."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/traces")
    tool = folder.resolve().parent / "tools" / "fidelity.py"
    tool = tool if tool.exists() else TOOL
    traces = sorted(p for p in folder.iterdir() if list(p.glob("audit*.jsonl.zst")))
    if not traces:
        print(f"no traces in {folder}: name a folder with TRACES=DIR", file=sys.stderr)
        return 2
    failed = 0
    for trace in traces:
        failed |= _compare(trace, tool)
    return failed


def _compare(trace: Path, tool: Path) -> int:
    """Ingest a trace's audit logs, hold them against its truth, print what came of it."""
    with tempfile.TemporaryDirectory() as scratch:
        store, ours = f"{scratch}/trace", Path(scratch, "history.jsonl")
        logs = [str(path) for path in sorted(trace.glob("audit*.jsonl.zst"))]
        sparse = os.environ.get("LEVEL") == "request"
        if sparse:
            logs = [_without_answers(log, tool.parent, scratch) for log in logs]
        ingest = _run([*COMMAND, "ingest", *logs, "--trace", store])
        if ingest.returncode:
            print(f"{trace.name}: {ingest.stderr.strip().splitlines()[-1]}")
            return 1
        ours.write_text(_run([*COMMAND, "history", "-o", "jsonl", "-t", store]).stdout)
        show = os.environ.get("SHOW", "0")
        tool_run = [sys.executable, str(tool), str(trace), str(ours), "--show", show]
        options = dict.fromkeys([*_options(trace), *(["--request"] if sparse else [])])
        run = _run([*tool_run, *options])
        if "protobuf" in run.stderr and (trace / "dumps" / "END").is_dir():
            print(_against_dump(trace, store), flush=True)
            return 0
    lines = (run.stdout + run.stderr).strip().splitlines()
    order = next((line for line in lines if "out of order" in line), "")
    print("\n".join(lines) if show != "0" else f"{lines[-1]}; {order}", flush=True)
    return 0


def _without_answers(log: str, tools: Path, scratch: str) -> str:
    """The log as a policy of level Request would have written it."""
    sparse = Path(scratch, Path(log).name.removesuffix(".zst"))
    command = [sys.executable, str(tools / "lower_level.py"), "request"]
    with pa.input_stream(log, compression="zstd") as stream, sparse.open("wb") as file:
        subprocess.run(command, input=stream.read(), stdout=file, check=True)
    return str(sparse)


def _options(trace: Path) -> list[str]:
    """What the trace itself asks the comparison for."""
    meta = trace / "meta.json"
    options = json.loads(meta.read_text()).get("fidelity", "") if meta.exists() else ""
    return list(options.split())


def _against_dump(trace: Path, store: str) -> str:
    """How many objects of the lists in dumps/END are the same at their revision.

    Where etcd kept protobuf, its own revisions cannot be compared.
    """
    same = total = 0
    for path in sorted((trace / "dumps" / "END" / "lists").glob("*.json.zst")):
        resource = path.name.removesuffix(".json.zst")
        if resource.split(".")[0] in NOT_IN_LOGS:
            continue
        with pa.input_stream(str(path), compression="zstd") as stream:
            listed = json.loads(stream.read())
        at = f"rv:{listed['metadata']['resourceVersion']}"
        got = _run([*COMMAND, "get", resource, "-A", "-o", "json", "--at", at, "-t", store])
        ours = _items(json.loads(got.stdout)) if got.returncode == 0 else {}
        truth = _items(listed)
        total += len(truth.keys() | ours.keys())
        same += sum(ours.get(key) == item for key, item in truth.items())
    percent = 100 * same / total if total else 0.0
    return f"{trace.name}: {same}/{total} objects of dumps/END are the same = {percent:.2f}%"


def _items(listed: dict[str, Any]) -> dict[tuple[str | None, str], dict[str, Any]]:
    return {
        (item["metadata"].get("namespace"), item["metadata"]["name"]): {
            key: value for key, value in item.items() if key not in ("kind", "apiVersion")
        }
        for item in listed.get("items") or []
    }


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main())
