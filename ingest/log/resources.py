"""One view per resource, in three forms: at the asked time, over its history, at any time.

    pods              the pods in force at the time that was asked for
    pods_history      every version of every pod, with valid_from and valid_to
    pods_at('03:01')  the pods in force at another time

Their columns are declared in `ingest.log.resource_columns`. A body is parsed once however many
columns are read: all paths of a view are looked up together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_PATH = re.compile(r"\$(?:\.(?:\w+|\"[^\"]+\")|\[\d+\])+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view: its name, its SQL type, its value and what it means.

    In the value, `$.path` stands for the text at that path of the object. What can't be cast to the
    type is null.
    """

    name: str
    type: str
    value: str
    doc: str


Parts = Sequence[Mapping[str, str]]
"""Named values that the columns of a view, and later parts, can mention."""


def text(name: str, value: str, doc: str) -> Column:
    """A column of text."""
    return Column(name, "VARCHAR", value, doc)


def number(name: str, value: str, doc: str) -> Column:
    """A column of whole numbers."""
    return Column(name, "BIGINT", value, doc)


def count(name: str, path: str, doc: str) -> Column:
    """A whole number that Kubernetes leaves out when it is zero."""
    return Column(name, "BIGINT", f"coalesce({path}, '0')", doc)


def flag(name: str, path: str, doc: str) -> Column:
    """A boolean that Kubernetes leaves out when it is false."""
    return Column(name, "BOOLEAN", f"coalesce({path}, 'false')", doc)


def time(name: str, value: str, doc: str) -> Column:
    """A time in UTC."""
    return Column(name, "TIMESTAMPTZ", value, doc)


def quantity(name: str, path: str, doc: str) -> Column:
    """A Kubernetes quantity as a number."""
    return Column(name, "DOUBLE", f"quantity({path})", doc)


IDENTITY = (
    text("api_group", "api_group", "API group; empty for core"),
    text("api_version", "api_version", "API version in which the object is spelled"),
    text("kind", "kind", "kind, such as Pod"),
    text("resource", "resource", "plural resource name, such as pods"),
)
NAMESPACE = text("namespace", "namespace", "its namespace; null if it has none")
NAME = text("name", "name", "its name")
METADATA = (
    time("created", "$.metadata.creationTimestamp", "when it was created (whole seconds)"),
    time("deleted", "$.metadata.deletionTimestamp", "by when it was asked to be gone; null: not"),
    text("owner", "controller($.metadata.ownerReferences)", "its controller, as Kind/name"),
    Column("labels", "MAP(VARCHAR, VARCHAR)", "json_map($.metadata.labels)", "its labels"),
    Column(
        "annotations",
        "MAP(VARCHAR, VARCHAR)",
        "json_map($.metadata.annotations)",
        "its annotations",
    ),
    text("uid", "uid", "its uid"),
    number("rv", "rv", "resourceVersion of this version; null where it is not revealed"),
    text("known", "known", "observed: seen whole; derived: computed; partial: body not seen"),
)
VALID_FROM = time("valid_from", "valid_from", "when this version came into force")
BODY = (
    Column("spec", "JSON", "try(json_extract(object, 'spec'))", "its spec"),
    Column("status", "JSON", "try(json_extract(object, 'status'))", "its status"),
    Column("object", "JSON", "object", "all of it; null where the body was not seen"),
)
SUCCESSION = (
    VALID_FROM,
    time("valid_to", "valid_to", "when the next version or the end did; null: still in force"),
    text("change", "change", "created, updated, or seen: first seen, older"),
    number("position", "position", "place in the total order of writes, from 1"),
    text("audit_id", "audit_id", "the event that made it; null where none was recorded"),
)


class ObjectType(NamedTuple):
    """A resource that objects are stored under."""

    group: str
    name: str
    kind: str
    namespaced: bool

    @property
    def key(self) -> tuple[str, str]:
        """(API group, plural name)"""
        return self.group, self.name


@dataclass(frozen=True, slots=True)
class ResourceView:
    """The views of one resource, or of all objects where `type` is None; `name` is their name."""

    name: str
    doc: str
    type: ObjectType | None
    columns: tuple[Column, ...]
    parts: Parts = ()

    def at_time(self) -> tuple[Column, ...]:
        """The columns of a state."""
        return (*self.columns, VALID_FROM, *BODY)

    def over_time(self) -> tuple[Column, ...]:
        """The columns of a history."""
        return (*SUCCESSION, *self.columns, *BODY)

    def select(self, source: str, columns: Sequence[Column]) -> str:
        """A query for these columns over a relation with the columns of the stored history."""
        values = [*(v for part in self.parts for v in part.values()), *(c.value for c in columns)]
        paths = list(dict.fromkeys(_PATH.findall(" ".join(values))))
        looked_up = ", ".join(literal(path) for path in paths)
        query = (
            f"SELECT *, try(json_extract_string(object, [{looked_up}])) AS found\n"
            f"FROM {source}\nWHERE {self._condition()}"
        )
        for part in self.parts:
            made = ", ".join(f"{_value(value, paths)} AS {name}" for name, value in part.items())
            query = f"SELECT *, {made}\nFROM (\n{query}\n)"
        lines = ",\n".join(f"    {_expression(column, paths)}" for column in columns)
        return f"SELECT\n{lines}\nFROM (\n{query}\n)"

    def _condition(self) -> str:
        if self.type is None:
            return "type = 'PUT'"
        return (
            f"type = 'PUT' AND resource = {literal(self.type.name)} "
            f"AND api_group = {literal(self.type.group)}"
        )


def view_of(name: str, type_: ObjectType, columns: Sequence[Column], parts: Parts) -> ResourceView:
    """The view of a resource with these columns beside the common ones."""
    return ResourceView(
        name=name,
        doc=f"{type_.kind} ({type_.group or 'core'})",
        type=type_,
        columns=(*((NAMESPACE,) if type_.namespaced else ()), NAME, *columns, *METADATA),
        parts=parts,
    )


OBJECTS = ResourceView(
    "objects", "Every object of every resource", None, (*IDENTITY, NAMESPACE, NAME, *METADATA)
)


def identifier(name: str) -> str:
    """A name as SQL takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text as SQL takes it, whatever it holds."""
    return "'" + value.replace("'", "''") + "'"


_PLAIN = re.compile(r"[\w\[\]]+|try\(json_extract\(object, '\w+'\)\)")
"""A value that is null of itself where the body was not seen, or that does not come from it."""


def _value(value: str, paths: Sequence[str]) -> str:
    """The value with each path replaced by its place among those that were looked up."""
    value = _PATH.sub(lambda path: f"found[{paths.index(path[0]) + 1}]", value)
    # Nothing is known, not even a zero, of an object whose body was not seen.
    return value if _PLAIN.fullmatch(value) else f"CASE WHEN found IS NOT NULL THEN {value} END"


def _expression(column: Column, paths: Sequence[str]) -> str:
    value = _value(column.value, paths)
    if column.type != "VARCHAR":
        value = f"try_cast({value} AS {column.type})"
    return f"{value} AS {identifier(column.name)}"
