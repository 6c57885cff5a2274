import pytest

from engine.apiserver.deletion import (
    Deletion,
    delete,
    emptied,
    fate_of_deleted,
    finalizers_after,
    pod_grace_seconds,
)

NOW = 1_800_000_000  # 2027-01-15T08:00:00Z


def thing(**metadata):
    return {"metadata": {"name": "a", **metadata}}


def pod(node="n1", phase="Running", grace=30, **metadata):
    spec = {"terminationGracePeriodSeconds": grace, **({"nodeName": node} if node else {})}
    return {**thing(**metadata), "spec": spec, "status": {"phase": phase}}


def marked(**metadata):
    return {"deletionTimestamp": "2027-01-15T08:00:20Z", **metadata}


def test_an_object_without_finalizers_goes_at_once():
    assert delete(thing(), [], None, NOW, graceful=False).fate is Deletion.REMOVED


def test_a_finalizer_keeps_an_object_that_is_marked():
    outcome = delete(thing(generation=3), ["x"], None, NOW, graceful=False)
    assert outcome.fate is Deletion.MARKED
    assert outcome.stored == thing(
        generation=4,
        deletionTimestamp="2027-01-15T08:00:00Z",
        deletionGracePeriodSeconds=0,
        finalizers=["x"],
    )


def test_a_running_pod_gets_its_grace_period():
    outcome = delete(pod(), [], None, NOW, graceful=True)
    assert outcome.fate is Deletion.MARKED
    assert outcome.stored["metadata"]["deletionTimestamp"] == "2027-01-15T08:00:30Z"
    assert outcome.stored["metadata"]["deletionGracePeriodSeconds"] == 30


@pytest.mark.parametrize("idle", [pod(node=""), pod(phase="Failed"), pod(phase="Succeeded")])
def test_a_pod_that_does_not_run_is_marked_and_goes(idle):
    outcome = delete(idle, [], None, NOW, graceful=True)
    assert outcome.fate is Deletion.MARKED_AND_REMOVED
    assert outcome.stored["metadata"]["deletionGracePeriodSeconds"] == 0


def test_a_second_delete_without_a_shorter_period_does_nothing():
    dying = pod(**marked(deletionGracePeriodSeconds=30))
    assert delete(dying, [], None, NOW, graceful=True).fate is Deletion.NOTHING
    assert delete(dying, [], 30, NOW, graceful=True).fate is Deletion.NOTHING


def test_a_second_delete_moves_the_end_by_the_difference_of_the_periods():
    dying = pod(generation=2, **marked(deletionGracePeriodSeconds=30))
    outcome = delete(dying, [], 20, NOW, graceful=True)
    assert outcome.stored["metadata"] == {
        "name": "a",
        "generation": 2,
        "deletionTimestamp": "2027-01-15T08:00:10Z",
        "deletionGracePeriodSeconds": 20,
    }


def test_a_second_delete_never_moves_the_end_before_now():
    dying = pod(**marked(deletionGracePeriodSeconds=30))
    outcome = delete(dying, [], 5, NOW, graceful=True)
    assert outcome.stored["metadata"]["deletionTimestamp"] == "2027-01-15T08:00:00Z"
    assert outcome.stored["metadata"]["deletionGracePeriodSeconds"] == 1


def test_a_forced_delete_of_a_dying_pod_is_a_mark_and_the_end():
    dying = pod(**marked(deletionGracePeriodSeconds=30))
    assert delete(dying, [], 0, NOW, graceful=True).fate is Deletion.MARKED_AND_REMOVED


def test_a_pod_that_was_marked_with_no_period_left_goes_without_another_mark():
    dying = pod(**marked(deletionGracePeriodSeconds=0))
    assert delete(dying, [], None, NOW, graceful=True).fate is Deletion.REMOVED
    assert delete(dying, ["x"], None, NOW, graceful=True).fate is not Deletion.REMOVED


def test_an_object_that_waits_for_its_finalizers_goes_on_waiting():
    waiting = thing(**marked(deletionGracePeriodSeconds=0, finalizers=["x"]))
    assert delete(waiting, ["x"], None, NOW, graceful=False).fate is Deletion.NOTHING


@pytest.mark.parametrize(
    ("before", "policy", "orphan", "default", "after"),
    [
        ([], None, None, False, []),
        ([], None, None, True, ["orphan"]),
        ([], "Foreground", None, False, ["foregroundDeletion"]),
        (["x"], "Orphan", None, False, ["x", "orphan"]),
        (["orphan"], "Background", None, False, []),
        (["orphan"], None, None, False, ["orphan"]),
        (["foregroundDeletion", "x"], None, None, True, ["foregroundDeletion", "x"]),
        ([], "Background", None, True, []),
        (["foregroundDeletion"], None, True, False, ["orphan"]),
        (["x"], None, False, True, ["x"]),
    ],
)
def test_the_garbage_collectors_finalizer_is_asked_for_there_or_default(
    before, policy, orphan, default, after
):
    assert finalizers_after(before, policy, orphan, orphan_by_default=default) == after


@pytest.mark.parametrize(
    ("of", "requested", "seconds"),
    [
        (pod(), None, 30),
        (pod(), 5, 5),
        (pod(), -3, 1),
        (pod(grace=None), None, 0),
        (pod(node=""), 5, 0),
        (pod(phase="Succeeded"), 5, 0),
    ],
)
def test_the_grace_period_of_a_pod(of, requested, seconds):
    assert pod_grace_seconds(of, requested) == seconds


@pytest.mark.parametrize(
    ("metadata", "fate"),
    [
        ({}, Deletion.REMOVED),
        (marked(deletionGracePeriodSeconds=0), Deletion.MARKED_AND_REMOVED),
        (marked(deletionGracePeriodSeconds=30), Deletion.MARKED),
        (marked(deletionGracePeriodSeconds=0, finalizers=["x"]), Deletion.MARKED),
        (marked(), Deletion.MARKED),
    ],
)
def test_what_an_answer_tells_of_a_delete(metadata, fate):
    assert fate_of_deleted(metadata) is fate


@pytest.mark.parametrize(
    ("kind", "metadata", "spec", "gone"),
    [
        ("Pod", {}, {}, False),
        ("Pod", marked(deletionGracePeriodSeconds=30), {}, False),
        ("Pod", marked(deletionGracePeriodSeconds=0), {}, True),
        ("Pod", marked(deletionGracePeriodSeconds=0, finalizers=["x"]), {}, False),
        ("Namespace", marked(), {"finalizers": ["kubernetes"]}, False),
        ("Namespace", marked(), {}, True),
        ("CustomResourceDefinition", marked(), {}, True),
    ],
)
def test_an_update_that_empties_a_deleted_object_removes_it(kind, metadata, spec, gone):
    assert emptied(kind, metadata, spec) is gone
