"""Reading the history in the order of the writes, one segment in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.log.current import Snapshot
from ingest.log.schema import HISTORY


def read_history(
    snapshot: Snapshot, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield all versions in the order of their positions, with the asked columns of HISTORY."""
    wanted = list(columns or HISTORY.arrow.names)
    files = sorted(snapshot.files(HISTORY.name), key=lambda file: file.minimum["position"])
    for file in files:
        rows = pq.read_table(
            snapshot.folder / file.path, columns=[*wanted, "position"], partitioning=None
        )
        ordered = rows.sort_by("position").select(wanted)
        yield from ordered.to_batches(max_chunksize=4_096)
