"""Running SQL that a user wrote: queries, and nothing that writes.

Each statement is run as a subquery. That is what keeps it from writing: DuckDB takes no statement
but a query there, and refuses one that hides a write in its WITH clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import duckdb

from engine.errors import KubeRewindError
from ingest.log.connection import Log
from ingest.log.resources import identifier

if TYPE_CHECKING:
    import pyarrow as pa

_EXPLAIN = re.compile(r"\s*(explain(?:\s+analyze)?)\b(?!\s*\()(.*)", re.IGNORECASE | re.DOTALL)
_LISTS_VIEWS = re.compile(r"\bshow\b|information_schema|duckdb_|sqlite_master|pg_", re.IGNORECASE)
_UNKNOWN = re.compile(r"Table(?: Function)? with name (.+?) does not exist")
_OWN_ERROR = re.compile(r"executing the UDF: \w+: (.*)", re.DOTALL)
# Files of ours that a user knows nothing of, as ingest.log.connection names their folder.
_SCRATCH = re.compile(r"[\"']?[^\s\"']*/kuberewind-\w+/[^\s\"']*[\"']?")
_QUERIES = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)
"""A PIVOT is a statement of the second kind."""

_AS_TEXT = frozenset({"NULL", "INTERVAL", "BIT", "TIME WITH TIME ZONE"})
"""What Python or Parquet have no like of."""

_ZONED = "TIMESTAMP WITH TIME ZONE"


class QueryError(KubeRewindError):
    """A query that cannot be run; the message is one line of DuckDB's."""


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of one statement, read as often as they are asked for.

    `types` are DuckDB's names of the columns' types.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    query: str
    connection: duckdb.DuckDBPyConnection

    @property
    def explains(self) -> bool:
        """Whether it is a plan instead of rows."""
        return self.query.startswith("EXPLAIN")

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows as they are computed; times are naive and in UTC. Raises QueryError."""
        try:
            cursor = self.connection.execute(self._with(_python_value))
            while batch := cursor.fetchmany(1024):
                yield from batch
        except duckdb.Error as error:
            raise _told(error) from None

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows as Arrow batches, times with their zone. Raises QueryError."""
        try:
            yield from self.connection.sql(self._with(_parquet_value)).to_arrow_reader(65_536)
        except duckdb.Error as error:
            raise _told(error) from None

    def arrow_schema(self) -> pa.Schema:
        """The schema of the batches."""
        return self.connection.sql(self._with(_parquet_value)).limit(0).to_arrow_table().schema

    def _with(self, value: Callable[[int, str], str]) -> str:
        """The query with each column as `value` makes it from its number and type."""
        if self.explains:
            return self.query
        values = ", ".join(
            f"{value(number, type_)} AS {identifier(name)}"
            for number, (name, type_) in enumerate(zip(self.columns, self.types, strict=True), 1)
        )
        return f"SELECT {values} FROM (\n{self.query}\n)"


def run_sql(log: Log, text: str) -> list[Result]:
    """The results of the queries in `text`, in order. Raises QueryError, TimeError."""
    try:
        statements = log.connection.extract_statements(text)
    except duckdb.Error as error:
        raise _told(error) from None
    if not statements:
        raise QueryError("there is no query: try SELECT * FROM pods, or SHOW TABLES")
    if _LISTS_VIEWS.search(text):
        log.prepare_all()
    else:
        log.prepare(text)
    return [_bound(log, _as_query(statement), text) for statement in statements]


def _as_query(statement: duckdb.Statement) -> str:
    query = _without_semicolon(statement.query)
    if statement.type in _QUERIES:
        return f"SELECT * FROM (\n{query}\n)"
    explained = _EXPLAIN.fullmatch(query)
    if statement.type == duckdb.StatementType.EXPLAIN and explained:
        return f"{explained[1].upper()} SELECT * FROM (\n{explained[2]}\n)"
    raise QueryError(
        f"only queries can be run here, and this is a statement of kind {statement.type.name}: "
        "begin it with SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"
    )


def _without_semicolon(query: str) -> str:
    """The statement without the semicolon that ends it, and without remarks after that."""
    text = query.encode()
    tokens = [at for at, type_ in duckdb.tokenize(query) if type_ != duckdb.token_type.comment]
    end = tokens[-1] if text[tokens[-1] :].startswith(b";") else len(text)
    return text[:end].decode()


def _bound(log: Log, query: str, text: str) -> Result:
    try:
        return _described(log, query)
    except duckdb.CatalogException:
        # It may name a custom resource: only the history can tell which there are.
        log.discover()
        log.prepare(text)
    except duckdb.Error as error:
        raise _told(error) from None
    try:
        return _described(log, query)
    except duckdb.Error as error:
        raise _told(error, log) from None


def _described(log: Log, query: str) -> Result:
    # An EXPLAIN has no relation of its own: what it explains is bound, so that errors are told.
    relation = log.connection.sql(query[query.index("SELECT") :])
    if query.startswith("EXPLAIN"):
        return Result(("part", "plan"), ("VARCHAR", "VARCHAR"), query, log.connection)
    types = tuple(str(type_) for type_ in relation.types)
    return Result(tuple(relation.columns), types, query, log.connection)


def _python_value(number: int, type_: str) -> str:
    """Python holds times with a zone only by a library that we do without: so they lose it."""
    if type_ in _AS_TEXT or type_ == "BLOB":
        return f"#{number}::VARCHAR"
    if _ZONED in type_:
        return f"CAST(#{number} AS {type_.replace(_ZONED, 'TIMESTAMP')})"
    return f"#{number}"


def _parquet_value(number: int, type_: str) -> str:
    return f"#{number}::VARCHAR" if type_ in _AS_TEXT else f"#{number}"


def in_one_line(error: Exception) -> str:
    """The first line of an error of DuckDB or Arrow, without names that only we know."""
    lines = [line for line in _SCRATCH.sub("a scratch file", str(error)).splitlines() if line]
    return lines[0] if lines else type(error).__name__


def _told(error: duckdb.Error, log: Log | None = None) -> QueryError:
    """The error in one line: ours if it is one of ours, else the first line of DuckDB's."""
    message = _SCRATCH.sub("a scratch file", str(error))
    if own := _OWN_ERROR.search(message):
        return QueryError(" ".join(own[1].split()))
    lines = [line for line in message.splitlines() if line.strip()]
    first = lines[0].partition(": ")[2] or lines[0]
    if unknown := _UNKNOWN.search(first):
        return QueryError(f"there is no view {unknown[1]}{_similar(unknown[1], log)}")
    hints = [line for line in lines[1:] if line.startswith("Candidate")]
    return QueryError("; ".join([first.rstrip("!"), *hints]))


def _similar(name: str, log: Log | None) -> str:
    known = [] if log is None else [each for each in log.views.all if "stored." not in each]
    found = get_close_matches(name.lower(), known)
    return f": did you mean {' or '.join(found)}?" if found else "; SHOW TABLES lists what there is"
