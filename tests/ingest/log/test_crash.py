"""A writer is killed at any moment: nothing committed is lost, nothing half-written is seen."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.log.crashing_writer import EVENTS, ROOT, VERSIONS, seen, write

SCRIPT = Path(__file__).with_name("crashing_writer.py")
ALL = [f"{number:02}" for number in range(EVENTS)]


@pytest.fixture(
    scope="module",
    params=[pytest.param(29, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)],
)
def crashes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    """A report for each step to the disk at which a writer was killed; in the last it was not."""
    folder = tmp_path_factory.mktemp("crashes")
    command = [sys.executable, str(SCRIPT), str(folder), str(request.param)]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_the_writer_was_killed_until_nothing_was_left_to_do(crashes: list[dict[str, Any]]) -> None:
    assert len(crashes) > 3
    assert [crash["survived"] for crash in crashes[-2:]] == [False, True]


def test_a_reader_after_a_crash_sees_whole_files_of_committed_events(
    crashes: list[dict[str, Any]],
) -> None:
    counts = []
    for crash in crashes:
        events = crash["after"].get("events", [])
        assert events == ALL[: len(events)]
        counts.append(len(events))
    assert counts == sorted(counts)
    assert {0, 20} <= set(counts) <= {0, 8, 16, 20}


def test_a_reader_after_a_crash_never_mixes_two_derivations(crashes: list[dict[str, Any]]) -> None:
    whole = crashes[-1]["after"]["checkpoints"]
    allowed = [
        (None, None, None),
        ([], 0, 0),
        (["first"], VERSIONS - 1, whole),
        (["second"], VERSIONS - 1, whole),
    ]
    for crash in crashes:
        after = crash["after"]
        state = (after.get("derived_by"), after.get("history"), after.get("checkpoints"))
        assert state in allowed


def test_what_was_verified_is_never_seen_beside_another_derivation(
    crashes: list[dict[str, Any]],
) -> None:
    for crash in crashes:
        after = crash["after"]
        assert after.get("verified", []) in ([], after.get("derived_by"))
    assert crashes[-1]["after"]["verified"] == ["second"]


def test_running_again_after_a_crash_gives_the_same_folder(crashes: list[dict[str, Any]]) -> None:
    # Names tell contents apart, so equal names are equal bytes.
    undisturbed = crashes[-1]["after"]
    assert undisturbed["events"] == ALL
    for crash in crashes:
        assert crash["again"] == undisturbed


def test_nothing_is_left_over_after_running_again(crashes: list[dict[str, Any]]) -> None:
    for crash in crashes:
        files = set(crash["again"]["files"]) - {"kuberewind.json", "write.lock"}
        assert files == {*crash["again"]["live"], "default/current.json"}


@pytest.mark.slow
def test_a_writer_killed_at_random_moments_beside_a_reader_ends_with_the_same_folder(
    tmp_path: Path,
) -> None:
    write(tmp_path / "undisturbed")
    chance = random.Random(7)
    for _ in range(12):
        child = subprocess.Popen([sys.executable, str(SCRIPT), str(tmp_path / "killed")])
        deadline = time.monotonic() + 0.4 + chance.random()
        while time.monotonic() < deadline:
            events = seen(tmp_path / "killed").get("events", [])
            assert events == ALL[: len(events)]
        child.kill()
        child.wait()
    write(tmp_path / "killed")
    assert seen(tmp_path / "killed") == seen(tmp_path / "undisturbed")
