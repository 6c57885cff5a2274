"""What a query can name, in words: docs/schema.md and `sql --schema`, from the declarations.

`python -m reports.schema_page` prints the Markdown page.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.log.connection import Log
from ingest.log.resource_columns import COLUMNS
from ingest.log.resources import (
    BODY,
    METADATA,
    NAME,
    NAMESPACE,
    OBJECTS,
    SUCCESSION,
    VALID_FROM,
    Column,
    ObjectType,
)
from ingest.log.views import resource_views

_ABOUT = """\
`kuberewind sql` queries a trace with DuckDB's SQL. There is a view for the log, one for all
versions, one for each resource, and a few made for questions that are often asked. All times are in
UTC. Views have no order: say `ORDER BY position`."""

_STATES = """\
For each resource there is a view of the objects in force at `--at`, or at the end of the trace; one
of every version, called `…_history`; and a table macro `…_at(T)` for the state at another time, so
that one query can compare two. T is a timestamp, or a text as `--at` takes it:

    SELECT name FROM pods_at('03:01') EXCEPT SELECT name FROM pods_at('-10s')

`objects` and `objects_at(T)` hold the objects of all resources. What is not known is null: where
the body of an object was not seen (`known` is partial), all that comes from it."""

_FUNCTIONS: Sequence[Column] = (
    Column("quantity(text)", "DOUBLE", "", "a Kubernetes quantity, such as 100m or 1.5Gi"),
    Column("json_map(text)", "MAP(VARCHAR, VARCHAR)", "", "a JSON object of texts as a map"),
    Column("json_texts(text)", "VARCHAR[]", "", "a JSON array of texts as a list"),
    Column("conditions_of(text)", "STRUCT[]", "", "status.conditions as a list of structs"),
    Column("condition(list, type)", "STRUCT", "", "one of these: status, reason, …"),
    Column("controller(text)", "VARCHAR", "", "Kind/name, from metadata.ownerReferences"),
)

_RECORDED: Mapping[str, tuple[str, ...]] = {
    "events": ("events", "placements"),
    "reads": ("reads",),
    "sources": ("sources",),
    "anomalies": ("anomalies",),
    "history": ("history",),
    "scheduling_decisions": ("scheduling_decisions",),
}
"""The stored tables that a view shows, the one that it is named for first."""

_MADE = ("scheduling_scores", "pod_lifecycles", "pod_phases")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: a view or a group of them, with columns or without."""

    title: str
    about: str
    columns: tuple[Column, ...] = ()


def schema(custom: Sequence[ObjectType] = ()) -> list[Part]:
    """All that a query can name; `custom` are the custom resources of a trace."""
    common = (NAMESPACE, NAME, *METADATA, VALID_FROM, *BODY)
    views = [view for view in resource_views(custom) if view.type is not None]
    typed = [view for view in views if view.type and view.type.key in COLUMNS]
    plain = sorted(view.name for view in views if view not in typed)
    return [
        *_from_database(),
        Part("States and histories", _STATES),
        Part("objects", f"{OBJECTS.doc}.", OBJECTS.at_time()),
        Part("All resources", "The columns that each resource's view has.", common),
        Part("All histories", "Those that `…_history` has besides.", SUCCESSION),
        *(
            Part(view.name, f"{view.doc}, besides the columns above.", COLUMNS[view.type.key])
            for view in typed
            if view.type
        ),
        Part("Other resources", f"These have the common columns only: {', '.join(plain)}."),
        Part("Functions", "Beside those of DuckDB.", tuple(_FUNCTIONS)),
    ]


def markdown(parts: Iterable[Part]) -> str:
    """The page docs/schema.md."""
    return "\n".join(["# The SQL schema\n", _ABOUT, "", *_markdown_lines(parts)])


def text(parts: Iterable[Part], width: int = 80) -> str:
    """The same to read in a terminal, in lines of that many characters."""
    return "\n".join([_filled(_ABOUT, width), "", *_text_lines(parts, width)])


def _markdown_lines(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        yield from (f"## {part.title}", "", part.about, "")
        if part.columns:
            yield from ("| column | type | what it is |", "|---|---|---|")
            for column in part.columns:
                doc = column.doc.replace("|", "\\|")
                yield f"| {column.name} | {column.type} | {doc} |"
            yield ""


def _text_lines(parts: Iterable[Part], width: int) -> Iterator[str]:
    for part in parts:
        yield from (part.title.upper(), "", _filled(part.about, width), "")
        for column in part.columns:
            type_ = column.type.partition("(")[0]
            head = f"  {column.name:<21} {type_:<11} "
            yield from textwrap.wrap(
                column.doc, width, initial_indent=head, subsequent_indent=" " * len(head)
            )
        if part.columns:
            yield ""


def _filled(paragraphs: str, width: int) -> str:
    return "\n\n".join(
        each if each.startswith("    ") else textwrap.fill(each, width)
        for each in paragraphs.split("\n\n")
    )


def _from_database() -> Iterator[Part]:
    """The views that are SQL files: their columns' types are asked of a database without rows."""
    from ingest.log.schema import TABLES

    declared = {table.name: table for table in TABLES}
    with Log(Path(), {}) as log:
        log.document([*_RECORDED, *_MADE])
        found = log.connection.execute(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index"
        ).fetchall()
        abouts = dict(
            log.connection.execute(
                "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
            ).fetchall()
        )
    for view in (*_RECORDED, *_MADE):
        tables = [declared[name] for name in _RECORDED.get(view, ())]
        stored = {c.name: c.doc for table in reversed(tables) for c in table.columns}
        yield Part(
            view,
            tables[0].doc if tables else abouts[view],
            tuple(
                Column(name, _short(type_), "", comment or stored[name])
                for of, name, type_, comment in found
                if of == view
            ),
        )


def _short(type_: str) -> str:
    return type_.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")


if __name__ == "__main__":
    sys.stdout.write(markdown(schema()))
