"""Ratios of speed and size, measured in one run: `make bench`.

    python benchmarks/run.py            1 GB of log
    BYTES=300MB python benchmarks/run.py
    python benchmarks/run.py --full     and the memory at 4 GB

The log is a recorded one, repeated (see churn_copies.py). Files lie in .bench/ in the checkout. On
a machine that others use too, only ratios within one run say much; docs/PERFORMANCE.md has both.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import ingesting, patching, querying, scheduling, serving, sizes, sparse  # noqa: E402
from benchmarks.churn_copies import FOLDER, bytes_of, churn_copies  # noqa: E402
from benchmarks.measure import Line  # noqa: E402


def results(log: Path, scratch: Path) -> Iterator[Line]:
    """Every line for a log of JSON lines. What is made on the way lies in `scratch`."""
    trace = scratch / "bench.trace"
    yield Line("log", f"{log.stat().st_size / 1e6:,.0f} MB")
    yield from ingesting.lines(log, trace, scratch)
    yield from sparse.lines(log, scratch)
    yield from sizes.lines(log, trace)
    yield from querying.lines(trace)
    yield from patching.lines()
    yield from serving.lines()


def main() -> None:
    """Print the results."""
    log = churn_copies(bytes_of(os.environ.get("BYTES", "1GB")))
    for line in results(log, FOLDER):
        print(line, flush=True)
    for line in chain(scheduling.lines(), scheduling.memory()):
        print(line, flush=True)
    if "--full" in sys.argv[1:]:
        for line in ingesting.memory(churn_copies(bytes_of("4GB")), FOLDER / "full.trace"):
            print(line, flush=True)


if __name__ == "__main__":
    main()
