"""Our results against Kubernetes' own: `make conformance VECTORS=DIR SHOW=N`.

Runs every vector of every `*.jsonl.zst` file in the folder. A line a file says how many are equal,
or that there is no model of that family yet. With SHOW, the first N differences of each follow.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import zstandard

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.conformance.families import Checker, checker_of  # noqa: E402

SUFFIX = ".jsonl.zst"


def main() -> int:
    """Print the lines; the exit status is 1 if any result differs."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/vectors/dev")
    files = sorted(folder.glob(f"*{SUFFIX}"))
    if not files:
        print(f"no vectors in {folder}: name a folder with VECTORS=DIR", file=sys.stderr)
        return 2
    shown = int(os.environ.get("SHOW") or 0)
    differ = False
    for path in files:
        family = path.name.removesuffix(SUFFIX)
        checker = checker_of(family)
        if checker is None:
            print(f"{family} not yet")
            continue
        differing, total = _run(path, checker)
        differ |= bool(differing)
        print(f"{family} {total - len(differing)}/{total}", flush=True)
        for line in islice((line for lines in differing for line in lines), shown):
            print(f"  {line}", flush=True)
    return int(differ)


def _run(path: Path, checker: Checker) -> tuple[list[list[str]], int]:
    """The differences of each vector that has any, and how many vectors there are."""
    differing: list[list[str]] = []
    total = 0
    for vector in _vectors(path):
        total += 1
        try:
            found = checker(vector)
        except Exception as error:  # noqa: BLE001 - a crash is one vector's difference
            found = [f"{type(error).__name__}: {error}"]
        if found:
            differing.append([f"{vector.get('id', total)}: {line}" for line in found])
    return differing, total


def _vectors(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
