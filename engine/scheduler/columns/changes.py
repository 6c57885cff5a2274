"""What changed since it was last asked for, so that only that is computed again."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from engine.scheduler.columns.contract import ALL, Rows

# After so many changes everything is computed again, at little more cost than looking them up.
_REMEMBERED_MAX = 8192

# For so few nodes plain Python is faster than NumPy's calls.
_FEW = 4

T = TypeVar("T", bound=np.generic)


class ChangeLog:
    """Which nodes changed, in order."""

    def __init__(self) -> None:
        self._nodes: list[int] = []
        self._forgotten = 0

    @property
    def position(self) -> int:
        """How many changes there were so far."""
        return self._forgotten + len(self._nodes)

    def note(self, index: int) -> None:
        """A node changed."""
        self._nodes.append(index)
        if len(self._nodes) > 2 * _REMEMBERED_MAX:
            del self._nodes[:_REMEMBERED_MAX]
            self._forgotten += _REMEMBERED_MAX

    def since(self, position: int) -> Sequence[int] | None:
        """The nodes that changed after a position, each once; None if that is not remembered."""
        if position < self._forgotten:
            return None
        return list(dict.fromkeys(self._nodes[position - self._forgotten :]))


class Kept(Generic[T]):
    """A column that is kept, and of which the rows are computed again whose nodes changed."""

    def __init__(
        self,
        log: ChangeLog,
        compute: Callable[[Rows], npt.NDArray[T]],
        compute_one: Callable[[int], int],
    ) -> None:
        """`compute` makes a column of its own; `compute_one` gives the same for a single node."""
        self._log = log
        self._compute = compute
        self._compute_one = compute_one
        self._position = log.position
        self._column = compute(ALL)
        self._all_are: int | None = None
        self._all_looked_at = -1

    def current(self) -> npt.NDArray[T]:
        """The column as the cluster is now. It is changed in place by later calls."""
        position = self._log.position
        if self._position != position:
            changed = self._log.since(self._position)
            if changed is None:
                self._column = self._compute(ALL)
            elif len(changed) <= _FEW:
                for index in changed:
                    self._column[index] = self._compute_one(index)
            else:
                rows = np.array(changed, dtype=np.int64)
                self._column[rows] = self._compute(rows)
            self._position = position
        return self._column

    def all_are(self) -> int | None:
        """What all nodes have, None if they differ or there are none."""
        column = self.current()
        if self._all_looked_at != self._position:
            self._all_looked_at = self._position
            same = column.size > 0 and bool((column == column[0]).all())
            self._all_are = int(column[0]) if same else None
        return self._all_are
