import pytest

from engine.model.quantity import QuantityError
from engine.scheduler.pod_info import PodInfo
from engine.scheduler.resources import Resource, is_extended, is_scalar
from engine.testing import pod


def requests(builder):
    return PodInfo(builder.obj).requests


def test_containers_run_together_and_init_containers_one_by_one():
    found = requests(pod("a").cpu("1").container(cpu="500m").init_container(cpu="2"))
    assert found.milli_cpu == 2000
    assert requests(pod("a").cpu("1").container(cpu="1500m").init_container(cpu="2")).milli_cpu == (
        2500
    )


def test_a_sidecar_runs_beside_what_comes_after_it():
    before = pod("a").cpu("1").init_container(sidecar=True, cpu="1").init_container(cpu="5")
    after = pod("a").cpu("1").init_container(cpu="5").init_container(sidecar=True, cpu="1")
    assert requests(before).milli_cpu == 6000
    assert requests(after).milli_cpu == 5000


def test_overhead_is_added_and_requests_of_the_pod_replace_those_of_containers():
    builder = pod("a").cpu("1").memory("1Ki")
    builder.spec["overhead"] = {"cpu": "100m"}
    builder.spec["resources"] = {"requests": {"cpu": "4", "example.com/x": "1"}}
    assert requests(builder) == Resource(4100, 1024)


def test_scoring_assumes_something_for_containers_that_request_none():
    found = PodInfo(pod("a").cpu("1").container().obj).non_zero_requests
    assert found == Resource(1100, 2 * 209715200)
    zero = PodInfo(pod("a").cpu("0").memory("0").obj).non_zero_requests
    assert zero == Resource()


def test_a_resize_counts_with_the_most_of_what_is_wanted_allocated_and_in_force():
    builder = pod("a").cpu("1")
    builder.status["containerStatuses"] = [
        {
            "name": "c",
            "resources": {"requests": {"cpu": "2"}},
            "allocatedResources": {"cpu": "3"},
        }
    ]
    assert requests(builder).milli_cpu == 3000
    builder.spec["containers"][0]["resources"]["requests"]["cpu"] = "9"
    assert requests(builder).milli_cpu == 9000
    builder.status["conditions"] = [{"type": "PodResizePending", "reason": "Infeasible"}]
    assert requests(builder).milli_cpu == 3000


@pytest.mark.parametrize(
    ("name", "extended", "scalar"),
    [
        ("cpu", False, False),
        ("example.com/gpu", True, True),
        ("kubernetes.io/x", False, True),
        ("requests.example.com/gpu", False, False),
        ("hugepages-2Mi", False, True),
        ("attachable-volumes-csi", False, True),
    ],
)
def test_resources_are_told_by_their_names(name, extended, scalar):
    assert (is_extended(name), is_scalar(name)) == (extended, scalar)


def test_what_is_no_quantity_is_refused_though_it_equals_one():
    with pytest.raises(QuantityError):
        requests(pod("a").container(cpu=1).container(cpu=True))
