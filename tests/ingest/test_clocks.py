"""Lines whose clock was wrong: they stand where they belong, and all others keep their times."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.clocks import search
from ingest.log.connection import Log
from ingest.log.trace import Trace
from ingest.pipeline import IngestOptions, ingest
from reports.page import build_report

FUTURE, PAST = "2126-01-01T00:00:00.000000Z", "1990-01-01T00:00:00.000000Z"
COUNT = 60


def stamp(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(1_800_000_000 + milliseconds / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line(number: int, **changes: object) -> dict[str, object]:
    """The creation of a ConfigMap, 100 ms after the one before."""
    metadata = {"name": f"c{number}", "namespace": "shop", "uid": f"uid-{number}"}
    body = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata}
    stored = {**body, "metadata": {**metadata, "resourceVersion": str(100 + number)}}
    return {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "RequestResponse",
        "auditID": f"id-{number:04d}",
        "stage": "ResponseComplete",
        "verb": "create",
        "requestURI": "/api/v1/namespaces/shop/configmaps",
        "user": {"username": "alice"},
        "objectRef": {"resource": "configmaps", "namespace": "shop", "apiVersion": "v1"},
        "responseStatus": {"code": 201},
        "requestObject": body,
        "responseObject": stored,
        "requestReceivedTimestamp": stamp(100 * number),
        "stageTimestamp": stamp(100 * number + 10),
        **changes,
    }


def times(received: str, answered: str) -> dict[str, object]:
    return {"requestReceivedTimestamp": received, "stageTimestamp": answered}


def removal(number: int, **changes: object) -> dict[str, object]:
    """A deletion whose answer shows no revision."""
    return line(
        number,
        verb="delete",
        objectRef={
            "resource": "configmaps",
            "namespace": "shop",
            "name": "c1",
            "apiVersion": "v1",
        },
        responseStatus={"code": 200},
        requestObject=None,
        responseObject={"kind": "Status", "status": "Success", "details": {"uid": "uid-1"}},
        **changes,
    )


def ingested(path: Path, lines: list[dict[str, object]]) -> Trace:
    log = path / "audit.jsonl"
    log.write_text("".join(json.dumps(each) + "\n" for each in lines))
    trace = Trace(path / "trace", create=True)
    ingest(trace, [str(log)], IngestOptions())
    return trace


def asked(trace: Trace, query: str) -> list[tuple[object, ...]]:
    with trace.snapshot() as snapshot, Log.of(snapshot) as log:
        log.prepare(query)
        return log.connection.sql(query).fetchall()


HISTORY = "SELECT rv, name, epoch_us(valid_from) FROM history ORDER BY position"
DOUBTED = "SELECT audit_id, doubted FROM events WHERE doubted IS NOT NULL"


def with_wrong(number: int, received: str, answered: str) -> list[dict[str, object]]:
    lines = [line(each) for each in range(COUNT)]
    lines[number] = line(number, **times(received, answered))
    return lines


WRONG = {
    "received in the future": (FUTURE, stamp(3010), "received"),
    "answered in the future": (stamp(3000), FUTURE, "answered"),
    "both in the future": (FUTURE, FUTURE, "both"),
    "both in the past": (PAST, PAST, "both"),
    "at the end of time": ("9999-12-31T23:59:59.999999Z", stamp(3010), "received"),
    "before time began": ("0001-01-01T00:00:00Z", stamp(3010), "received"),
    "an hour late": (stamp(3_603_000), stamp(3_603_010), "both"),
    "an hour early": (stamp(-3_597_000), stamp(-3_596_990), "both"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_clock_changes_the_time_of_no_other_version(wrong: str, tmp_path: Path) -> None:
    received, answered, which = WRONG[wrong]
    (tmp_path / "whole").mkdir()
    whole = asked(ingested(tmp_path / "whole", [line(n) for n in range(COUNT)]), HISTORY)
    trace = ingested(tmp_path, with_wrong(30, received, answered))
    found = asked(trace, HISTORY)
    assert asked(trace, DOUBTED) == [("id-0030", which)]
    assert [row[:2] for row in found] == [row[:2] for row in whole]
    others = [(mine, theirs) for mine, theirs in zip(found, whole, strict=True) if mine[0] != 130]
    assert all(mine == theirs for mine, theirs in others)
    assert found[29][2] <= found[30][2] <= found[31][2]  # type: ignore[operator]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_clock_does_not_stretch_the_time_that_a_trace_covers(
    wrong: str, tmp_path: Path
) -> None:
    received, answered, _ = WRONG[wrong]
    trace = ingested(tmp_path, with_wrong(30, received, answered))
    with trace.snapshot() as snapshot, Log.of(snapshot) as log:
        span = log.timeline.span
        assert (span.first, span.last) == (1_800_000_000_000_000, 1_800_000_005_910_000)


def test_the_report_of_a_trace_with_a_time_after_the_year_9999_is_of_the_others(
    tmp_path: Path,
) -> None:
    trace = ingested(tmp_path, with_wrong(30, *WRONG["at the end of time"][:2]))
    with trace.snapshot() as snapshot, Log.of(snapshot) as log:
        assert "2027-01-15 08:00:05 UTC" in build_report(log, "x")


def test_a_wrong_time_is_named_with_its_line(tmp_path: Path) -> None:
    trace = ingested(tmp_path, with_wrong(30, PAST, PAST))
    query = "SELECT source, count, first_line FROM anomalies WHERE name = 'time_contradicts_order'"
    assert asked(trace, query) == [("audit.jsonl", 1, 31)]


def test_a_line_without_a_revision_years_away_from_all_others_is_doubted(tmp_path: Path) -> None:
    lines = [*(line(each) for each in range(COUNT)), removal(COUNT, **times(FUTURE, FUTURE))]
    trace = ingested(tmp_path, lines)
    assert asked(trace, DOUBTED) == [("id-0060", "both")]
    ((gone,),) = asked(trace, "SELECT epoch_us(valid_from) FROM history WHERE type = 'DELETE'")
    assert gone == 1_800_000_005_910_000


def test_a_log_with_a_pause_of_months_is_believed(tmp_path: Path) -> None:
    day_ms = 86_400_000
    late = [
        line(each, **times(stamp(200 * day_ms + each), stamp(200 * day_ms + each + 5)))
        for each in range(30, COUNT)
    ]
    trace = ingested(tmp_path, [*(line(each) for each in range(30)), *late])
    assert asked(trace, DOUBTED) == []


def test_revisions_that_begin_anew_are_named_and_left_as_they_are(tmp_path: Path) -> None:
    anew = [
        line(each, auditID=f"new-{each}", **times(stamp(900_000 + each), stamp(900_001 + each)))
        for each in range(COUNT // 2)
    ]
    trace = ingested(tmp_path, [*(line(each) for each in range(COUNT)), *anew])
    assert asked(trace, DOUBTED) == []
    query = "SELECT count FROM anomalies WHERE name = 'revisions_contradict_times'"
    assert asked(trace, query) == [(COUNT // 2,)]


def test_an_update_that_changed_nothing_may_show_a_revision_from_long_ago(tmp_path: Path) -> None:
    idle = line(3, auditID="idle", verb="update", **times(stamp(900_000), stamp(900_010)))
    idle["responseStatus"] = {"code": 200}
    trace = ingested(tmp_path, [*(line(each) for each in range(COUNT)), idle])
    assert asked(trace, DOUBTED) == []


def test_a_resource_that_numbers_its_writes_apart_proves_nothing(tmp_path: Path) -> None:
    apart = line(1, auditID="apart", **times(stamp(900_000), stamp(900_010)))
    apart["objectRef"] = {"resource": "widgets", "apiGroup": "own.example", "namespace": "shop"}
    trace = ingested(tmp_path, [*(line(each) for each in range(COUNT)), apart])
    assert asked(trace, DOUBTED) == []


def test_a_log_without_lines_is_searched_in_vain() -> None:
    assert search(lambda columns: []).doubted == ()
