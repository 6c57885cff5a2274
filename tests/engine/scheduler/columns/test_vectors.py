"""The scheduler's conformance vectors through columns: feasible nodes, totals and the best."""

from collections import Counter

import pytest

from engine.scheduler.columns.scheduler import ColumnarScheduler
from engine.scheduler.configuration import default_profile
from engine.scheduler.framework import Framework
from tests.conformance.sched import objects_of
from tests.vectors import FOLDER, read

FRAMEWORK = Framework(default_profile())
FAST = ("sched_interpod_affinity", "sched_mixed", "sched_topology_spread")
FAMILIES = [
    pytest.param(name, marks=[] if name in FAST else pytest.mark.slow, id=name)
    for path in sorted(FOLDER.glob("sched_*.jsonl.zst"))
    for name in [path.name.removesuffix(".jsonl.zst")]
]

# What columns leave to the plain reading, and in which families that is much.
LEFT = {
    "volumes that are attached",
    "disks that cannot be shared",
    "room that is kept for nominated pods",
    "terms of node affinity that cannot be read",
}
MUCH_LEFT = ("sched_volume", "sched_nominated", "sched_mixed")


def differences(vector, placement):
    expected = vector["result"]
    found = {"feasible": placement.feasible, "best": list(placement.best)}
    if "total" in expected:
        found["total"] = placement.totals
    wanted = {"best": []} | {name: each for name, each in expected.items() if name in found}
    # Where no node fits, the plain reading is asked: it must not find one then.
    missed = placement.scored is None and not placement.uncovered and placement.feasible
    return found if found != wanted or missed else None


@pytest.mark.parametrize("family", FAMILIES)
def test_columns_find_the_nodes_totals_and_best_of_kubernetes(family):
    differing, uncovered = {}, Counter()
    for vector in read(family):
        objects = objects_of(vector)
        scheduler = ColumnarScheduler(FRAMEWORK, vector["nodes"], vector.get("pods", ()), objects)
        placement = scheduler.place(vector["pod"])
        uncovered[placement.uncovered] += 1
        if found := differences(vector, placement):
            differing[vector["id"]] = found
    assert differing == {}
    assert set(uncovered) - {""} <= LEFT
    if not family.startswith(MUCH_LEFT):
        assert uncovered[""] >= 0.8 * uncovered.total()
