"""What would have to change where nodes have not enough for a pod."""

import pytest

from engine.scheduler.plugins.node_resources_fit import REASON_PODS
from engine.scheduler.reading import mappings
from engine.scheduler.remedies.cluster_changes import AddNode, RemovePod
from engine.scheduler.remedies.evidence import Shortage
from engine.scheduler.remedies.pod_changes import LowerRequest
from engine.scheduler.remedies.requests import lowered
from engine.scheduler.resources import Resource, pod_requests
from engine.testing import node, pod
from tests.engine.scheduler.remedies.asked import found, reasons, told

CPU = "Insufficient cpu"
GPU = "nvidia.com/gpu"


def _requests(obj):
    return [each["resources"]["requests"] for each in mappings(obj, "spec", "containers")]


def test_the_smallest_change_of_a_request_is_to_what_the_emptiest_node_has_free() -> None:
    nodes = [node("n1").cpu("1"), node("n2").cpu("1500m"), node("n3").cpu("2500m")]
    result = found(pod("web").cpu("4"), nodes)
    assert told(result, CPU) == [((LowerRequest("cpu", 4000, 2500),), ("n3",))]
    (reason,) = result.reasons
    assert reason.nodes == ("n3", "n2", "n1")
    assert reason.evidence[0] == ("n3", Shortage("cpu", 4000, 2500, 2500))


def test_a_node_of_which_nothing_is_free_is_no_answer_to_a_smaller_request() -> None:
    full = pod("full").cpu("1").node("n").priority(7)
    result = found(pod("web").cpu("1"), [node("n").cpu("1")], [full])
    kinds = [type(way[0]) for way, _ in told(result, CPU)]
    assert kinds == [RemovePod]


def test_one_pod_is_named_that_would_make_room_the_least_important_one() -> None:
    pods = [
        pod("high").cpu("2").node("n").priority(5),
        pod("low").cpu("2").node("n").priority(1),
        pod("small").cpu("100m").node("n"),
    ]
    result = found(pod("web").cpu("1500m"), [node("n").cpu("4100m")], pods)
    ((removed,), _) = told(result, CPU)[-1]
    assert removed.name == "low"


def test_a_pod_that_is_going_anyway_comes_before_all_others() -> None:
    pods = [pod("low").cpu("2").node("n"), pod("going").cpu("2").node("n").priority(9)]
    pods[1].terminating()
    ((removed,), _) = told(found(pod("web").cpu("1"), [node("n").cpu("4")], pods), CPU)[-1]
    assert (removed.name, removed.terminating) == ("going", True)


def test_pods_that_would_be_back_at_once_are_not_named() -> None:
    daemon = pod("agent").cpu("2").node("n")
    daemon.metadata["ownerReferences"] = [{"kind": "DaemonSet", "name": "a", "controller": True}]
    result = found(pod("web").cpu("2"), [node("n").cpu("3")], [daemon])
    assert [type(way[0]) for way, _ in told(result, CPU)] == [LowerRequest]


def test_several_pods_go_where_one_is_not_enough_and_none_that_need_not() -> None:
    pods = [pod(f"p{number}").cpu("1").node("n") for number in range(4)]
    way, _ = told(found(pod("web").cpu("2"), [node("n").cpu("4")], pods), CPU)[-1]
    assert [each.name for each in way] == ["p0", "p1"]


def test_a_pod_that_is_too_large_for_every_node_needs_a_larger_one() -> None:
    result = found(pod("web").cpu("64"), [node("n").cpu("4")])
    assert told(result, CPU) == [((LowerRequest("cpu", 64000, 4000),), ("n",))]
    assert result.new_node is not None
    assert result.new_node.changes == (AddNode("n", amounts=(("cpu", 64000),)),)


def test_where_a_node_is_full_an_empty_one_of_its_kind_helps_the_smallest_first() -> None:
    nodes = [node("large").cpu("16"), node("small").cpu("2")]
    pods = [pod("a").cpu("16").node("large"), pod("b").cpu("2").node("small")]
    result = found(pod("web").cpu("1"), nodes, pods)
    assert result.new_node is not None
    assert (result.new_node.changes, result.new_node.fits) == ((AddNode("small"),), ("small+1",))


def test_a_device_that_another_pod_has_is_free_without_it() -> None:
    nodes = [node("plain").cpu("4"), node("gpu").cpu("4").allocatable(**{GPU: "1"})]
    user = pod("train").request_of(GPU, "1").node("gpu")
    result = found(pod("web").request_of(GPU, "1"), nodes, [user])
    ((removed,), fits) = told(result, f"Insufficient {GPU}")[0]
    assert (removed.name, fits) == ("train", ("gpu",))
    assert result.reasons[0].nodes == ("gpu", "plain")


def test_a_node_that_runs_all_the_pods_it_may_needs_one_less() -> None:
    running = pod("a").node("n")
    result = found(pod("web"), [node("n").allocatable(pods="1")], [running])
    ((removed,), _), *others = told(result, REASON_PODS)
    assert (removed.name, others) == ("a", [])
    assert result.reasons[0].evidence == (("n", Shortage("pods", 1, 0, 1)),)


def test_what_is_kept_for_a_nominated_pod_is_not_free() -> None:
    kept = pod("kept").cpu("3").priority(9).nominated("n")
    result = found(pod("web").cpu("2"), [node("n").cpu("4")], [kept])
    assert result.reasons[0].evidence == (("n", Shortage("cpu", 2000, 1000, 4000, 3000)),)
    ways = [way for way, _ in told(result, CPU)]
    assert ways[0] == (LowerRequest("cpu", 2000, 1000),)
    assert [each.name for each in ways[1]] == ["kept"]


def test_two_resources_on_one_node_are_two_changes_together() -> None:
    result = found(pod("web").cpu("4").memory("8Gi"), [node("n").cpu("1").memory("1Gi")])
    assert reasons(result) == {CPU: (("n",), 0), "Insufficient memory": (("n",), 0)}
    assert result.together is not None
    assert set(result.together.changes) == {
        LowerRequest("cpu", 4000, 1000),
        LowerRequest("memory", 8 << 30, 1 << 30),
    }


def test_of_several_containers_the_largest_request_less() -> None:
    web = pod("web").cpu("1").container(cpu="3")
    assert [each["cpu"] for each in _requests(lowered(web.obj, "cpu", 2500))] == ["1", "1500m"]
    assert [each["cpu"] for each in _requests(web.obj)] == ["1", "3"]


@pytest.mark.parametrize("limit", [2500, 1500, 400, 1])
def test_init_containers_and_sidecars_are_lowered_as_far_as_they_count(limit) -> None:
    web = pod("web").cpu("1").init_container(cpu="3").init_container(sidecar=True, cpu="500m")
    amounts = pod_requests(lowered(web.obj, "cpu", limit), with_status=False)
    assert Resource.of(amounts).milli_cpu == limit


def test_what_is_requested_for_the_pod_as_a_whole_is_lowered_itself() -> None:
    web = pod("web").cpu("1")
    web.spec["resources"] = {"requests": {"cpu": "3"}}
    result = found(web, [node("n").cpu("2")])
    assert told(result, CPU)[0] == ((LowerRequest("cpu", 3000, 2000),), ("n",))


def test_overhead_cannot_be_lowered() -> None:
    web = pod("web").cpu("1")
    web.spec["overhead"] = {"cpu": "3"}
    result = found(web, [node("n").cpu("2")])
    assert told(result, CPU) == []
