import json

from engine.testing import node, pod
from reports.scheduling.annotations import as_json
from tests.reports.scheduling.told import case


def _told(given):
    (record,) = json.loads(as_json([given]))
    return record, {
        key.removeprefix("scheduler-simulator/"): json.loads(value) if value[:1] == "{" else value
        for key, value in record["annotations"].items()
    }


def _nodes():
    return [node("full").cpu("100m"), node("a").cpu("2"), node("b").cpu("8")]


def test_verdicts_end_with_the_first_plugin_that_rejects() -> None:
    _, told = _told(case(pod("web").cpu("1"), _nodes()))
    full, fits = told["filter-result"]["full"], told["filter-result"]["a"]
    assert list(full)[-1] == "NodeResourcesFit"
    assert full["NodeResourcesFit"] == "Insufficient cpu"
    assert full["TaintToleration"] == "passed"
    assert set(fits.values()) == {"passed"}
    assert told["prefilter-result-status"]["NodeResourcesFit"] == "success"


def test_final_scores_are_weighted_and_add_up_to_the_totals() -> None:
    record, told = _told(case(pod("web").cpu("1"), _nodes()))
    final = told["finalscore-result"]
    assert {n: sum(map(int, each.values())) for n, each in final.items()} == record["totals"]
    assert final["a"]["TaintToleration"] == "300"
    assert told["score-result"]["a"]["TaintToleration"] == "0"
    assert told["prescore-result"]["TaintToleration"] == "success"


def test_one_node_alone_is_not_scored() -> None:
    _, told = _told(case(pod("web").cpu("4"), _nodes()))
    assert told["finalscore-result"] == told["score-result"] == {}


def test_the_selected_node_is_the_clusters_or_else_the_first_of_the_best() -> None:
    assert _told(case(pod("web"), _nodes(), node="a"))[1]["selected-node"] == "a"
    assert _told(case(pod("web").cpu("1"), _nodes(), event=""))[1]["selected-node"] == "b"
    failed = case(pod("web"), _nodes(), event="FailedScheduling")
    assert _told(failed)[1]["selected-node"] == ""


def test_the_node_that_preemption_would_free_is_marked() -> None:
    low = pod("low").cpu("1").node("a").priority(-5)
    full = [node("a").cpu("1"), node("b").cpu("500m")]
    _, told = _told(case(pod("web").cpu("1"), full, [low]))
    assert told["postfilter-result"] == {"a": {"DefaultPreemption": "preemption victim"}, "b": {}}
