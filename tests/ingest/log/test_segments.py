"""Segments and checkpoints: any state is read from one segment, and equals a naive fold."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.log.current import DataFile
from ingest.log.schema import CHECKPOINTS, HISTORY
from ingest.log.segments import SegmentLimits, SegmentWriter
from tests.ingest.log.log_rows import version, versions

Row = dict[str, Any]
Key = tuple[str, str | None]

SMALL = SegmentLimits(rows=4, per_live_object=1, row_group=3)
SPILLING = SegmentLimits(rows=4, per_live_object=1, row_group=3, memory_bytes=1)


class Segments:
    """The files of a history, read back row by row."""

    def __init__(self, folder: Path, rows: list[Row], limits: SegmentLimits, size: int = 3) -> None:
        self.folder = folder
        self.files: list[DataFile] = []
        writer = SegmentWriter(folder, folder / "tmp", self.files.append, limits)
        for at in range(0, len(rows), size):
            writer.append(versions(*rows[at : at + size]))
        writer.finish()

    def rows(self, table: str) -> list[Row]:
        paths = [self.folder / file.path for file in self.files if file.path.startswith(table)]
        return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]

    def state(self, position: int) -> dict[Key, str]:
        """The bodies in force after a position, from the rows of one segment."""
        history, checkpoints = self.rows("history"), self.rows("checkpoints")
        segment = max(row["segment"] for row in history if row["position"] <= position)
        rows = [row for row in history + checkpoints if row["segment"] == segment]
        return {
            (row["name"], row["namespace"]): row["object"]
            for row in rows
            if row["position"] <= position
            and (row["next_position"] is None or row["next_position"] > position)
            and row["type"] == "PUT"
        }


def fold(rows: Iterable[Row], position: int) -> dict[Key, str]:
    state: dict[Key, str] = {}
    for row in rows:
        if row["position"] <= position:
            key = (row["name"], row["namespace"])
            state.pop(key, None)
            if row["type"] == "PUT":
                state[key] = row["object"]
    return state


changes = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "b\0", "c"]),
        st.sampled_from(["x", None, ""]),
        st.sampled_from(["PUT", "PUT", "DELETE"]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=30,
)


def history(changed: list[tuple[str, str | None, str, int]]) -> list[Row]:
    rows, position = [], 0
    for name, namespace, kind, step in changed:
        position += step
        rows.append(version(position, name=name, namespace=namespace, type=kind))
    return rows


@settings(max_examples=40, deadline=None)
@given(changes, st.sampled_from([SMALL, SPILLING]))
def test_the_state_at_every_position_is_the_fold_up_to_it(
    tmp_path_factory: pytest.TempPathFactory,
    changed: list[tuple[str, str | None, str, int]],
    limits: SegmentLimits,
) -> None:
    rows = history(changed)
    segments = Segments(tmp_path_factory.mktemp("segments"), rows, limits)
    for row in rows:
        assert segments.state(row["position"]) == fold(rows, row["position"])


@settings(max_examples=20, deadline=None)
@given(changes, st.integers(1, 9))
def test_files_depend_neither_on_batches_nor_on_memory(
    tmp_path_factory: pytest.TempPathFactory,
    changed: list[tuple[str, str | None, str, int]],
    size: int,
) -> None:
    rows = history(changed)
    plain = Segments(tmp_path_factory.mktemp("plain"), rows, SMALL)
    other = Segments(tmp_path_factory.mktemp("other"), rows, SPILLING, size)
    assert plain.files == other.files
    assert all((other.folder / file.path).exists() for file in plain.files)


def test_a_version_is_valid_until_the_next_of_its_object_in_the_segment(tmp_path: Path) -> None:
    rows = [
        version(1),
        version(2, name="other"),
        version(3, valid_from=30),
        version(9),
        version(10),
    ]
    found = Segments(tmp_path, rows, SMALL).rows("history")
    assert [
        (row["position"], row["next_position"], row["valid_to"] and row["valid_to"].microsecond)
        for row in sorted(found, key=lambda row: row["position"])
    ] == [(1, 3, 30), (2, None, None), (3, 9, 9), (9, None, None), (10, None, None)]


def test_a_checkpoint_holds_what_is_in_force_and_when_it_ends(tmp_path: Path) -> None:
    rows = [
        version(1, name="stays"),
        version(2, name="goes", type="DELETE"),
        version(3, name="changes"),
        version(4, name="deleted later"),
        version(5, name="changes"),
        version(6, name="deleted later", type="DELETE"),
    ]
    found = Segments(tmp_path, rows, SMALL).rows("checkpoints")
    assert [
        (row["name"], row["position"], row["next_position"], row["segment"]) for row in found
    ] == [
        ("changes", 3, 5, 1),
        ("deleted later", 4, 6, 1),
        ("stays", 1, None, 1),
    ]


def test_an_object_that_never_changes_is_in_every_checkpoint(tmp_path: Path) -> None:
    rows = [version(1, name="old")] + [version(at) for at in range(2, 40)]
    found = Segments(tmp_path, rows, SMALL).rows("checkpoints")
    assert [row["segment"] for row in found if row["name"] == "old"] == list(range(1, 10))


def test_the_first_segment_has_no_checkpoint_file(tmp_path: Path) -> None:
    segments = Segments(tmp_path, [version(1)], SMALL)
    assert [file.path.split("/")[0] for file in segments.files] == ["history"]


def test_segments_grow_with_the_objects_that_live(tmp_path: Path) -> None:
    limits = SegmentLimits(rows=4, per_live_object=3)
    rows = [version(at, name=f"{at}") for at in range(1, 40)]
    found = Segments(tmp_path, rows, limits).rows("history")
    sizes = [[row["segment"] for row in found].count(segment) for segment in range(3)]
    assert sizes == [4, 12, 23]


def test_files_have_the_declared_columns_and_order(tmp_path: Path) -> None:
    rows = [version(at, name=f"{at % 3}", namespace=["b", None][at % 2]) for at in range(1, 9)]
    segments = Segments(tmp_path, rows, SMALL)
    for table in (HISTORY, CHECKPOINTS):
        file = next(file for file in segments.files if file.path.startswith(table.name))
        read = pq.ParquetFile(tmp_path / file.path).read()
        assert read.schema == table.arrow
        keys = [(r["namespace"] or "", r["name"], r["position"]) for r in read.to_pylist()]
        assert keys == sorted(keys)


def test_scratch_files_are_gone_afterwards(tmp_path: Path) -> None:
    Segments(tmp_path, [version(at) for at in range(1, 30)], SPILLING)
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize("positions", [(2, 1), (1, 1)])
def test_versions_out_of_order_are_refused(tmp_path: Path, positions: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="order of their positions"):
        Segments(tmp_path, [version(at) for at in positions], SMALL, size=1)


def test_nothing_gives_no_files(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path, tmp_path / "tmp", pytest.fail)
    writer.append(pa.RecordBatch.from_pylist([], schema=versions().schema))
    writer.finish()
