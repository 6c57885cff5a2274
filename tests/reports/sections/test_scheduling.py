"""Scheduling."""

from __future__ import annotations

import pytest

from reports.contract import Figure, Note, Span, Table
from reports.sections import scheduling
from tests.reports.tiny_log import TinyLog, at, at_ms

SPAN = Span(at_ms(0), at_ms(120))


@pytest.fixture
def log() -> TinyLog:
    log = TinyLog()
    for decision, second, event, node in (
        (1, 4, "FailedScheduling", None),
        (2, 10, "Scheduled", "b"),
        (3, 12, "Scheduled", "a"),
    ):
        name = "late" if decision == 3 else "web"
        if decision != 2:
            log.pod(name)
        log.add(
            "scheduling_decisions",
            decision=decision,
            name=name,
            uid=f"uid-{name}",
            event=event,
            node=node,
            recorded_at=at(second),
            message=None if node else "no <b>",
        )
    for node in ("a", "b"):
        log.add("scheduling_scores", decision=1, node=node, plugin="NodeName", reason="no")
        weights = {"a": 10, "b": 30}
        log.add("scheduling_scores", decision=2, node=node, plugin="Fit", weighted=weights[node])
        log.add("scheduling_scores", decision=3, node=node, plugin="Fit", weighted=5)
    return log


def test_until_it_was_looked_at_a_sentence_says_how() -> None:
    (note,) = scheduling.build(TinyLog().rows("scheduling"), SPAN)
    assert isinstance(note, Note)
    assert "replay --verify --only scheduler" in note.text


def test_each_decision_stands_at_its_time_and_at_how_long_the_pod_had_waited(log: TinyLog) -> None:
    _, waits, *_ = scheduling.build(log.rows("scheduling"), SPAN)
    assert isinstance(waits, Figure)
    bound, failed = waits.traces
    assert (bound["x"], bound["y"]) == ([at_ms(10), at_ms(12)], [10, 12])
    assert (failed["x"], failed["y"]) == ([at_ms(4)], [4])
    assert "no &lt;b&gt;" in failed["hovertext"][0]
    assert waits.summary == "2 pods bound, half of them within 12 s · 1 failed attempt"


def test_rejections_are_counted_by_plugin(log: TinyLog) -> None:
    table = scheduling.build(log.rows("scheduling"), SPAN)[2]
    assert isinstance(table, Table)
    assert table.rows == (("NodeName", "2"),)


def test_the_heat_map_is_of_the_decision_whose_nodes_differ_most(log: TinyLog) -> None:
    figure = scheduling.build(log.rows("scheduling"), SPAN)[3]
    assert isinstance(figure, Figure)
    assert figure.title == "How shop/web was placed"
    assert (figure.traces[0]["x"], figure.traces[0]["z"]) == (["b", "a"], [[20, 0]])
