"""Plugins whose verdict on a node depends on the node alone, and not on the pods there.

The plugins themselves are asked, once for all nodes that they cannot tell apart.
"""

from collections.abc import Callable, Hashable, Sequence

import msgspec
import numpy as np

from engine.scheduler.columns.changes import Kept
from engine.scheduler.columns.cluster import ClusterColumns
from engine.scheduler.columns.contract import FilterColumns, Mask, Numbers, Rows, ScoreColumns
from engine.scheduler.columns.node_columns import CodeColumn
from engine.scheduler.contract import MAX_NODE_SCORE
from engine.scheduler.snapshot import NodeInfo

_encoder = msgspec.json.Encoder(order="sorted")


def key_of(part: object) -> bytes:
    """A key for what is read of a pod; equal parts have equal keys."""
    return _encoder.encode(part)


class StaticFilter(FilterColumns):
    """A mask that changes with the nodes only."""

    def __init__(self, mask: Kept[np.bool_]) -> None:
        self._mask = mask

    def passing(self) -> Mask | None:
        """The mask, None where there is nothing to mask."""
        return None if self._mask.all_are() else self._mask.current()


class StaticScore(ScoreColumns):
    """Raw scores that change with the nodes only, normalized by DefaultNormalizeScore."""

    def __init__(self, raw: Kept[np.int64], *, reverse: bool) -> None:
        self._raw = raw
        self._reverse = reverse

    def points(self, chosen: Rows) -> Numbers | int:
        """In relation to the highest of the chosen nodes."""
        if self._raw.all_are() == 0:
            return MAX_NODE_SCORE if self._reverse else 0
        raw = self._raw.current()[chosen]
        highest = int(raw.max())
        if highest <= 0:
            return MAX_NODE_SCORE if self._reverse else raw
        scaled: Numbers = MAX_NODE_SCORE * raw // highest
        return MAX_NODE_SCORE - scaled if self._reverse else scaled


# What tells nodes apart


def _alike(columns: Sequence[CodeColumn], size: int) -> tuple[Numbers, Numbers]:
    """(the first node of each kind, the kind of each node), by what is in the columns."""
    kinds = np.zeros(size, dtype=np.int64)
    first = np.zeros(min(size, 1), dtype=np.int64)
    for column in columns:
        _, first, kinds = np.unique(
            kinds * column.size + column.codes, return_index=True, return_inverse=True
        )
    return first, kinds


def by_kind(
    cluster: ClusterColumns,
    columns: Callable[[], Sequence[CodeColumn]],
    verdict: Callable[[NodeInfo], int],
) -> Callable[[Rows], Numbers]:
    """Computes a column of verdicts that are equal for nodes that are equal in some columns."""

    def compute(rows: Rows) -> Numbers:
        nodes = cluster.nodes
        if not isinstance(rows, slice):
            return np.array([verdict(nodes[index]) for index in rows.tolist()], dtype=np.int64)
        first, kinds = _alike(columns(), len(nodes))
        found = [verdict(nodes[index]) for index in first.tolist()]
        return np.array(found, dtype=np.int64)[kinds]

    return compute


def mask_by_kind(
    cluster: ClusterColumns,
    key: Hashable,
    columns: Callable[[], Sequence[CodeColumn]],
    verdict: Callable[[NodeInfo], bool],
) -> Kept[np.bool_]:
    """A kept mask. The key names whose verdict it is, and all that is read of a pod for it."""

    def make() -> Kept[np.bool_]:
        return kept_mask(cluster, columns, verdict)

    return cluster.once(key, make)


def kept_mask(
    cluster: ClusterColumns,
    columns: Callable[[], Sequence[CodeColumn]],
    verdict: Callable[[NodeInfo], bool],
) -> Kept[np.bool_]:
    """A mask of verdicts that are equal for nodes that are equal in some columns."""
    compute = by_kind(cluster, columns, verdict)
    return Kept(cluster.node_changes, lambda rows: compute(rows) != 0, cluster.one(verdict))


def raw_by_kind(
    cluster: ClusterColumns,
    key: Hashable,
    columns: Callable[[], Sequence[CodeColumn]],
    verdict: Callable[[NodeInfo], int],
) -> Kept[np.int64]:
    """The same for raw scores."""

    def make() -> Kept[np.int64]:
        compute = by_kind(cluster, columns, verdict)
        return Kept(cluster.node_changes, compute, cluster.one(verdict))

    return cluster.once(key, make)
