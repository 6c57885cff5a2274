"""The whole scheduler, in small clusters: what it is told, and what it would write."""

import pytest

from engine.kernel.chance import Stream
from engine.model.timestamp import SECOND_NS
from engine.scheduler.configuration import Configuration
from engine.scheduler.cycle import NotModelledError
from engine.scheduler.outcome import drawn_from, first_by_name
from engine.scheduler.scheduler import Scheduler
from engine.testing import node, other, pod

START_NS = 1_800_000_000 * SECOND_NS


def at(seconds):
    return START_NS + int(seconds * SECOND_NS)


def started(*builders, draw=first_by_name):
    scheduler = Scheduler(Configuration(), start_ns=START_NS, draw=draw)
    for each in builders:
        scheduler.told(each.obj, START_NS)
    return scheduler


def roomy(name, cpu="2"):
    return node(name).cpu(cpu).memory("4Gi")


def told_as_bound(scheduler, outcome, seconds):
    obj = {**outcome.pod.obj, "spec": {**outcome.pod.obj["spec"], "nodeName": outcome.node}}
    scheduler.told(obj, at(seconds))
    return scheduler.answered(outcome.pod.uid, at(seconds))


def requests(outcome):
    return [(write.verb, write.resource, write.name, write.subresource) for write in outcome.writes]


def test_a_pod_is_bound_to_the_node_with_room():
    outcome = started(roomy("n1", "1"), roomy("n2"), pod("a").cpu("2")).step(at(0))
    assert requests(outcome) == [("create", "pods", "a", "binding")]
    assert outcome.writes[0].body["target"] == {"kind": "Node", "name": "n2"}


def test_the_event_of_a_binding_comes_with_the_answer():
    scheduler = started(roomy("n1"), pod("a"))
    outcome = scheduler.step(at(0))
    assert outcome.events == []
    done = told_as_bound(scheduler, outcome, 0.1)
    [event] = done.events
    assert (event.reason, event.note) == ("Scheduled", "Successfully assigned default/a to n1")


def test_a_pod_that_was_rejected_goes_where_a_new_node_has_room():
    scheduler = started(roomy("n1"), roomy("n2"), pod("a").cpu("3"))
    outcome = scheduler.step(at(0))
    [condition] = outcome.writes[0].body["status"]["conditions"]
    assert condition["message"] == (
        "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: "
        "0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    )
    assert scheduler.step(at(1)) is None
    scheduler.told(roomy("n3", "2").obj, at(2))
    assert scheduler.step(at(2)) is None
    scheduler.told(roomy("n4", "4").obj, at(3))
    assert scheduler.step(at(3)).node == "n4"


def test_the_same_message_again_is_not_written_again():
    scheduler = started(roomy("n1"), pod("a").cpu("3"))
    first = scheduler.step(at(0))
    obj = {**first.pod.obj, "metadata": {**first.pod.obj["metadata"], "resourceVersion": "2"}}
    obj["status"] = {**obj["status"], **first.writes[0].body["status"]}
    scheduler.told(obj, at(0.1))
    scheduler.queue.activate(first.pod, at(5))
    again = scheduler.step(at(5))
    assert again.writes == []
    assert [event.reason for event in again.events] == ["FailedScheduling"]


def test_what_is_assumed_takes_room_before_it_is_confirmed():
    scheduler = started(roomy("n1"), pod("a").cpu("2"), pod("b").cpu("2"))
    assert scheduler.step(at(0)).node == "n1"
    assert scheduler.step(at(0)).node == ""


def test_a_binding_that_is_refused_gives_its_room_back_and_is_tried_after_a_backoff():
    scheduler = started(roomy("n1"), pod("a").cpu("2"), pod("b").cpu("2"))
    scheduler.step(at(0))
    scheduler.step(at(0))
    outcome = scheduler.answered("Pod/default/a", at(0.5), "conflict")
    [condition] = outcome.writes[0].body["status"]["conditions"]
    assert (condition["reason"], condition["message"]) == ("SchedulerError", "conflict")
    assert scheduler.step(at(0.6)).pod.name == "b"
    assert [each.info.name for each in scheduler.queue.backing_off] == ["a"]


def test_without_nodes_a_pod_is_tried_again_by_time_alone():
    scheduler = started(pod("a"))
    assert scheduler.step(at(0)).decision.message == "no nodes available to schedule pods"
    assert scheduler.next_wake_ns(at(0)) == at(2)
    assert scheduler.step(at(1.9)) is None
    assert scheduler.step(at(2)).pod.name == "a"


def test_a_seed_draws_among_the_best_nodes_and_the_whole_set_is_told():
    cluster = [roomy(f"n{i}") for i in range(5)] + [pod("a")]
    found = [started(*cluster, draw=drawn_from(Stream(s, "scheduler"))).step(at(0)) for s in (1, 1)]
    assert found[0].node == found[1].node
    assert found[0].decision.best == ["n0", "n1", "n2", "n3", "n4"]
    several = {
        started(*cluster, draw=drawn_from(Stream(s, "scheduler"))).step(at(0)).node
        for s in range(20)
    }
    assert len(several) > 1
    assert started(*cluster).step(at(0)).node == "n0"


def test_a_pod_that_is_being_deleted_is_not_scheduled():
    outcome = started(roomy("n1"), pod("a").terminating()).step(at(0))
    assert outcome.writes == []
    assert outcome.events[0].note == "skip schedule deleting pod: default/a"


def test_a_pod_of_another_scheduler_is_left_alone():
    asked = pod("a")
    asked.spec["schedulerName"] = "mine"
    assert started(roomy("n1"), asked).step(at(0)) is None


def test_a_pod_that_is_not_modelled_is_refused_when_it_comes():
    asked = pod("a")
    asked.spec["resourceClaims"] = [{"name": "gpu"}]
    with pytest.raises(NotModelledError):
        started(roomy("n1"), asked)


def preempting():
    scheduler = started(
        roomy("n1"), pod("low").cpu("2").priority(1).node("n1"), pod("high").cpu("2").priority(9)
    )
    return scheduler, scheduler.step(at(0))


def test_preemption_names_the_node_and_deletes_the_victims():
    _, outcome = preempting()
    assert requests(outcome) == [
        ("patch", "pods", "low", "status"),
        ("delete", "pods", "low", ""),
        ("patch", "pods", "high", "status"),
    ]
    assert outcome.writes[2].body["status"]["nominatedNodeName"] == "n1"
    assert [event.reason for event in outcome.events] == ["Preempted", "FailedScheduling"]
    assert outcome.events[0].note == "Preempted by pod Pod/default/high on node n1"


def test_room_made_by_preemption_is_kept_while_the_pod_waits():
    scheduler, _ = preempting()
    scheduler.told(pod("sneaky").cpu("2").priority(5).obj, at(0.1))
    scheduler.victims_deleted(scheduler.queue.unschedulable[0].info, at(0.1))
    scheduler.told(pod("low").cpu("2").priority(1).node("n1").obj, at(0.2), deleted=True)
    found = [scheduler.step(at(0.2)) for _ in range(2)]
    assert [(each.pod.name, each.node) for each in found] == [("sneaky", ""), ("high", "n1")]


def test_a_pod_whose_victims_are_still_being_deleted_stays_out_of_the_queue():
    scheduler, outcome = preempting()
    scheduler.told(roomy("n2").obj, at(1))
    assert scheduler.step(at(1)) is None
    scheduler.victims_deleted(outcome.pod, at(2), failed=True)
    assert scheduler.step(at(2)).node == "n2"


def claimed():
    storage = other(
        "storage.k8s.io/v1", "StorageClass", "local",
        provisioner="kubernetes.io/no-provisioner", volumeBindingMode="WaitForFirstConsumer",
    )  # fmt: skip
    claim = other("v1", "PersistentVolumeClaim", "c", "default")
    claim.obj["spec"] = {
        "storageClassName": "local", "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    }  # fmt: skip
    volume = other("v1", "PersistentVolume", "v")
    volume.obj["spec"] = {
        "storageClassName": "local", "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "1Gi"},
    }  # fmt: skip
    volume.obj["status"] = {"phase": "Available"}
    return storage, claim, volume


def test_volumes_are_bound_before_the_pod_is():
    storage, claim, volume = claimed()
    scheduler = started(roomy("n1"), storage, claim, volume, pod("a").claim("c"))
    outcome = scheduler.step(at(0))
    assert requests(outcome) == [
        ("patch", "pods", "a", "status"),
        ("update", "persistentvolumes", "v", ""),
    ]
    assert outcome.writes[0].body == {"status": {"nominatedNodeName": "n1"}}
    assert outcome.writes[1].body["spec"]["claimRef"]["uid"] == claim.obj["metadata"]["uid"]
    assert scheduler.step(at(1)) is None
    claim.obj["spec"]["volumeName"] = "v"
    claim.annotation("pv.kubernetes.io/bind-completed", "yes")
    scheduler.told(claim.obj, at(1.5))
    assert scheduler.step(at(1.9)) is None
    assert requests(scheduler.step(at(2))) == [("create", "pods", "a", "binding")]


def test_a_volume_is_promised_to_one_pod_only():
    storage, claim, volume = claimed()
    second = other("v1", "PersistentVolumeClaim", "d", "default")
    second.obj["spec"] = claim.obj["spec"]
    scheduler = started(
        roomy("n1"), storage, claim, second, volume, pod("a").claim("c"), pod("b").claim("d")
    )
    assert scheduler.step(at(0)).node == "n1"
    assert scheduler.step(at(0)).decision.message.startswith(
        "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind."
    )


def test_volumes_that_are_not_bound_in_time_are_given_up():
    storage, claim, volume = claimed()
    scheduler = started(roomy("n1"), storage, claim, volume, pod("a").claim("c"))
    scheduler.step(at(0))
    assert scheduler.step(at(599)) is None
    outcome = scheduler.step(at(600))
    assert outcome.events[0].note == "binding volumes: context deadline exceeded"
    assert scheduler.cache.objects.volumes["", "v"] == volume.obj
