import random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ingest.order import in_order
from ingest.rebuild import Rebuild
from ingest.revisions import placed
from tests.ingest.request_rows import (
    STATUS,
    arrived,
    at,
    created,
    patched,
    pod,
    request,
    thing,
)


def order(*requests):
    return [step.request.verb for step in in_order([arrived(requests)])]


def names(*requests):
    return [step.key.name for step in in_order([arrived(requests)])]


def test_writes_come_by_revision_whatever_the_order_of_their_answers():
    assert names(created(thing("a", 12), 0, 10), created(thing("b", 11), 1, 90)) == ["b", "a"]


def test_a_hidden_write_comes_after_what_was_answered_before_it_arrived():
    early, late = created(thing("a", 11), 0, 10), created(thing("b", 12), 40, 50)
    assert order(early, request("delete", "x", STATUS, 20, 30), late) == [
        "create",
        "delete",
        "create",
    ]


def test_of_two_answers_with_one_revision_the_first_made_it():
    first, second = patched(thing("a", 11), 0, 10), patched(thing("a", 11), 1, 20)
    steps = list(in_order([arrived([first, second])]))
    assert [(step.request.received, step.rv) for step in steps] == [(at(0), 11), (at(1), None)]


def test_an_answer_with_a_revision_that_was_shown_before_wrote_nothing():
    made, idle = created(thing("a", 11), 0, 10), patched(thing("b", 9), 20, 30)
    assert [step.rv for step in in_order([[made, idle]])] == [11, None]


def test_a_binding_comes_before_the_first_version_with_a_node():
    new = created(pod("a", 11), 0, 10)
    binding = request("create", "a", STATUS, 20, 90, subresource="binding", resource="pods")
    running = patched(pod("a", 13, node="n1"), 30, 40)
    assert order(new, binding, running) == ["create", "create", "patch"]


def test_a_binding_comes_after_the_last_version_without_a_node():
    new = created(pod("a", 11), 0, 10)
    binding = request("create", "a", STATUS, 20, 25, subresource="binding", resource="pods")
    gated = patched(pod("a", 12), 21, 90)
    other = created(pod("b", 14), 22, 95)
    placed_ = [(s.request.verb, s.key.name) for s in in_order([[new, binding, gated, other]])]
    assert placed_.index(("patch", "a")) < placed_.index(("create", "a"), 1)


def test_a_hidden_delete_comes_before_a_new_object_of_that_name():
    new = created(thing("a", 12, uid="second"), 5, 10)
    gone = request("delete", "a", {**STATUS, "details": {"uid": "first"}}, 0, 90)
    assert order(gone, new) == ["delete", "create"]


def test_an_update_that_empties_a_deleted_object_is_no_write():
    last = {"deletionTimestamp": "2026-11-21T03:00:00Z", "deletionGracePeriodSeconds": 0}
    emptied = patched(thing("a", 11, **last), 0, 10)
    assert [step.rv for step in in_order([[emptied]])] == [None]


def test_what_is_known_of_one_object_of_a_collection_bounds_those_before_it():
    items = [thing("a", 5), thing("b", 6)]
    listing = {"kind": "ConfigMapList", "metadata": {"resourceVersion": "10"}, "items": items}
    whole = request("deletecollection", None, listing, 0, 100)
    new = created(thing("b", 15, uid="second"), 50, 60)
    steps = list(in_order([[whole, new]]))
    assert [(step.key.name, step.upper) for step in steps if step.item] == [("a", 15), ("b", 15)]


def test_clocks_that_differ_are_found_out_by_creations():
    here = [created(thing(f"a{i}", 10 + 2 * i), 100 * i, 100 * i + 10) for i in range(9)]
    ahead = [
        created(thing(f"b{i}", 11 + 2 * i), 100 * i + 30_050, 100 * i + 30_060) for i in range(9)
    ]
    behind = patched(thing("b0", 50), 30_900, 30_910)
    steps = list(in_order([arrived([*here, *ahead, behind])]))
    assert [step.rv for step in steps] == [*range(10, 28), 50]


@st.composite
def histories(draw):
    """A true history, and the requests that a log would hold of it."""
    rng = random.Random(draw(st.integers(0, 10**6)))
    count = draw(st.integers(1, 40))
    living, truth, requests = {}, [], []
    commit = 0.0
    rv = 100
    for serial in range(count):
        commit += rng.expovariate(0.2)
        rv += rng.choice((1, 1, 1, 2))  # now and then a write that is never logged
        name = rng.choice("abcd")
        received = commit - rng.expovariate(0.2)
        answered = commit + rng.expovariate(0.1)
        if name not in living:
            living[name] = f"uid-{serial}"
            answer = thing(name, rv, living[name])
            requests.append(created(answer, received, answered, audit_id=str(serial)))
            truth.append((rv, "PUT", living[name]))
        elif rng.random() < 0.4:
            uid = living.pop(name)
            answer = {**STATUS, "details": {"uid": uid}}
            gone = request("delete", name, answer, received, answered, audit_id=str(serial))
            requests.append(replace(gone, uid=uid))
            truth.append((rv, "DELETE", uid))
        else:
            answer = thing(name, rv, living[name], labels={"serial": str(serial)})
            requests.append(patched(answer, received, answered, audit_id=str(serial)))
            truth.append((rv, "PUT", living[name]))
    return truth, arrived(requests)


def rebuilt(batches):
    versions = placed(Rebuild().versions(in_order(batches)))
    return [(v.rv, v.type, v.uid) for v in versions]


@given(histories())
@settings(deadline=None)
def test_a_history_comes_back_from_its_log_in_any_order_of_answers(history):
    truth, requests = history
    found = rebuilt([requests])
    assert sorted((t, uid) for _, t, uid in found) == sorted((t, uid) for _, t, uid in truth)
    shown = [entry for entry in found if entry[1] == "PUT"]
    assert shown == [entry for entry in truth if entry[1] == "PUT"]
    for rv, kind, uid in found:
        assert rv is None or (rv, kind, uid) in truth
    for uid in {uid for *_, uid in truth}:
        own = [kind for _, kind, u in found if u == uid]
        assert own == [kind for _, kind, u in truth if u == uid]


@given(histories(), st.integers(1, 7))
@settings(deadline=None)
def test_how_requests_are_cut_into_batches_changes_nothing(history, size):
    requests = history[1]
    batches = [requests[i : i + size] for i in range(0, len(requests), size)]
    assert rebuilt(batches) == rebuilt([requests])


@given(histories(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_requests_of_the_same_time_changes_nothing(history, rng):
    requests = [
        replace(r, received=r.received // 20_000 * 20_000, answered=r.answered) for r in history[1]
    ]
    shuffled = list(requests)
    rng.shuffle(shuffled)
    shuffled.sort(key=lambda r: r.received)
    assert rebuilt([shuffled]) == rebuilt([sorted(requests, key=lambda r: r.received)])
