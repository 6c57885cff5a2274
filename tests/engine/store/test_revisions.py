"""The store against a plain reading of its rules, and the promises that it makes about the past."""

import gc
import resource
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.changes import Key
from engine.store.revisions import ConflictError, ExistsError, ExpiredError, MissingError, Store
from engine.store.watch import Watch

PODS = "/pods"


def key(name: str, namespace: str = "shop") -> Key:
    return Key(PODS, namespace, name)


def pod(name: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": spec}


def shown(watch: Watch) -> list[tuple[str, str, str]]:
    return [
        (event.type, event.object["metadata"]["name"], event.object["metadata"]["resourceVersion"])
        for event in watch.events()
    ]


def test_every_write_is_one_revision_and_objects_carry_theirs() -> None:
    store = Store()
    first = store.create(key("a"), pod("a"))
    second = store.update(key("a"), pod("a", x=1))
    assert (first.create_revision, first.mod_revision) == (1, 1)
    assert (second.create_revision, second.mod_revision) == (1, 2)
    assert second.object["metadata"]["resourceVersion"] == "2"
    assert store.delete(key("a")).object["metadata"]["resourceVersion"] == "3"
    assert store.revision == 3
    assert store.get(key("a")) is None


def test_an_update_that_changes_nothing_is_not_written() -> None:
    store = Store()
    created = store.create(key("a"), pod("a", x=1, y=2))
    again = {"spec": {"y": 2, "x": 1}, "metadata": dict(created.object["metadata"])}
    assert store.update(key("a"), again).mod_revision == 1
    assert store.revision == 1


def test_writes_are_refused_where_the_writer_saw_another_state() -> None:
    store = Store()
    store.create(key("a"), pod("a"))
    store.update(key("a"), pod("a", x=1))
    with pytest.raises(ExistsError):
        store.create(key("a"), pod("a"))
    with pytest.raises(ConflictError):
        store.update(key("a"), pod("a", x=2), expected=1)
    with pytest.raises(ConflictError):
        store.delete(key("a"), expected=1)
    with pytest.raises(MissingError):
        store.update(key("b"), pod("b"))
    assert store.revision == 2


def test_lists_are_in_order_and_can_be_of_the_past() -> None:
    store = Store()
    for name, namespace in (("b", "shop"), ("a", "shop"), ("c", "bank")):
        store.create(key(name, namespace), pod(name))
    store.delete(key("a"))
    store.update(key("b"), pod("b", x=1))
    assert [k.name for k, _ in store.objects(PODS)] == ["c", "b"]
    assert [k.name for k, _ in store.objects(PODS, "shop")] == ["b"]
    assert [k.name for k, _ in store.objects(PODS, revision=3)] == ["c", "a", "b"]
    assert [s.object["spec"] for _, s in store.objects(PODS, "shop", revision=4)] == [{}]


def test_a_watch_tells_what_came_after_its_revision() -> None:
    store = Store()
    store.create(key("a"), pod("a"))
    watch = Watch(store, PODS, 1)
    store.create(key("b", "bank"), pod("b"))
    store.update(key("a"), pod("a", x=1))
    store.delete(key("b", "bank"))
    store.create(Key("/nodes", "", "n"), pod("n"))
    assert shown(watch) == [("ADDED", "b", "2"), ("MODIFIED", "a", "3"), ("DELETED", "b", "4")]
    assert shown(watch) == []
    assert watch.bookmark().object == {"metadata": {"resourceVersion": "5"}}
    assert shown(Watch(store, PODS, 1, namespace="shop")) == [("MODIFIED", "a", "3")]


def test_a_filtered_watch_tells_what_comes_to_fit_and_what_fits_no_more() -> None:
    store = Store()
    watch = Watch(store, PODS, 0, selects=lambda obj: obj["spec"].get("x") == 1)
    store.create(key("a"), pod("a"))
    store.update(key("a"), pod("a", x=1))
    store.update(key("a"), pod("a", x=2))
    assert shown(watch) == [("ADDED", "a", "2"), ("DELETED", "a", "3")]


def test_what_was_compacted_can_be_neither_listed_nor_watched() -> None:
    store = Store()
    for name in "abc":
        store.create(key(name), pod(name))
    store.compact(2)
    with pytest.raises(ExpiredError, match=r"too old resource version: 1 \(3\)"):
        Watch(store, PODS, 1)
    with pytest.raises(ExpiredError):
        list(store.objects(PODS, revision=1))
    assert [event.type for event in Watch(store, PODS, 2).events()] == ["ADDED"]
    assert len(list(store.objects(PODS))) == 3


def test_forks_share_their_past_and_go_on_by_themselves() -> None:
    store = Store()
    store.create(key("a"), pod("a"))
    branch = store.fork()
    branch.delete(key("a"))
    store.create(key("b"), pod("b"))
    assert (len(store), len(branch)) == (2, 0)
    assert shown(Watch(branch, PODS, 0)) == [("ADDED", "a", "1"), ("DELETED", "a", "2")]
    assert shown(Watch(store, PODS, 0)) == [("ADDED", "a", "1"), ("ADDED", "b", "2")]


def test_the_digest_is_of_the_objects_and_not_of_how_they_came_about() -> None:
    one, other = Store(), Store()
    one.create(key("a"), pod("a", x=1))
    one.create(key("b"), pod("b"))
    other.create(key("b"), pod("b", x=9))
    other.create(key("c"), pod("c"))
    other.create(key("a"), pod("a", x=1))
    assert one.digest != other.digest
    other.update(key("b"), pod("b"))
    other.delete(key("c"))
    assert one.digest == other.digest
    one.delete(key("a"))
    one.delete(key("b"))
    assert one.digest == Store().digest


NAMES = st.sampled_from("abcd")
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["put", "delete", "fork"]), NAMES, st.integers(0, 3)), max_size=60
)


@given(ACTIONS)
def test_the_store_and_its_forks_hold_what_a_plain_map_would(actions: Any) -> None:
    pairs: list[tuple[Store, dict[str, int], list[dict[str, int]]]] = [(Store(), {}, [{}])]
    for action, name, value in actions:
        store, plain, past = pairs[value % len(pairs)]
        if action == "fork" and len(pairs) < 8:
            pairs.append((store.fork(), dict(plain), list(past)))
        elif action == "put":
            if name in plain:
                store.update(key(name), pod(name, x=value))
            else:
                store.create(key(name), pod(name, x=value))
            plain[name] = value
        elif action == "delete" and name in plain:
            store.delete(key(name))
            del plain[name]
        if len(past) == store.revision:
            past.append(dict(plain))
    for store, plain, past in pairs:
        assert len(store) == len(plain)
        assert _replayed(store) == plain
        for revision, expected in enumerate(past):
            found = store.objects(PODS, revision=revision)
            assert {k.name: s.object["spec"]["x"] for k, s in found} == expected


def _replayed(store: Store) -> dict[str, int]:
    """What a client that watched from the beginning has now."""
    replayed: dict[str, int] = {}
    for event in Watch(store, PODS, 0).events():
        name = event.object["metadata"]["name"]
        if event.type == "DELETED":
            del replayed[name]
        else:
            replayed[name] = event.object["spec"]["x"]
    return replayed


def _realistic(number: int) -> dict[str, Any]:
    """A pod of some 3 KB, as a ReplicaSet makes them."""
    name = f"web-{number // 20:x}-{number * 2654435761 % (1 << 32):08x}"
    env = [{"name": f"SETTING_{i}", "value": f"value {i} of {number // 20}"} for i in range(20)]
    container = {"name": "main", "image": f"registry.example/web:{number // 20}", "env": env}
    conditions = [
        {"type": type_, "status": "True", "lastTransitionTime": "2026-11-21T03:00:48Z"}
        for type_ in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": f"team-{number % 50}",
            "uid": f"{number:08x}-0000-4000-8000-{number * 40503 % (1 << 48):012x}",
            "labels": {"app": f"web-{number // 20}", "pod-template-hash": f"{number // 20:x}"},
        },
        "spec": {"nodeName": f"node-{number % 5000}", "containers": [container]},
        "status": {"phase": "Running", "podIP": f"10.{number >> 16}.1.2", "conditions": conditions},
    }


@pytest.mark.slow
def test_a_million_objects_fit_into_two_gigabytes_and_fork_at_once() -> None:
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    store = Store()
    for number in range(1_000_000):
        obj = _realistic(number)
        metadata = obj["metadata"]
        store.create(Key(PODS, metadata["namespace"], metadata["name"]), obj)
    used_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    times = []
    for _ in range(5):
        start = time.perf_counter()
        branch = store.fork()
        times.append(time.perf_counter() - start)
        branch.delete(next(branch.objects(PODS, "team-1"))[0])
    assert used_kib < 2 << 20
    assert sorted(times)[2] < 0.05
    assert len(store) == len(branch) + 1
