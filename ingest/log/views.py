"""The views over a trace: what a query can name, and the SQL that makes it.

`stored.*` are the tables as they lie in the Parquet files; everything else stands on these. A view
is made when a query names it, or another view that is made does: to make all takes longer than most
queries do. Names are looked for as plain text, so now and then one is made in vain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files as package_files

from engine.schema.resources import catalog as built_in_resources
from engine.schema.resources import storage_key
from ingest.log.asof import Files, Position, Timeline
from ingest.log.resource_columns import COLUMNS, PARTS
from ingest.log.resources import (
    OBJECTS,
    Column,
    ObjectType,
    ResourceView,
    identifier,
    literal,
    view_of,
)

VERSIONS_AT = "stored.versions_at"
"""The table macro that gives the versions in force at a time."""

LIFETIMES = "stored.lifetimes"
"""The view that gives all versions with their true ends."""

STORED = (
    *("events", "anomalies", "sources", "reads", "history", "checkpoints", "placements"),
    "scheduling_decisions",
)

_STATEMENT_END = re.compile(r";[ \t]*(?:\n|$)")
_CREATED = re.compile(r"^CREATE (?:VIEW|MACRO) ([\w.]+)", re.MULTILINE)
_COMMENTED = re.compile(r"^COMMENT ON \w+ ([\w.]+)")


@dataclass(frozen=True, slots=True)
class Definition:
    """A view or macro: how to write the statement that makes it, and those that document it."""

    name: str
    create: Callable[[], str]
    comments: Callable[[], tuple[str, ...]] = tuple


class Views:
    """All views of a trace, each after those that it stands on."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self.all = {definition.name: definition for definition in definitions}

    def needed(self, text: str) -> list[Definition]:
        """The definitions that a text of SQL needs, in the order in which to make them."""
        wanted: list[Definition] = []
        mentioned = text.lower()
        for definition in reversed(self.all.values()):
            if _quoted(definition.name).lower() in mentioned:
                wanted.append(definition)
                mentioned += definition.create().lower()
        return wanted[::-1]


def live_views(
    files: Files, timeline: Timeline, at: Position, custom: Sequence[ObjectType]
) -> Views:
    """The views of an open trace; the default ones show the state at `at`.

    `stored.versions_at` calls `position_at` and `files_at`, which `ingest.log.connection` offers.
    """
    segment = timeline.segment_of(at)
    if segment is None:
        return Views(_definitions(files, None, None, custom))
    versions = f"SELECT * FROM {parquet(segment.paths)} WHERE {_in_force(str(at))}"
    versions_at = (
        "SELECT * FROM read_parquet(files_at(moment::VARCHAR), hive_partitioning = false) "
        f"WHERE {_in_force('position_at(moment::VARCHAR)')}"
    )
    return Views(_definitions(files, versions, versions_at, custom))


def render_views(files: Files, custom: Sequence[ObjectType] = ()) -> str:
    """A script that makes the same views in a DuckDB of its own, without extensions.

    Paths stay as they are in `files`: relative to the cluster's folder, in which it is to be run.
    The default views show the end of the trace; `…_at` takes a time in RFC 3339.
    """
    timeline = Timeline(files)
    versions = versions_at = None
    segment = timeline.segment_of(timeline.end)
    if segment is not None:
        versions = f"SELECT * FROM {parquet(segment.paths)} WHERE {_in_force(str(timeline.end))}"
        every = [path for each in timeline.segments for path in each.paths]
        versions_at = (
            f"SELECT v.* FROM {parquet(every)} AS v, (\n"
            "    SELECT max(position) AS asked, max(segment) AS segment\n"
            "    FROM stored.history WHERE valid_from <= moment::TIMESTAMPTZ\n"
            f") AS s\nWHERE v.segment = s.segment AND {_in_force('s.asked')}"
        )
    head = (
        "-- The views of this trace, for DuckDB without extensions. In this folder:\n"
        "--     duckdb -init views.sql\n"
        "CREATE SCHEMA IF NOT EXISTS stored;\n"
    )
    return head + "\n".join(
        f"{statement};\n"
        for definition in _definitions(files, versions, versions_at, custom)
        for statement in (
            definition.create().replace("CREATE ", "CREATE OR REPLACE ", 1),
            *definition.comments(),
        )
    )


def custom_resources(types: Iterable[ObjectType]) -> list[ObjectType]:
    """Those that no stock API server serves, sorted."""
    stock = {(resource.group, resource.name) for resource in built_in_resources()}
    # A hostile log may name a resource by nothing, which no view can be called.
    return sorted(each for each in types if each.key[1] and storage_key(*each.key) not in stock)


def resource_views(custom: Sequence[ObjectType]) -> list[ResourceView]:
    """One for all objects, one per built-in resource with objects, one per custom resource."""
    built_in = _built_in()
    names = {each.key: each.name for each in built_in} | {("", "events"): "k8s_events"}
    names |= _custom_names(custom, {*names.values(), *_fixed_names()})
    return [
        OBJECTS,
        *(
            view_of(names[each.key], each, COLUMNS.get(each.key, ()), PARTS.get(each.key, ()))
            for each in (*built_in, *custom)
        ),
    ]


@cache
def _built_in() -> tuple[ObjectType, ...]:
    """The built-in resources with objects, one for each store."""
    found: dict[tuple[str, str], ObjectType] = {}
    for resource in built_in_resources():
        type_ = ObjectType(resource.group, resource.name, resource.kind, resource.namespaced)
        if {"list", "create"} <= {*resource.verbs} and storage_key(*type_.key) == type_.key:
            found.setdefault(type_.key, type_)
    return tuple(found.values())


def _custom_names(custom: Sequence[ObjectType], taken: set[str]) -> dict[tuple[str, str], str]:
    """The plural name, or with its group where that could mean something else."""
    plurals = [each.name.lower() for each in custom]
    names = {}
    for each in custom:
        forms = {each.name.lower() + suffix for suffix in ("", "_at", "_history")}
        clear = plurals.count(each.name.lower()) == 1 and not forms & taken
        names[each.key] = each.name if clear else f"{each.name}.{each.group}"
    return names


def _fixed_names() -> set[str]:
    return {definition.name for definition in (*_functions(), *_families())} | {"objects"}


def _definitions(
    files: Files, versions: str | None, versions_at: str | None, custom: Sequence[ObjectType]
) -> Iterator[Definition]:
    yield from _functions()
    for table in STORED:
        yield Definition(f"stored.{table}", partial(_stored, table, files))
    yield Definition(
        "stored.versions",
        lambda: f"CREATE VIEW stored.versions AS {versions or _empty('history')}",
    )
    yield Definition(
        VERSIONS_AT,
        lambda: f"CREATE MACRO {VERSIONS_AT}(moment) AS TABLE {versions_at or _empty('history')}",
    )
    families = list(_families())
    yield from (each for each in families if each.name == LIFETIMES)
    for view in resource_views(custom):
        yield from _forms(view)
    yield from (each for each in families if each.name != LIFETIMES)


def _stored(table: str, files: Files) -> str:
    paths = [file.path for file in files.get(table, ())]
    select = f"SELECT * FROM {parquet(paths)}" if paths else _empty(table)
    return f"CREATE VIEW stored.{table} AS {select}"


def _forms(view: ResourceView) -> Iterator[Definition]:
    """A resource's views: at the asked time, at any time, over time."""
    name, at, over = (identifier(view.name + suffix) for suffix in ("", "_at", "_history"))
    yield Definition(
        view.name,
        lambda: f"CREATE VIEW {name} AS\n{view.select('stored.versions', view.at_time())}",
        lambda: _comments(
            name, f"{view.doc}: those in force at the time that is asked for.", view.at_time()
        ),
    )
    yield Definition(
        f"{view.name}_at",
        lambda: (
            f"CREATE MACRO {at}(moment) AS TABLE\n"
            f"{view.select(f'{VERSIONS_AT}(moment)', view.at_time())}"
        ),
    )
    if view.type is None:
        return  # `history` has the versions of all objects.
    yield Definition(
        f"{view.name}_history",
        lambda: f"CREATE VIEW {over} AS\n{view.select(LIFETIMES, view.over_time())}",
        lambda: _comments(over, f"{view.doc}: every version.", view.over_time()),
    )


def _comments(name: str, doc: str, columns: Iterable[Column]) -> tuple[str, ...]:
    return (
        f"COMMENT ON VIEW {name} IS {literal(doc)}",
        *(
            f"COMMENT ON COLUMN {name}.{identifier(column.name)} IS {literal(column.doc)}"
            for column in columns
        ),
    )


@cache
def _functions() -> tuple[Definition, ...]:
    return tuple(_parsed("functions") + _parsed("pod_functions"))


@cache
def _families() -> tuple[Definition, ...]:
    names = ("history", "events", "records", "pod_phases", "pod_lifecycles", "scheduling")
    return tuple(definition for name in names for definition in _parsed(name))


def _parsed(family: str) -> list[Definition]:
    """The definitions of one of the .sql files beside this module."""
    script = (package_files("ingest.log") / "sql" / f"{family}.sql").read_text("utf-8")
    made: dict[str, tuple[str, list[str]]] = {}
    for statement in filter(str.strip, _STATEMENT_END.split(script)):
        if found := _CREATED.search(statement):
            made[found[1]] = (statement[found.start() :].strip(), [])
        elif found := _COMMENTED.match(statement.strip()):
            made[_commented(found[1], made)][1].append(statement.strip())
    return [
        Definition(name, partial(str, create), partial(tuple, notes))
        for name, (create, notes) in made.items()
    ]


def _commented(target: str, made: Iterable[str]) -> str:
    return next(name for name in made if target == name or target.startswith(f"{name}."))


def _in_force(position: str) -> str:
    return (
        f"type = 'PUT' AND position <= {position} "
        f"AND (next_position IS NULL OR next_position > {position})"
    )


def parquet(paths: Sequence[str]) -> str:
    """A relation of all rows of these files; their paths hold no wildcards."""
    listed = ", ".join(literal(path) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def _quoted(name: str) -> str:
    """A name as it stands between the quotes of an identifier, or without any."""
    return identifier(name)[1:-1]


def _empty(table: str) -> str:
    """A relation of no rows with the columns of a stored table."""
    from ingest.log.schema import TABLES
    from ingest.log.sql_types import sql_type

    declared = next(each for each in TABLES if each.name == table)
    columns = ", ".join(
        f"NULL::{sql_type(column.type)} AS {identifier(column.name)}" for column in declared.columns
    )
    return f"SELECT {columns} WHERE false"
