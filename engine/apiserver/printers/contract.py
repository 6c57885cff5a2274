"""What a printer must offer: the columns of a kind, and the cells of one object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

Object: TypeAlias = Mapping[str, Any]
"""An object as the API gives it in JSON."""

Cell: TypeAlias = str | int | float | bool | None
"""A cell as it stands in the JSON of a `Table`; None prints as nothing."""

Cells: TypeAlias = Callable[[Object, datetime], tuple[Cell, ...]]
"""One row: the object and the time that ages are counted to, in; a cell per column, out."""

ListOrder: TypeAlias = Callable[[Object], Any]
"""A sort key, for the few kinds that the API server lists in another order than by name."""


@dataclass(frozen=True, slots=True)
class Column:
    """A `metav1.TableColumnDefinition`; a column of priority > 0 shows with `-o wide` only."""

    name: str
    type: str = "string"
    format: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Printer:
    """How one kind prints. `group` is "" for the core group."""

    group: str
    kind: str
    columns: tuple[Column, ...]
    cells: Cells
    order: ListOrder | None = None


def wide(name: str) -> Column:
    """A column that `-o wide` adds."""
    return Column(name, priority=1)


def count(name: str) -> Column:
    """A column of whole numbers."""
    return Column(name, "integer")


NAME = Column("Name", format="name")
AGE = Column("Age")
CREATED_AT = Column("Created At", "date")
WORKLOAD = (wide("Containers"), wide("Images"), wide("Selector"))
