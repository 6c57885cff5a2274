from tests.ingest.request_rows import STATUS, created, history, request, thing, told

GC = "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/x/generic-garbage-collector"


def gone(name, received, answered, **fields):
    answer = {**STATUS, "details": {"uid": f"uid-{name}"}}
    return request("delete", name, answer, received, answered, **fields)


def child(name, rv, owner):
    return thing(name, rv, ownerReferences=[{"uid": f"uid-{owner}"}])


def test_the_garbage_collector_comes_after_the_owner_is_gone():
    versions = history(
        created(thing("owner", 10), 0, 1),
        created(child("part", 11, "owner"), 2, 3),
        gone("owner", 10, 90),
        gone("part", 40, 60, agent=GC),
        created(thing("x", 14), 100, 110),
    )
    assert told(versions)[2:4] == [("DELETE", "owner", 12), ("DELETE", "part", 13)]


def test_who_finds_nothing_shows_that_it_is_gone():
    missing = request("get", "a", {**STATUS, "status": "Failure"}, 30, 40, code=404)
    versions = history(
        created(thing("a", 10), 0, 1),
        created(thing("b", 11), 2, 3),
        gone("a", 10, 90),
        missing,
        gone("b", 50, 80),
        created(thing("x", 14), 100, 110),
    )
    assert told(versions)[2:4] == [("DELETE", "a", 12), ("DELETE", "b", 13)]


def test_who_found_nothing_before_the_removal_was_asked_for_shows_nothing():
    missing = request("get", "a", {**STATUS, "status": "Failure"}, 4, 12, code=404)
    versions = history(
        created(thing("a", 10), 0, 1),
        created(thing("b", 11), 2, 3),
        missing,
        gone("a", 5, 90),
        gone("b", 20, 80),
        created(thing("x", 14), 100, 110),
    )
    assert [rv for *_, rv in told(versions)[2:4]] == [None, None]
