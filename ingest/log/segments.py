"""Segments of the history, each opened by a checkpoint, so that a state is read from one of them.

A segment is a stretch of the total order of writes. Its checkpoint holds every version that is in
force when it begins. `valid_to` and `next_position` of a row say when the version was replaced if
that happened in the same segment; so a segment's files never change once it has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.log.current import DataFile
from ingest.log.files import FileWriter
from ingest.log.ordering import Ranks, integers, object_ranks
from ingest.log.runs import Run, RunBuilder, merged, narrow_of
from ingest.log.schema import CHECKPOINTS, HISTORY, TIME, Table

SUCCESSION = ("valid_to", "next_position", "segment")
"""The columns that a segment adds to what it is given."""

VERSIONS = pa.schema([field for field in HISTORY.arrow if field.name not in SUCCESSION])
"""What a segment is given: HISTORY without the columns of SUCCESSION."""


_MERGE_ROWS = 2048
"""Rows that are merged at once: each is in memory several times then. With 8192 the peak of a long
log's rebuild is 100 MB higher, and nothing is faster."""


@dataclass(frozen=True, slots=True)
class SegmentLimits:
    """When a segment ends, and what it may hold in memory.

    A segment has `rows` versions or `per_live_object` times as many as objects live when it
    begins, whichever is more: so checkpoints stay a small part of the whole. Bodies beyond
    `memory_bytes` are kept in scratch files.
    """

    rows: int = 65_536
    per_live_object: int = 10
    row_group: int = 8192
    memory_bytes: int = 48 << 20


Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Succession:
    """How the versions of a segment follow each other.

    `order` lists row numbers in object order; the others are by row number: the next version's
    position and time (0 where it is the object's `last` here), and whether it is in force when the
    segment ends.
    """

    order: Ranks
    next_position: Ranks
    valid_to: Ranks
    last: Flags
    in_force: Flags

    def applied(self, numbers: Ranks, rows: pa.Table, segment: int) -> pa.Table:
        """The rows of those numbers with the columns of SUCCESSION."""
        last = self.last[numbers]
        added = {
            "valid_to": pa.array(self.valid_to[numbers], pa.int64(), mask=last).cast(TIME),
            "next_position": pa.array(self.next_position[numbers], pa.int64(), mask=last),
            "segment": pa.array(np.full(len(numbers), segment, np.int64)),
        }
        columns = [added[name] if name in added else rows[name] for name in HISTORY.arrow.names]
        return pa.table(columns, schema=HISTORY.arrow)


class SegmentWriter:
    """Cuts versions in the total order of writes into segments.

    Call `append` with batches of the schema VERSIONS, positions ascending, then `finish`. Each
    finished file of HISTORY and CHECKPOINTS is handed to `done`.
    """

    def __init__(
        self,
        folder: Path,
        scratch: Path,
        done: Callable[[DataFile], None],
        limits: SegmentLimits | None = None,
    ) -> None:
        self._folder = folder
        self._scratch = scratch
        self._done = done
        self._limits = limits or SegmentLimits()
        self._segment = 0
        self._opening = self._builder("opening").finish()
        self._runs: list[Run] = []
        self._pending: list[pa.RecordBatch] = []
        self._pending_bytes = 0
        self._rows = 0
        self._position = 0

    def append(self, batch: pa.RecordBatch) -> None:
        """Add versions. Raises ValueError if positions do not ascend."""
        self._check_order(batch)
        while batch.num_rows:
            part = batch.slice(0, self._row_limit() - self._rows)
            batch = batch.slice(part.num_rows)
            self._pending.append(part)
            self._pending_bytes += part.nbytes
            self._rows += part.num_rows
            if self._rows >= self._row_limit():
                self._end_segment()
            elif self._pending_bytes >= self._limits.memory_bytes:
                self._end_run(memory_bytes=0)

    def finish(self) -> None:
        """Write the last segment."""
        if self._rows:
            self._end_segment()
        self._opening.discard()

    def _check_order(self, batch: pa.RecordBatch) -> None:
        positions = np.asarray(batch["position"].to_numpy())
        if np.any(np.diff(positions, prepend=self._position) <= 0):
            raise ValueError("versions must come in the order of their positions")
        self._position = int(positions[-1]) if len(positions) else self._position

    def _row_limit(self) -> int:
        live: int = self._opening.narrow.num_rows
        return max(self._limits.rows, self._limits.per_live_object * live)

    def _builder(self, name: str, memory_bytes: int | None = None) -> RunBuilder:
        if memory_bytes is None:
            memory_bytes = self._limits.memory_bytes
        path = self._scratch / f"{self._segment}-{name}.arrow"
        return RunBuilder(VERSIONS, path, memory_bytes)

    def _end_run(self, memory_bytes: int | None = None) -> None:
        """Sort what is pending into a run."""
        if not self._pending:
            return
        rows = pa.Table.from_batches(self._pending, VERSIONS).combine_chunks()
        self._pending.clear()
        self._pending_bytes = 0
        order = np.lexsort((integers(rows["position"]), object_ranks(rows)))
        builder = self._builder(f"run-{len(self._runs)}", memory_bytes)
        step = self._limits.row_group
        for start in range(0, len(order), step):
            builder.append(rows.take(pa.array(order[start : start + step])))
        self._runs.append(builder.finish())

    def _end_segment(self) -> None:
        """Write the segment's files and collect what is in force after it."""
        self._end_run()
        runs = [self._opening, *self._runs]
        succession = _succession(narrow_of(runs))
        opening = self._builder("opening")
        opened = self._opening.narrow.num_rows
        with self._file(CHECKPOINTS) as checkpoint, self._file(HISTORY) as history:
            for numbers, rows in merged(runs, succession.order, _MERGE_ROWS):
                whole = succession.applied(numbers, rows, self._segment)
                in_checkpoint = numbers < opened
                checkpoint.add(whole.filter(pa.array(in_checkpoint)))
                history.add(whole.filter(pa.array(~in_checkpoint)))
                opening.append(rows.filter(pa.array(succession.in_force[numbers])))
            files = [file for file in (checkpoint.finish(), history.finish()) if file]
        for file in files:
            self._done(file)
        for run in runs:
            run.discard()
        self._opening = opening.finish()
        self._runs = []
        self._rows = 0
        self._segment += 1

    def _file(self, table: Table) -> FileWriter:
        prefix = f"segment-{self._segment:06d}"
        return FileWriter(self._folder / table.name, table, prefix, self._limits.row_group)


def _succession(narrow: pa.Table) -> _Succession:
    narrow = narrow.combine_chunks()
    objects = object_ranks(narrow)
    position = integers(narrow["position"])
    valid_from = integers(narrow["valid_from"])
    order = np.lexsort((position, objects))
    replaced = np.flatnonzero(objects[order[1:]] == objects[order[:-1]])
    earlier, later = order[replaced], order[replaced + 1]
    next_position, valid_to = np.zeros_like(position), np.zeros_like(position)
    next_position[earlier] = position[later]
    valid_to[earlier] = valid_from[later]
    last = np.ones(len(order), dtype=bool)
    last[earlier] = False
    gone = pc.equal(narrow["type"], "DELETE").to_numpy()
    return _Succession(order, next_position, valid_to, last, last & ~gone.astype(bool))
