import io

import pytest

from engine.testing import node, pod
from reports.scheduling.table import print_tables
from tests.reports.scheduling.told import case


@pytest.fixture(autouse=True)
def _narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def _lines(*told, wide=False):
    out = io.StringIO()
    print_tables(told, out, wide=wide)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def _nodes():
    return [
        node("full").cpu("100m").memory("1Gi"),
        node("half").cpu("2").memory("2Gi"),
        node("whole").cpu("8").memory("8Gi"),
    ]


def _web():
    return pod("web", "shop").cpu("1").memory("1Gi")


def test_nodes_are_told_best_first_with_who_was_chosen_and_who_rejects() -> None:
    lines = _lines(case(_web(), _nodes(), node="half"))
    assert lines[:3] == [
        "shop/web: Scheduled on half, rv:7",
        "from what the scheduler could know at 2026-11-21T03:00:00Z",
        "NODE TOTAL VERDICT",
    ]
    whole, half, full = (line.split(" ", 2) for line in lines[4:])
    assert (whole[0], whole[2]) == ("whole", "best")
    assert (half[0], half[2]) == ("half", "fits, chosen")
    assert int(whole[1]) > int(half[1])
    assert full == ["full", "NodeResourcesFit:", "Insufficient cpu"]


def test_a_wide_table_has_a_column_for_each_weighted_score_and_folds_nothing() -> None:
    lines = _lines(case(_web(), _nodes()), wide=True)
    titles, whole = lines[2].split(), lines[4].split()
    assert titles[0] == "NODE"
    assert {"NODERESOURCESFIT", "TAINTTOLERATION"} < set(titles)
    numbers = [int(each) for each in whole[1:-1]]
    assert sum(numbers[:-1]) == numbers[-1]


def test_a_chosen_node_that_the_model_rejects_is_told_so() -> None:
    lines = _lines(case(_web(), _nodes(), node="full"))
    assert lines[-1] == "full chosen, but NodeResourcesFit: Insufficient cpu"


def test_messages_that_differ_are_told_apart() -> None:
    nodes, web = [node("full").cpu("100m")], pod("web", "shop").cpu("1")
    given = case(web, nodes, event="FailedScheduling", message="0/9 nodes are available")
    told = " ".join(_lines(given))
    assert "NODE VERDICT" in told
    assert "recorded: 0/9 nodes are available modelled: 0/1 nodes are available: 1 In" in told
    same = case(web, nodes, message=given.explanation.decision.message)
    assert "recorded and modelled: 0/1 nodes are available: 1 In" in " ".join(_lines(same))


def test_victims_of_preemption_are_named() -> None:
    low = pod("low", "shop").cpu("1").node("n").priority(-5)
    lines = _lines(case(pod("web", "shop").cpu("1"), [node("n").cpu("1")], [low]))
    assert "preemption: n would be freed of shop/low" in lines


def test_a_gate_and_bodies_that_were_not_seen_are_told() -> None:
    lines = _lines(case(_web().gate("wait"), _nodes(), event="", unseen=2))
    assert lines[:2] == ["shop/web", "as if it were scheduled at 2026-11-21T03:00:00Z"]
    assert any(line.startswith("kept out of the queue by SchedulingGates: ") for line in lines)
    assert lines[-1] == "note: left out: 2 objects whose body is not in the log"


def test_nothing_is_wider_than_the_terminal_and_no_name_takes_it_over() -> None:
    out = io.StringIO()
    print_tables([case(_web(), [node("n" * 200), node("\x1b[2J")])], out, wide=False)
    assert max(map(len, out.getvalue().splitlines())) <= 80
    assert "\x1b" not in out.getvalue()


def test_a_node_that_no_plugin_names_is_told_so() -> None:
    one = pod("web", "shop").requires_node("metadata.name", "In", "half", field=True)
    lines = _lines(case(one, _nodes()))
    assert "full NodeAffinity: does not name it" in " ".join(lines)
