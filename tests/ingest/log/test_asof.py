"""States at a time, held against a naive fold of the versions."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.log.connection import Log
from ingest.log.times import TimeError, show
from tests.ingest.log.log_rows import version
from tests.ingest.log.opened import ask, write

Row = dict[str, Any]
State = dict[str, int]


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """Versions of a few objects; some times coincide, some revisions are hidden or skipped."""
    rows: list[Row] = []
    alive: set[str] = set()
    time, revision = 0, 10
    for position in range(1, draw(st.integers(1, 40)) + 1):
        name = draw(st.sampled_from(["a", "b", "c", "d"]))
        time += draw(st.integers(0, 2))
        revision += 1
        deleted = name in alive and draw(st.booleans())
        alive = alive - {name} if deleted else alive | {name}
        shown = None if position > 1 and draw(st.integers(0, 3)) == 0 else revision
        if shown is not None:
            revision += draw(st.integers(0, 2))
        rows.append(
            version(
                position,
                name=name,
                type="DELETE" if deleted else "PUT",
                valid_from=time,
                rv=shown,
            )
        )
    return rows


def fold(rows: list[Row]) -> State:
    """Positions of the versions in force after these, by name."""
    state: State = {}
    for row in rows:
        state[row["name"]] = row["position"]
        if row["type"] == "DELETE":
            del state[row["name"]]
    return state


def in_force(log: Log, relation: str) -> State:
    return dict(ask(log, f"SELECT name, position FROM {relation}"))


@settings(max_examples=25, deadline=None)
@given(histories(), st.data())
def test_a_state_at_any_time_is_what_a_fold_of_all_versions_until_then_gives(
    rows: list[Row], data: st.DataObject
) -> None:
    time = data.draw(st.integers(rows[0]["valid_from"], rows[-1]["valid_from"] + 1))
    expected = fold([row for row in rows if row["valid_from"] <= time])
    with TemporaryDirectory() as folder:
        trace = write(Path(folder) / "c", rows, segment_rows=5)
        with trace.open() as log:
            assert in_force(log, "stored.versions") == fold(rows)
            assert in_force(log, f"stored.versions_at('{show(time)}')") == expected
            moment = f"make_timestamptz({time}::BIGINT)"
            assert in_force(log, f"stored.versions_at({moment})") == expected
        with trace.open(show(time)) as log:
            assert in_force(log, "stored.versions") == expected


@settings(max_examples=25, deadline=None)
@given(histories())
def test_every_version_ends_where_the_next_of_its_object_begins(rows: list[Row]) -> None:
    with (
        TemporaryDirectory() as folder,
        write(Path(folder) / "c", rows, segment_rows=5).open() as log,
    ):
        found = ask(log, "SELECT position, next_position, epoch_us(valid_to) FROM history")
    following = {}
    last: dict[str, Row] = {}
    for row in rows:
        before = last.get(row["name"])
        if before is not None and before["type"] == "PUT":
            following[before["position"]] = (row["position"], row["valid_from"])
        last[row["name"]] = row
    assert {p: (n, t) for p, n, t in found} == {
        row["position"]: following.get(row["position"], (None, None)) for row in rows
    }


def revisions(*shown: int | None, seen: tuple[int, ...] = ()) -> list[Row]:
    """Versions with these revisions, each of an object of its own; None is a hidden one."""
    return [
        version(number, name=f"o{number}", rv=rv, change="seen" if number in seen else "created")
        for number, rv in enumerate(shown, 1)
    ]


def position_of(tmp_path: Path, rows: list[Row], text: str) -> int:
    trace = write(tmp_path / "trace", rows, segment_rows=2)
    with trace.open(text) as log:
        return log.position


@pytest.mark.parametrize(
    ("revision", "position"),
    [
        (10, 1),  # the hidden ones are above it
        (11, 2),  # one of the two can be at 11
        (12, 3),  # and the other at 12
        (14, 3),
        (15, 4),
        (16, 5),
        (99, 5),
    ],
)
def test_a_hidden_revision_counts_as_the_lowest_that_it_can_be(
    tmp_path: Path, revision: int, position: int
) -> None:
    rows = revisions(10, None, None, 15, 16)
    assert position_of(tmp_path, rows, f"rv:{revision}") == position


def test_hidden_revisions_after_the_last_known_one_count_likewise(tmp_path: Path) -> None:
    assert position_of(tmp_path, revisions(10, None, None), "rv:11") == 2


def test_a_version_that_was_only_seen_is_no_landmark(tmp_path: Path) -> None:
    assert position_of(tmp_path, revisions(10, 3, 12, seen=(2,)), "rv:11") == 2


@pytest.mark.parametrize(("revision", "position"), [(10, 1), (11, 4), (12, 5), (13, 6)])
def test_what_etcd_drops_at_one_time_has_one_revision(
    tmp_path: Path, revision: int, position: int
) -> None:
    rows = revisions(10, None, None, None, None, 13)
    for row in rows[1:4]:
        row.update(type="DELETE", change="expired", valid_from=2)
    assert position_of(tmp_path, rows, f"rv:{revision}") == position


def test_a_revision_before_the_first_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TimeError, match="rv:9 is before the first revision"):
        position_of(tmp_path, revisions(10, 11), "rv:9")


def test_a_trace_without_versions_has_empty_states(tmp_path: Path) -> None:
    with Log(tmp_path, {}) as log:
        assert ask(log, "SELECT count(*) FROM objects") == [(0,)]
        assert ask(log, "SELECT count(*) FROM objects_at('-5m')") == [(0,)]
        assert ask(log, "SELECT count(*) FROM pod_lifecycles") == [(0,)]
        assert ask(log, "SELECT count(*) FROM events") == [(0,)]


def test_a_state_reads_only_its_segment(tmp_path: Path) -> None:
    trace = write(tmp_path / "trace", revisions(*range(10, 30)), segment_rows=4)
    with trace.open() as log:
        log.prepare("objects_at")
        (plan,) = log.connection.execute(
            "EXPLAIN ANALYZE SELECT count(*) FROM objects_at('rv:15')"
        ).fetchall()
        assert len(log.timeline.segments) > 2
        assert "Total Files Read: 2" in plan[1]
