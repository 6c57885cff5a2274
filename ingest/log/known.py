"""Which events the log holds already, so that the same record twice changes nothing.

An event is known by when it was received, its verb and its audit id: audit ids can be chosen by
clients, and be used again. Of an event that is recorded first as received and later with its
answer, the later stage counts as new: it supersedes the earlier row when the log is read.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.log.current import DataFile
from ingest.log.ordering import Ranks, integers

KEY_COLUMNS = ("received", "audit_id", "verb")
FINAL_STAGES = ("ResponseComplete", "Panic")
"""Stages after which nothing more is recorded of a request (audit.k8s.io/v1 types.go, v1.36)."""

_DIGEST_BYTES = 16
_FILES_IN_MEMORY = 64

Digests = npt.NDArray[np.bytes_]


def is_final(stages: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.bool_]:
    """For each row whether its stage is the last that a request can have."""
    found = pc.is_in(stages, value_set=pa.array(FINAL_STAGES))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def key_digests(rows: pa.Table | pa.RecordBatch) -> list[bytes]:
    """A 128-bit digest of each row's key."""
    received = rows["received"].cast(pa.int64()).cast(pa.string())
    # The length keeps a verb and an audit id apart that hold the separator themselves.
    length = pc.binary_length(rows["verb"]).cast(pa.string())
    joined = pc.binary_join_element_wise(received, length, rows["verb"], rows["audit_id"], "\0")
    return [
        hashlib.blake2b(key, digest_size=_DIGEST_BYTES).digest()
        for key in joined.cast(pa.binary()).to_pylist()
    ]


@dataclass(frozen=True, slots=True)
class _FileKeys:
    """Sorted digests of a file's events: those with an answer, and those without."""

    final: Digests
    open: Digests

    @classmethod
    def of(cls, digests: Sequence[bytes], final: npt.NDArray[np.bool_]) -> _FileKeys:
        array = np.array(digests, dtype=f"S{_DIGEST_BYTES}")
        return cls(np.sort(array[final]), np.sort(array[~final]))

    def covers(self, digests: Digests, final: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which rows are stored already, at the same stage or a later one."""
        return _contains(self.final, digests) | (~final & _contains(self.open, digests))

    def opened(self, digests: Digests) -> npt.NDArray[np.bool_]:
        """Which rows are stored without their answer."""
        return _contains(self.open, digests)


class KnownEvents:
    """Tells new events from known ones.

    `files` are the log's live files. Only those whose times overlap the asked rows' are read, and
    few of them stay in memory: 16 bytes an event. `superseding` counts the new rows of requests
    that were known before, without their answer.
    """

    def __init__(self, folder: Path, files: Iterable[DataFile]) -> None:
        self._folder = folder
        self._files = {file.path: file for file in files}
        self._loaded: OrderedDict[str, _FileKeys] = OrderedDict()
        self._recent: dict[bytes, bool] = {}
        self._latest: list[bytes] = []
        self.superseding = 0

    def new_rows(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of `batch` that are new; from here on they are known."""
        if batch.num_rows == 0:
            return batch
        digests = key_digests(batch)
        final = is_final(batch["stage"])
        stored, known = self._stored(
            batch["received"], np.array(digests, f"S{_DIGEST_BYTES}"), final
        )
        new = ~stored
        for index in np.flatnonzero(new):
            digest, stage_is_final = digests[index], bool(final[index])
            before = self._recent.get(digest)
            if before is None or (stage_is_final and not before):
                self._recent[digest] = stage_is_final
                self.superseding += before is not None or bool(known[index])
            else:
                new[index] = False
        self._latest = [digests[index] for index in np.flatnonzero(new)]
        return batch if new.all() else batch.filter(pa.array(new))

    def written(self, file: DataFile) -> None:
        """The new rows are now in a file of the log, but perhaps for some of the latest batch."""
        final = np.fromiter(self._recent.values(), bool, len(self._recent))
        self._files[file.path] = file
        self._keep(file.path, _FileKeys.of(list(self._recent), final))
        # Those of the latest batch stay: where some go into the next file, this file's range of
        # times need not cover them.
        self._recent = {digest: self._recent[digest] for digest in self._latest}

    def _stored(
        self, received: pa.Array, digests: Digests, final: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Which rows are stored, and which requests are known without their answer."""
        times: Ranks = integers(pa.chunked_array([received]))
        low, high = int(times.min()), int(times.max())
        stored = np.zeros(len(digests), dtype=bool)
        known = np.zeros(len(digests), dtype=bool)
        for path, file in self._files.items():
            if int(file.minimum["received"]) <= high and low <= int(file.maximum["received"]):
                keys = self._keys(path)
                stored |= keys.covers(digests, final)
                known |= keys.opened(digests)
        return stored, known

    def _keys(self, path: str) -> _FileKeys:
        found = self._loaded.get(path)
        if found is None:
            columns = [*KEY_COLUMNS, "stage"]
            rows = pq.ParquetFile(self._folder / path).read(columns)
            found = _FileKeys.of(key_digests(rows), is_final(rows["stage"]))
        self._keep(path, found)
        return found

    def _keep(self, path: str, keys: _FileKeys) -> None:
        self._loaded[path] = keys
        self._loaded.move_to_end(path)
        if len(self._loaded) > _FILES_IN_MEMORY:
            self._loaded.popitem(last=False)


def _contains(sorted_digests: Digests, digests: Digests) -> npt.NDArray[np.bool_]:
    if len(sorted_digests) == 0:
        return np.zeros(len(digests), dtype=bool)
    places = np.searchsorted(sorted_digests, digests)
    places[places == len(sorted_digests)] = 0
    return np.asarray(sorted_digests[places] == digests, dtype=bool)
