"""What a section of the report offers: rows of one SQL file in, blocks of a page out.

A section says what is to be seen, never how it looks: it writes no HTML and names no colour. Text
in a block is plain text, and the page escapes it; a colour is a role such as `--ready`, to which
templates/report.css gives a value for light, dark and print.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import duckdb
import pyarrow as pa

Json = dict[str, Any]


class Log(Protocol):
    """What the page needs of an opened trace, such as ingest.log.connection.Log."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Where its views can be queried."""

    def prepare(self, query: str) -> None:
        """Make the views that a query names."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time that the record covers, in milliseconds since the epoch, UTC."""

    start_ms: float
    end_ms: float


@dataclass(frozen=True, slots=True)
class Facts:
    """Short facts side by side: a name and a value each."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that the reader must see; `notice` is calm, `alarm` is not."""

    text: str
    tone: Literal["notice", "alarm"] = "notice"


@dataclass(frozen=True, slots=True)
class Legend:
    """What the colours mean: a role such as `--ready` and its words."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table on the page; numbers are set flush right."""

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A small table; every cell is text already formatted for reading."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A Plotly figure in a card that can be folded.

    `traces` and `layout` are Plotly's, with times in milliseconds UTC and roles for colours.
    Plotly reads some HTML in texts: names from the record go through `reports.figures.label`.
    """

    title: str
    summary: str
    traces: tuple[Json, ...]
    layout: Json = field(default_factory=dict)
    height_px: int = 200
    folded: bool = False


Block = Facts | Note | Legend | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page; `name` is its anchor and the name of its .sql file.

    `build` gets the rows of `sections/<name>.sql` and the span of the whole record, and gives the
    blocks from top to bottom. It must do with no rows.
    """

    name: str
    title: str
    about: str
    build: Callable[[pa.Table, Span], Sequence[Block]]
