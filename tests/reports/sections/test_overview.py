"""The record at a glance, and what it lost."""

from __future__ import annotations

from reports.contract import Facts, Note, Span
from reports.sections import anomalies, overview
from tests.reports.tiny_log import TinyLog, at_ms

SPAN = Span(at_ms(0), at_ms(100))


def facts(log: TinyLog) -> dict[str, str]:
    block = overview.build(log.rows("overview"), SPAN)[0]
    assert isinstance(block, Facts)
    return dict(block.pairs)


def test_the_facts_count_what_is_in_the_record() -> None:
    log = TinyLog()
    log.event(0, user_agent="kube-scheduler/v1.36.2 (linux/amd64) kubernetes/abc/scheduler")
    log.event(1, outcome="refused")
    log.event(1, outcome="read")
    log.pod("web-1")
    log.version("deployments", 0, 1, {}, {})
    log.version("deployments", 1, None, {}, {})
    assert facts(log) == {
        "from": "2026-11-21 03:00:00 UTC",
        "until": "2026-11-21 03:01:40 UTC",
        "recorded": "1 min 40 s",
        "Kubernetes": "v1.36.2",
        "nodes": "0",
        "pods": "1",
        "objects": "1",
        "versions": "2",
        "writes": "1",
        "refused": "1",
    }


def test_the_version_is_left_out_where_no_program_of_the_control_plane_told_it() -> None:
    log = TinyLog()
    log.event(0)
    assert "Kubernetes" not in facts(log)


def test_bodies_that_were_not_seen_are_told() -> None:
    log = TinyLog()
    log.version("deployments", 0, 1, {}, {}, known="partial")
    note = overview.build(log.rows("overview"), SPAN)[1]
    assert isinstance(note, Note)
    assert note.text.startswith("The record does not hold the bodies of 1 of 1 version")


def test_losses_are_alarms_the_worst_first_and_notices_are_not_shown() -> None:
    log = TinyLog()
    log.add("anomalies", name="nul_bytes", severity="notice", source="a", count=1)
    log.add("anomalies", name="not_json", severity="data_loss", source="a", count=2)
    log.add("anomalies", name="not_json", severity="data_loss", source="b", count=3)
    log.add("anomalies", name="broken", severity="error", source="c", count=1)
    blocks = anomalies.build(log.rows("anomalies"), SPAN)
    assert [block.tone for block in blocks if isinstance(block, Note)] == ["alarm", "alarm"]
    first, second = (block.text for block in blocks if isinstance(block, Note))
    assert first == "broken, once in c."
    assert second.startswith("not_json, 5 times in 2 sources, such as a. A line that is no JSON")


def test_nothing_is_said_where_nothing_was_lost() -> None:
    assert anomalies.build(TinyLog().rows("anomalies"), SPAN) == []
