from engine.testing import node, pod
from replay.scheduling.cache import Cache
from replay.scheduling.snapshot import NODES, PODS

_WEB = ("shop", "web")


def _pods(cache):
    return {each.name: [pod.name for pod in each.pods] for each in cache.snapshot().nodes}


def _web():
    return pod("web", "shop").cpu("1")


def _with_nodes(*names):
    cache = Cache()
    for name in names:
        cache.put(NODES, ("", name), node(name).cpu("4").obj)
    return cache


def test_an_assumed_pod_stays_on_its_node_until_it_is_seen_there() -> None:
    cache = _with_nodes("n")
    cache.put(PODS, _WEB, _web().obj)
    cache.assume(_WEB, _web().obj, "n")
    cache.put(PODS, _WEB, _web().label("late", "write").obj)
    assert (_pods(cache), cache.assumed) == ({"n": ["web"]}, 1)
    cache.put(PODS, _WEB, _web().node("n").obj)
    assert (_pods(cache), cache.assumed) == ({"n": ["web"]}, 0)


def test_an_assumed_pod_that_is_deleted_or_followed_by_another_of_its_name_leaves() -> None:
    cache = _with_nodes("n")
    cache.assume(_WEB, _web().obj, "n")
    cache.put(PODS, _WEB, None)
    assert (_pods(cache), cache.assumed) == ({"n": []}, 0)
    cache.assume(_WEB, _web().obj, "n")
    other = _web()
    other.metadata["uid"] = "another"
    cache.put(PODS, _WEB, other.obj)
    assert (_pods(cache), cache.assumed) == ({"n": []}, 0)


def test_a_node_that_comes_after_its_pods_or_changes_has_them() -> None:
    cache = _with_nodes()
    cache.put(PODS, _WEB, _web().node("n").obj)
    cache.put(NODES, ("", "n"), node("n").cpu("4").obj)
    cache.put(NODES, ("", "n"), node("n").cpu("8").obj)
    (info,) = cache.snapshot().nodes
    assert (_pods(cache), info.requested.milli_cpu) == ({"n": ["web"]}, 1000)
    cache.put(NODES, ("", "n"), None)
    assert _pods(cache) == {}


def test_a_pod_that_has_ended_takes_no_room() -> None:
    cache = _with_nodes("n")
    cache.put(PODS, _WEB, _web().node("n").obj)
    ended = _web().node("n")
    ended.status["phase"] = "Failed"
    cache.put(PODS, _WEB, ended.obj)
    assert _pods(cache) == {"n": []}


def test_a_pod_that_waits_for_a_nominated_node_is_kept_room_for() -> None:
    cache = _with_nodes("n")
    cache.put(PODS, _WEB, _web().nominated("n").obj)
    assert [each.name for each in cache.snapshot().nominated["n"]] == ["web"]
    cache.assume(_WEB, _web().nominated("n").obj, "n")
    assert cache.snapshot().nominated == {}


def test_a_change_for_a_while_is_taken_back() -> None:
    cache = _with_nodes("m", "n")
    cache.assume(_WEB, _web().obj, "n")
    with cache.changed(PODS, _WEB, _web().node("m").obj):
        assert _pods(cache) == {"m": ["web"], "n": []}
    with cache.changed(NODES, ("", "m"), None):
        assert _pods(cache) == {"n": ["web"]}
    assert (_pods(cache), cache.assumed) == ({"m": [], "n": ["web"]}, 1)


def test_an_assumed_pod_that_ends_or_is_to_be_deleted_is_forgotten() -> None:
    ended, deleted = _web(), _web()
    ended.status["phase"] = "Failed"
    deleted.metadata["deletionTimestamp"] = "2026-11-21T03:00:00Z"
    for after in (ended, deleted):
        cache = _with_nodes("n")
        cache.assume(_WEB, _web().obj, "n")
        cache.put(PODS, _WEB, after.obj)
        assert (_pods(cache), cache.assumed) == ({"n": []}, 0)


def test_what_was_only_asked_changes_nothing() -> None:
    cache = _with_nodes("a", "b")
    for name in ("a", "b"):
        image = {"names": ["i:1"], "sizeBytes": 100 if name == "a" else 900}
        made = node(name)
        made.status["images"] = [image]
        cache.put(NODES, ("", name), made.obj)
    with cache.changed(NODES, ("", "a"), None):
        assert list(_pods(cache)) == ["b"]
    snapshot = cache.snapshot()
    assert [each.name for each in snapshot.nodes] == ["a", "b"]
    assert [each.image("i:1") for each in snapshot.nodes] == [(100, 2), (100, 2)]


def test_what_was_only_asked_lets_no_node_be_looked_at_again() -> None:
    cache = _with_nodes("a", "b")
    made = {name: node(name).image("i:1", 100).obj for name in ("a", "b")}
    cache.put(NODES, ("", "a"), made["a"])
    cache.begin_cycle()
    cache.put(NODES, ("", "b"), made["b"])
    with cache.changed(PODS, _WEB, _web().node("a").obj):
        cache.snapshot()
    assert [each.image("i:1") for each in cache.snapshot().nodes] == [(100, 1), (100, 2)]
