from ingest.revisions import EARLY_MAX, placed
from tests.ingest.request_rows import STATUS, created, history, pod, request, thing, told


def gone(name, received, answered, **fields):
    return request("delete", name, STATUS, received, answered, uid=f"uid-{name}", **fields)


def test_the_only_free_revision_between_the_bounds_is_the_hidden_one():
    versions = history(
        created(thing("a", 10), 0, 10), gone("x", 20, 30), created(thing("b", 12), 40, 50)
    )
    assert told(versions) == [("PUT", "a", 10), ("DELETE", "x", 11), ("PUT", "b", 12)]


def test_of_two_free_revisions_neither_is_claimed():
    versions = history(
        created(thing("a", 10), 0, 10), gone("x", 20, 30), created(thing("b", 13), 40, 50)
    )
    assert told(versions) == [("PUT", "a", 10), ("DELETE", "x", None), ("PUT", "b", 13)]


def test_hidden_writes_that_did_not_overlap_share_the_free_revisions_in_their_order():
    versions = history(
        created(thing("a", 10), 0, 10),
        gone("y", 40, 50),
        gone("x", 20, 30),
        created(thing("b", 13), 60, 70),
    )
    assert told(versions)[1:3] == [("DELETE", "x", 11), ("DELETE", "y", 12)]


def test_hidden_writes_that_overlap_are_not_told_apart():
    versions = history(
        created(thing("a", 10), 0, 10),
        gone("x", 20, 40),
        gone("y", 21, 41),
        created(thing("b", 13), 60, 70),
    )
    assert [rv for *_, rv in told(versions)] == [10, None, None, 13]


def test_an_open_write_is_placed_by_time_among_few_revisions():
    versions = history(
        created(thing("a", 10), 0, 10),
        gone("x", 5, 25),
        gone("y", 5, 45),
        created(thing("b", 12), 4, 35),
        created(thing("c", 14), 50, 60),
    )
    assert [name for _, name, _ in told(versions)] == ["a", "x", "b", "y", "c"]


def test_an_open_write_is_placed_late_among_many():
    others = [created(thing(f"o{i}", 12 + i), 4, 300) for i in range(EARLY_MAX + 1)]
    versions = history(
        created(thing("a", 10), 0, 3),
        *others,
        gone("x", 4, 200),
        gone("y", 4, 310),
        created(thing("c", 13 + len(others)), 400, 410),
    )
    assert [name for _, name, _ in told(versions)][-3:] == ["x", "y", "c"]


def test_contradictions_cost_no_version_and_claim_no_revision():
    versions = history(
        created(thing("a", 10), 0, 10),
        gone("x", 20, 30),
        gone("y", 20, 30),
        created(thing("b", 12), 40, 50),
    )
    assert sorted(told(versions), key=str) == sorted(
        [("PUT", "a", 10), ("DELETE", "x", None), ("DELETE", "y", None), ("PUT", "b", 12)], key=str
    )


def test_a_revision_of_astronomic_size_costs_no_time():
    far = 10**17
    versions = history(
        created(thing("a", 10), 0, 10), gone("x", 20, 30), created(thing("b", far), 40, 50)
    )
    assert told(versions)[-1] == ("PUT", "b", far)


def test_what_is_held_back_comes_out_whole_and_in_order():
    requests = [created(thing(f"n{i}", 100 + i), 10 * i, 10 * i + 25) for i in range(60)]
    versions = history(*requests)
    assert [v.rv for v in placed(versions, window=7)] == list(range(100, 160))


def test_a_request_that_names_the_revision_that_it_changed_reveals_it():
    new = created(pod("a", 10), 0, 5)
    binding = request("create", "a", STATUS, 10, 20, subresource="binding", resource="pods",
                      body={"target": {"name": "n1"}})  # fmt: skip
    update = request("update", "a", pod("a", 19, node="n1"), 30, 40,
                     body={"metadata": {"resourceVersion": "14"}})  # fmt: skip
    assert told(history(new, binding, update))[1] == ("PUT", "a", 14)


def test_an_event_reveals_the_revision_of_what_it_is_about():
    new = created(pod("a", 10), 0, 5)
    binding = request("create", "a", STATUS, 10, 20, subresource="binding", resource="pods",
                      body={"target": {"name": "n1"}})  # fmt: skip
    event = {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {"name": "e", "namespace": "shop", "uid": "e", "resourceVersion": "19"},
        "involvedObject": {"uid": "uid-a", "resourceVersion": "14"},
    }
    told_ = created(event, 30, 40, resource="events")
    assert told(history(new, binding, told_))[1] == ("PUT", "a", 14)
