"""The scheduler's conformance vectors through columns: feasible nodes, totals and the best."""

from collections import Counter

import pytest

from engine.scheduler.columns.scheduler import ColumnarScheduler
from engine.scheduler.configuration import default_profile
from engine.scheduler.framework import Framework
from tests.conformance.sched import objects_of
from tests.vectors import FOLDER, read

FRAMEWORK = Framework(default_profile())
FAMILIES = sorted(path.name.removesuffix(".jsonl.zst") for path in FOLDER.glob("sched_*.jsonl.zst"))

# What columns leave to the plain reading; what else is not covered fails the test below.
LEFT = {
    "volumes that are attached",
    "disks that cannot be shared",
    "room that is kept for nominated pods",
    "terms of node affinity that cannot be read",
}


def placements(family):
    for vector in read(family):
        objects = objects_of(vector)
        scheduler = ColumnarScheduler(FRAMEWORK, vector["nodes"], vector.get("pods", ()), objects)
        yield vector, scheduler.place(vector["pod"])


@pytest.mark.parametrize("family", FAMILIES)
def test_columns_find_the_nodes_totals_and_best_of_kubernetes(family):
    differing = {}
    for vector, placement in placements(family):
        expected = vector["result"]
        found = {"feasible": placement.feasible, "best": list(placement.best)}
        if "total" in expected:
            found["total"] = placement.totals
        wanted = {"best": []} | {name: each for name, each in expected.items() if name in found}
        # Where no node fits, the plain reading was asked; it must not have found one.
        missed = placement.scored is None and not placement.uncovered and placement.feasible
        if found != wanted or missed:
            differing[vector["id"]] = found
    assert differing == {}


@pytest.mark.parametrize(
    ("family", "at_least"), [("sched_realistic", 250), ("sched_interpod_affinity", 300)]
)
def test_columns_cover_most_pods_without_volumes(family, at_least):
    uncovered = Counter(placement.uncovered for _, placement in placements(family))
    assert set(uncovered) - {""} <= LEFT
    assert uncovered[""] >= at_least
