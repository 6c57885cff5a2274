"""The rebuilt history against the truth, for every trace in a folder: `make fidelity TRACES=DIR`.

Each trace's audit logs, and nothing else of it, are ingested by the installed command; then
`tools/fidelity.py` beside the folder of traces compares `kuberewind history` with what etcd kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

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
    meta = json.loads((trace / "meta.json").read_text()) if (trace / "meta.json").exists() else {}
    show = ["--show", os.environ.get("SHOW", "0")]
    with tempfile.TemporaryDirectory() as scratch:
        store, ours = f"{scratch}/trace", Path(scratch, "history.jsonl")
        logs = [str(path) for path in sorted(trace.glob("audit*.jsonl.zst"))]
        ingest = subprocess.run(
            [*COMMAND, "ingest", *logs, "--trace", store],
            check=False,
            capture_output=True,
            text=True,
        )
        if ingest.returncode:
            print(f"{trace.name}: {ingest.stderr.strip().splitlines()[-1]}")
            return 1
        with ours.open("wb") as file:
            subprocess.run(
                [*COMMAND, "history", "-o", "jsonl", "-t", store], stdout=file, check=True
            )
        options = meta.get("fidelity", "").split()
        run = subprocess.run(
            [sys.executable, str(tool), str(trace), str(ours), *show, *options],
            check=False,
            capture_output=True,
            text=True,
        )
    lines = (run.stdout + run.stderr).strip().splitlines()
    shown = lines if show[1] != "0" else lines[-2:]
    order = next((line for line in lines if "out of order" in line), "")
    print("\n".join(shown) if show[1] != "0" else f"{lines[-1]}; {order}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
