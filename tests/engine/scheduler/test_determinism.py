import os
import subprocess
import sys
from pathlib import Path

from tests.engine.scheduler import busy_day

ROOT = Path(busy_day.__file__).resolve().parents[3]


def printed(hash_seed):
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, busy_day.__file__]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


def test_the_same_seed_writes_the_same_whatever_the_order_of_sets():
    first = printed("1")
    assert first.count(b"\n") > 30
    assert first == printed("2")


def test_another_seed_goes_another_way():
    assert list(busy_day.lines(1)) != list(busy_day.lines(2))
