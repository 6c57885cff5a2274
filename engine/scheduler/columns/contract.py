"""What the columnar form of a plugin offers: what it says of all nodes at once.

A column has an entry for each node, in the order of their names.
"""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Fractions = npt.NDArray[np.float64]

Rows = slice | Numbers
"""Which nodes: the indices of some, or a slice of all."""

ALL = slice(None)


class FilterColumns(ABC):
    """A Filter plugin for pods of one kind."""

    @abstractmethod
    def passing(self) -> Mask | None:
        """Which nodes pass as the cluster is now; None if all do. Not to be changed."""


class ScoreColumns(ABC):
    """A Score plugin for pods of one kind."""

    @abstractmethod
    def points(self, chosen: Rows) -> Numbers | int:
        """The normalized score of each chosen node; one number where it is the same for all."""
