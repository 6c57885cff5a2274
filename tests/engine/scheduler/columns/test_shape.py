"""Pods of one template share a shape; what the scheduler reads makes another."""

import pytest

from engine.scheduler.columns.registry import FILTERS, SCORES, SILENT
from engine.scheduler.columns.shape import Shapes, kind_of, shape_of
from engine.scheduler.contract import FilterPlugin, ScorePlugin
from engine.scheduler.plugins.registry import MAKERS
from engine.scheduler.pod_info import PodInfo
from engine.testing import HOSTNAME, other, pod


def shape(built):
    return shape_of(PodInfo(built.obj))


def kind(built):
    return kind_of(PodInfo(built.obj), shape(built))


def test_names_nodes_and_what_only_the_kubelet_reads_make_no_other_shape():
    second = pod("b").label("app", "web").node("n1").volume(configMap={"name": "c"})
    second.spec["containers"][0] |= {"env": [{"name": "A", "value": "1"}], "command": ["sleep"]}
    assert shape(pod("a")) == shape(second)


@pytest.mark.parametrize(
    "second",
    [
        pod("a", "other"),
        pod("a").cpu("1"),
        pod("a").container(cpu="1"),
        pod("a").init_container(cpu="1"),
        pod("a").image("other"),
        pod("a").host_port(80),
        pod("a").tolerates("k"),
        pod("a").node_selector("disk", "ssd"),
        pod("a").near({"app": "web"}),
        pod("a").spread(HOSTNAME, {"app": "web"}),
        pod("a").claim("data"),
        pod("a").priority(3),
    ],
)
def test_what_plugins_read_makes_another_shape(second):
    assert shape(second) != shape(pod("a"))


def test_resources_that_a_resize_has_in_force_make_another_shape():
    resized = pod("a").cpu("1")
    resized.status["containerStatuses"] = [
        {"name": "c", "resources": {"requests": {"cpu": "2"}}},
    ]
    assert shape(resized) != shape(pod("a").cpu("1"))


@pytest.mark.parametrize(
    "second",
    [
        pod("a").label("app", "web"),
        pod("a").node("n1"),
        pod("a").owned_by(other("apps/v1", "ReplicaSet", "web", "default")),
    ],
)
def test_labels_the_owner_and_the_node_make_another_kind(second):
    assert kind(second) != kind(pod("a"))


def test_a_pod_keeps_what_is_its_own():
    shapes = Shapes()
    shapes.read(pod("a").label("app", "web").cpu("1").node("n1").started("x").obj)
    second, _ = shapes.read(pod("b").cpu("1").node("n2").terminating().obj)
    assert (second.name, second.node_name, second.labels) == ("b", "n2", {})
    assert (second.terminating, second.requests.milli_cpu) == (True, 1000)


def test_every_filter_and_score_has_a_columnar_form_or_says_nothing_of_covered_pods():
    plugins = {name: make({}) for name, make in MAKERS.items()}
    filters = {name for name, each in plugins.items() if isinstance(each, FilterPlugin)}
    scores = {name for name, each in plugins.items() if isinstance(each, ScorePlugin)}
    assert filters - SILENT == set(FILTERS)
    assert scores - SILENT == set(SCORES)
