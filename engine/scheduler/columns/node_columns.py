"""Single columns of what nodes have: a label, a resource."""

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from engine.scheduler.columns.contract import ALL, Mask, Numbers, Rows
from engine.scheduler.resources import CPU, MEMORY
from engine.scheduler.snapshot import NodeInfo

# Up to here sums, products with 100 and quotients in float64 are those of Kubernetes' int64.
AMOUNT_MAX = 1 << 53

ABSENT = 0


class CodeColumn:
    """Something that each node has, such as a label's value, by number; 0 where it has none."""

    def __init__(
        self, value_of: Callable[[NodeInfo], Hashable | None], nodes: Sequence[NodeInfo]
    ) -> None:
        self._value_of = value_of
        self._numbers: dict[Hashable, int] = {}
        self.codes: Numbers = np.array([self._code(node) for node in nodes], dtype=np.int64)
        self._tells_all_apart: bool | None = None

    def _code(self, node: NodeInfo) -> int:
        value = self._value_of(node)
        return ABSENT if value is None else self.code_of(value)

    def code_of(self, value: Hashable) -> int:
        """The number of a value."""
        return self._numbers.setdefault(value, len(self._numbers) + 1)

    def update(self, index: int, node: NodeInfo) -> None:
        """Read a node again."""
        self.codes[index] = self._code(node)
        self._tells_all_apart = None

    @property
    def size(self) -> int:
        """The number of codes, with that of nodes that have none."""
        return len(self._numbers) + 1

    @property
    def present(self) -> Mask:
        """Which nodes have a value."""
        has: Mask = self.codes != ABSENT
        return has

    def totals(self, amounts: Numbers, rows: Rows = ALL) -> Numbers:
        """The sum over the nodes of each value, by code; none for nodes without one."""
        sums = np.bincount(self.codes[rows], weights=amounts[rows], minlength=self.size)
        sums[ABSENT] = 0
        return sums.astype(np.int64)

    def around(self, amounts: Numbers) -> Numbers:
        """For each node the sum over all nodes with its value; 0 where it has none.

        Not to be changed: where no two nodes share a value, these are the amounts themselves.
        """
        if self._tells_all_apart is None:
            different = np.unique(self.codes[self.codes != ABSENT])
            self._tells_all_apart = different.size == self.codes.size
        if self._tells_all_apart:
            return amounts
        return self.totals(amounts)[self.codes]


class ResourceColumn:
    """What nodes have of one resource, and what their pods request."""

    def __init__(self, name: str, nodes: Sequence[NodeInfo]) -> None:
        self.name = name
        self._guessed = name in (CPU, MEMORY)
        size = len(nodes)
        self.allocatable: Numbers = np.zeros(size, dtype=np.int64)
        self.requested: Numbers = np.zeros(size, dtype=np.int64)
        # Pods that request no CPU or memory are thought to need some; other resources are as told.
        self.non_zero_requested = (
            np.zeros(size, dtype=np.int64) if self._guessed else self.requested
        )
        for index, node in enumerate(nodes):
            self.update(index, node)

    def update(self, index: int, node: NodeInfo) -> None:
        """Read a node again."""
        self.allocatable[index] = _bounded(node.allocatable.amount(self.name))
        self.update_requests(index, node)

    def update_requests(self, index: int, node: NodeInfo) -> None:
        """Read again what is requested on a node."""
        self.requested[index] = _bounded(node.requested.amount(self.name))
        if self._guessed:
            self.non_zero_requested[index] = _bounded(node.non_zero_requested.amount(self.name))


def is_exact(amount: int) -> bool:
    """Whether columns count with it as Kubernetes does."""
    return 0 <= amount <= AMOUNT_MAX


def _bounded(amount: int) -> int:
    """The amount, or one that an int64 can hold: such nodes are not asked (`is_exact`)."""
    return amount if is_exact(amount) else AMOUNT_MAX
