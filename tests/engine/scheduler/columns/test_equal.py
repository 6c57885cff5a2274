"""Columns say what the plain reading says, after whatever happened before."""

from copy import deepcopy
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scheduler.columns import changes as columns_changes
from engine.scheduler.columns.scheduler import ColumnarScheduler
from engine.scheduler.cycle import schedule
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.snapshot import Objects, Snapshot, by_name
from tests.engine.scheduler.columns.clusters import NAMES, OBJECTS, PROFILES, named, nodes, pods

OTHERS = Objects(**{kind: by_name(e.obj for e in found) for kind, found in OBJECTS.items()})


class Both:
    """A columnar scheduler, and all that a plain reading needs to be held against it."""

    def __init__(self, framework, objs):
        self.framework = framework
        self.nodes = {obj["metadata"]["name"]: obj for obj in objs}
        self.pods = {}
        self.columns = ColumnarScheduler(framework, objs, (), OTHERS)

    def compare(self, asked):
        placement = self.columns.place(asked)
        snapshot = Snapshot(list(self.nodes.values()), self.pods.values(), OTHERS)
        decision = schedule(self.framework, snapshot, PodInfo(asked))
        assert placement.uncovered == ""
        assert (placement.scored is not None) == bool(decision.feasible)
        assert placement.feasible == sorted(decision.feasible)
        assert placement.totals == decision.totals
        assert (placement.node, placement.best) == (decision.node, decision.best)
        return placement

    def bind(self, asked, node):
        bound = deepcopy(asked)
        bound["spec"]["nodeName"] = node
        self.pods[asked["metadata"]["uid"]] = bound
        return bound


@st.composite
def changes(draw):
    """What happens, by name, with what it happens to."""
    what = draw(st.sampled_from(["place", "place", "place", "add", "remove", "end", "node"]))
    if what == "node":
        return what, draw(st.sampled_from(NAMES).flatmap(nodes))
    if what in ("remove", "end"):
        return what, draw(st.integers(0, 7))
    return what, draw(st.tuples(pods(), st.sampled_from(NAMES), st.booleans()))


def happen(both, change, number):
    what, with_what = change
    if what == "node":
        if with_what["metadata"]["name"] in both.nodes:
            both.nodes[with_what["metadata"]["name"]] = with_what
            both.columns.update_node(with_what)
    elif what in ("remove", "end"):
        if both.pods:
            uid = sorted(both.pods)[with_what % len(both.pods)]
            gone = both.pods.pop(uid)
            if what == "remove":
                both.columns.remove(gone)
            else:
                both.columns.add(gone | {"status": {"phase": "Succeeded"}})
    else:
        asked, node, terminating = with_what
        asked = named(asked, number)
        if what == "add":
            if terminating:
                asked["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
            both.columns.add(both.bind(asked, node))
        else:
            placement = both.compare(asked)
            if placement.node:
                both.columns.assume(placement)
                both.bind(asked, placement.node)


@pytest.mark.parametrize("name", PROFILES)
@settings(max_examples=100, deadline=None)
@given(
    clusters=st.lists(st.sampled_from(NAMES), min_size=1, unique=True).flatmap(
        lambda names: st.tuples(*map(nodes, names))
    ),
    history=st.lists(changes(), max_size=8),
    asked=st.lists(pods(), min_size=1, max_size=3),
    few=st.sampled_from([0, 4]),
)
def test_whatever_happened_columns_and_the_plain_reading_agree(name, clusters, history, asked, few):
    # Below that many changed nodes are read one by one, else all of them at once.
    with patch.object(columns_changes, "_FEW", few):
        both = Both(PROFILES[name], list(clusters))
        for number, change in enumerate(history):
            happen(both, change, number)
            both.compare(named(asked[0], "asked"))
        for each in asked:
            both.compare(named(each, "asked"))
