"""Our results against Kubernetes' own: `make conformance VECTORS=DIR SHOW=N`.

Runs every vector of every `*.jsonl.zst` file in the folder. A line a file says how many are equal,
or that there is no model of that family yet. With SHOW, the first N differences of each follow.
The exit status is 1 if any result differs, 2 if a file holds no vectors.
"""

from __future__ import annotations

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


class _UsageError(Exception):
    """Nothing can be checked; the text says what to do."""


def main() -> int:
    """Print the lines; return the exit status."""
    try:
        return _checked(*_asked())
    except _UsageError as error:
        print(error, file=sys.stderr)
        return 2


def _asked() -> tuple[list[Path], int]:
    """The files, and how many differences of each are shown."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/vectors/dev")
    files = sorted(folder.glob(f"*{SUFFIX}"))
    if not files:
        raise _UsageError(f"no vectors in {folder}: name a folder with VECTORS=DIR")
    shown = os.environ.get("SHOW") or "0"
    if not shown.isdecimal():
        raise _UsageError(f"SHOW={shown} is no number: give how many differences to print")
    return files, int(shown)


def _checked(files: list[Path], shown: int) -> int:
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
    if not total:
        raise _UsageError(f"{path} holds no vectors: is it complete?")
    return differing, total


def _vectors(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file; a file that ends too early or holds anything else is a usage error."""
    number = 0
    try:
        with zstandard.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                vector = json.loads(line)
                if not isinstance(vector, dict):
                    raise _UsageError(f"{path}, line {number}: no JSON object")
                yield vector
    except (zstandard.ZstdError, ValueError) as error:
        raise _UsageError(f"{path}, line {number}: cannot be read: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
