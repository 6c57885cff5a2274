"""Scheduling."""

from __future__ import annotations

import pyarrow as pa
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
            verdict="different" if decision == 3 else "equal",
            plugin="Fit" if decision == 3 else None,
            cause="behind" if decision == 3 else None,
            because="rv:7 nodes <i>, 3 ms old" if decision == 3 else None,
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
    table = scheduling.build(log.rows("scheduling"), SPAN)[5]
    assert isinstance(table, Table)
    assert table.rows == (("NodeName", "2"),)


def test_what_the_model_shares_and_where_it_differs_is_told_with_the_cause(log: TinyLog) -> None:
    shares, by_plugin, one_by_one = scheduling.build(log.rows("scheduling"), SPAN)[2:5]
    assert isinstance(shares, Table)
    assert [row[1] for row in shares.rows] == ["1 of 2", "1 of 1"]
    assert isinstance(by_plugin, Table)
    assert [column.title for column in by_plugin.columns] == ["Differs by plugin", "behind"]
    assert by_plugin.rows == (("Fit", "1"),)
    assert isinstance(one_by_one, Table)
    assert one_by_one.rows[0][0] == "shop/late"
    assert one_by_one.rows[0][2] == "rv:7 nodes <i>, 3 ms old"


def test_where_nothing_differs_no_table_says_so(log: TinyLog) -> None:
    rows = log.rows("scheduling").to_pylist()
    equal = [row | {"verdict": "equal"} if row["verdict"] else row for row in rows]
    blocks = scheduling.build(pa.Table.from_pylist(equal), SPAN)
    tables = [block.columns[0].title for block in blocks if isinstance(block, Table)]
    assert tables == ["The model and the record", "Plugin"]


def test_the_heat_map_is_of_the_decision_whose_nodes_differ_most(log: TinyLog) -> None:
    figure = scheduling.build(log.rows("scheduling"), SPAN)[6]
    assert isinstance(figure, Figure)
    assert figure.title == "How shop/web was placed"
    assert (figure.traces[0]["x"], figure.traces[0]["z"]) == (["b", "a"], [[20, 0]])
