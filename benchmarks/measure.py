"""Measuring: the cost of a process, the spread of something short, and a line of the result."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Process:
    """What a finished process printed and cost: seconds, and bytes of memory at its peak."""

    output: str
    wall: float
    cpu: float
    peak_bytes: int


def run(command: Sequence[str]) -> Process:
    """Run Python with the arguments to its end. Raises SystemExit if it fails."""
    started = time.perf_counter()
    child = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None, "it is a pipe"
    with child.stdout as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} failed with status {child.returncode}")
    # Linux counts the peak in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Process(output, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds that something took, over several times."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The one in the middle."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        low, high = min(self.seconds) * 1e3, max(self.seconds) * 1e3
        return f"{self.median * 1e3:.0f} ms ({low:.0f}-{high:.0f}, {len(self.seconds)} times)"


def timed(actions: Sequence[Callable[[], object]]) -> Spread:
    """The seconds that each of several like things takes."""
    seconds = []
    for action in actions:
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return Spread(tuple(seconds))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the result. `reached` is None where there is no aim."""

    what: str
    found: str
    aim: str = ""
    reached: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "reached", False: "MISSED", None: ""}[self.reached]
        return f"{self.what:<44} {self.found:<44} {self.aim:<16} {verdict}".rstrip()


def at_least(what: str, found: str, value: float, aim: float, unit: str = "") -> Line:
    """A line whose value should be as high as the aim."""
    return Line(what, found, f">= {aim:,g}{unit}", value >= aim)


def at_most(what: str, found: str, value: float, aim: float, unit: str = "") -> Line:
    """A line whose value should be as low as the aim."""
    return Line(what, found, f"<= {aim:,g}{unit}", value <= aim)
