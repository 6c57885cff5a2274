"""Whatever is asked of the server in whatever order, the store and its watchers stay in step."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.apiserver.verbs.status import RefusedError
from engine.store.revisions import Store
from tests.engine.apiserver.server.cluster import Cluster, config_map, deployment, pod

NAMES = st.sampled_from(["a", "b"])
KINDS = ("configmaps", "pods", "deployments.apps", "services")


def body_of(what: str, name: str) -> dict[str, Any]:
    if what == "configmaps":
        return config_map(name)
    if what == "services":
        return {"metadata": {"name": name}, "spec": {"ports": [{"port": 80}]}}
    return pod(name) if what == "pods" else deployment(name)


@st.composite
def writes(draw: st.DrawFn) -> tuple[Any, ...]:
    what, name = draw(st.sampled_from(KINDS)), draw(NAMES)
    labels = {"metadata": {"labels": {"x": draw(st.sampled_from("pq"))}}}
    held = {"metadata": {"finalizers": draw(st.sampled_from([["x.io/y"], None]))}}
    grace = draw(st.sampled_from([None, 0, 5]))
    kind = draw(st.integers(0, 8))
    merge = {"patch_type": "merge", "dry_run": draw(st.booleans())}
    return (
        ("create", what, body_of(what, name), "", {}),
        ("create", what, {**body_of(what, ""), "metadata": {"generateName": "g-"}}, "", {}),
        ("update", what, body_of(what, name), name, {}),
        ("patch", what, labels, name, merge),
        ("patch", what, held, name, merge),
        ("delete", what, {"gracePeriodSeconds": grace}, name, {}),
        ("delete", what, {"propagationPolicy": "Foreground"}, name, {}),
        ("deletecollection", what, {}, "", {}),
        ("create", "pods/binding", {"target": {"name": "node-1"}}, name, {}),
    )[kind]


SEQUENCES = st.lists(writes(), max_size=25)


def run(cluster: Cluster, sequence: list[tuple[Any, ...]]) -> list[Any]:
    """Do the writes; the answers."""
    answers: list[Any] = []
    for verb, what, body, name, more in sequence:
        cluster.now += 1
        before = cluster.server.store.revision
        try:
            answers.append(cluster.do(verb, what, json.loads(json.dumps(body)), name, **more))
        except RefusedError as refused:
            answers.append(refused.status())
            changed = cluster.server.store.revision != before
            if changed or refused.code not in (403, 404, 409, 422):
                raise AssertionError(f"{refused.status()} to {verb} {what}") from refused
    return answers


def objects(store: Store) -> dict[Any, Any]:
    return {
        key: stored.object
        for resource in store.resources()
        for key, stored in store.objects(resource)
    }


@settings(max_examples=40, deadline=None)
@given(SEQUENCES)
def test_the_store_holds_what_a_fresh_one_with_these_objects_would(
    sequence: list[tuple[Any, ...]],
) -> None:
    cluster = Cluster()
    run(cluster, sequence)
    fresh, found = Store(), objects(cluster.server.store)
    for key in sorted(found):
        fresh.create(key, found[key])
    assert fresh.digest == cluster.server.store.digest


@settings(max_examples=40, deadline=None)
@given(SEQUENCES)
def test_watchers_see_exactly_what_happened(sequence: list[tuple[Any, ...]]) -> None:
    cluster = Cluster()
    store = cluster.server.store
    watches = {what: cluster.server.watch(cluster.resource(what), store.revision) for what in KINDS}
    known: dict[str, dict[str, Any]] = {what: {} for what in KINDS}
    run(cluster, sequence)
    for what, watch in watches.items():
        last = 0
        for event in watch.events():
            metadata = event.object["metadata"]
            assert int(metadata["resourceVersion"]) > last
            last = int(metadata["resourceVersion"])
            assert (metadata["name"] in known[what]) is (event.type != "ADDED")
            if event.type == "DELETED":
                del known[what][metadata["name"]]
            else:
                known[what][metadata["name"]] = event.object
        found = cluster.server.objects(cluster.resource(what))
        assert known[what] == {obj["metadata"]["name"]: obj for obj in found}


@settings(max_examples=25, deadline=None)
@given(SEQUENCES)
def test_a_seed_and_the_same_writes_are_the_same_cluster(sequence: list[tuple[Any, ...]]) -> None:
    one, other = Cluster(seed=3), Cluster(seed=3)
    assert run(one, sequence) == run(other, sequence)
    assert objects(one.server.store) == objects(other.server.store)


@settings(max_examples=25, deadline=None)
@given(SEQUENCES, SEQUENCES)
def test_a_fork_goes_on_in_the_same_way_and_by_itself(
    common: list[tuple[Any, ...]], rest: list[tuple[Any, ...]]
) -> None:
    cluster = Cluster()
    run(cluster, common)
    digest = cluster.server.store.digest
    twin = Cluster.__new__(Cluster)
    twin.server, twin.now = cluster.server.fork(cluster.choices.fork), cluster.now
    answers = run(twin, rest)
    assert cluster.server.store.digest == digest
    assert run(cluster, rest) == answers
    assert objects(cluster.server.store) == objects(twin.server.store)


def test_another_seed_makes_other_choices() -> None:
    uids = {Cluster(seed).get("namespaces", "shop")["metadata"]["uid"] for seed in range(3)}
    assert len(uids) == 3
