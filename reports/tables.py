"""Results of a query as text or files: table, csv, json, jsonl, md, parquet.

Text comes from a cluster and may hold anything: what a terminal, Markdown or HTML would obey is
escaped where it is shown to a person; csv, json, jsonl and parquet hold the data as it is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import accumulate, chain, islice
from math import isfinite
from typing import IO, Any, cast

import orjson

from engine.errors import KubeRewindError
from reports.kubectl.terminal import escape, escape_json, escape_text
from reports.query import Result
from reports.words import counted

ROWS_MAX = 10_000
"""How many rows a table shows: it is laid out in memory, and nobody reads more."""

CELL_MAX = 300
"""How many characters of a cell it shows."""

COLUMN_MIN = 10
COLUMN_EASY = 24
"""Characters that a column needs at least, and those with which most are read with ease."""

_GAP = 3
"""Characters between two columns."""

_MARKDOWN = re.compile(r"[\\`*_\[\]<>|&!#~]")


class OutputError(KubeRewindError):
    """A result that cannot be printed so; the message says how it can."""


def print_result(result: Result, form: str, out: IO[str]) -> None:
    """Print a result in one of FORMS. Raises OutputError, QueryError."""
    if form not in FORMS:
        raise OutputError(f"there is no output form {form!r}: choose one of {', '.join(FORMS)}")
    FORMS[form](result, out)


def print_table(result: Result, out: IO[str]) -> None:
    """Aligned columns that fit the terminal, or 80 characters; columns without room are named."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=out, highlight=False)
    if result.explains:
        for plan in result.rows():
            console.print(Text(escape(str(plan[-1]))), soft_wrap=True)
        return
    rows = result.rows()
    shown = [[cell(value) for value in row] for row in islice(rows, ROWS_MAX)]
    fitting = _fitting(result.columns, shown, console.width)
    table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False, header_style="bold")
    for name, type_ in islice(zip(result.columns, result.types, strict=True), fitting):
        right = "right" if _is_number(type_) else "left"
        table.add_column(Text(cell(name)), justify=cast(Any, right), overflow="fold")
    for row in shown:
        table.add_row(*(Text(text) for text in row[:fitting]))
    console.print(table)
    for note in _notes(result, len(shown), next(rows, None) is not None, fitting):
        console.print(Text(note, style="dim"))


def print_markdown(result: Result, out: IO[str]) -> None:
    """A table as GitHub draws it."""

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |\n"

    out.write(line([_markdown(name) for name in result.columns]))
    out.write(line(["---:" if _is_number(type_) else "---" for type_ in result.types]))
    for row in result.rows():
        out.write(line([_markdown(value) for value in row]))


def print_csv(result: Result, out: IO[str]) -> None:
    """Comma-separated values with a header; maps and lists as JSON, null as nothing."""
    rows = csv.writer(out, lineterminator="\n")
    shown = escape_text if out.isatty() else str
    rows.writerow([shown(name) for name in result.columns])
    for row in result.rows():
        rows.writerow([shown(_plain_text(value)) for value in row])


def print_json(result: Result, out: IO[str]) -> None:
    """One array of objects."""
    between = "[\n"
    for line in _json_lines(result, terminal=out.isatty()):
        out.write(between + line)
        between = ",\n"
    out.write("[]\n" if between == "[\n" else "\n]\n")


def print_json_lines(result: Result, out: IO[str]) -> None:
    """One object a line."""
    for line in _json_lines(result, terminal=out.isatty()):
        out.write(line + "\n")


def print_parquet(result: Result, out: IO[str]) -> None:
    """A Parquet file, with the true types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if out.isatty():
        raise OutputError("Parquet is no text: send it to a file, as in -o parquet > FILE.parquet")
    batches = result.batches()
    first = next(batches, None)
    schema = result.arrow_schema() if first is None else first.schema
    with pq.ParquetWriter(pa.PythonFile(out.buffer), schema, compression="zstd") as writer:  # type: ignore[attr-defined]
        for batch in chain([] if first is None else [first], batches):
            writer.write_batch(batch)


FORMS: Mapping[str, Callable[[Result, IO[str]], None]] = {
    "table": print_table,
    "csv": print_csv,
    "json": print_json,
    "jsonl": print_json_lines,
    "parquet": print_parquet,
    "md": print_markdown,
}


def cell(value: Any) -> str:
    """A value for a person to read, on one line."""
    if isinstance(value, dict):
        text = ", ".join(f"{_plain_text(key)}={_plain_text(each)}" for key, each in value.items())
    elif isinstance(value, list):
        text = ", ".join(_plain_text(each) for each in value)
    else:
        text = _plain_text(value)
    text = escape(" ".join(text.split()))
    return text if len(text) <= CELL_MAX else f"{text[: CELL_MAX - 1]}…"


def _plain_text(value: Any) -> str:
    """A value as text that a program can read."""
    plain = _plain(value)
    if plain is None:
        return ""
    return plain if isinstance(plain, str) else orjson.dumps(plain, default=str).decode()


def _plain(value: Any) -> Any:
    """A value as JSON can hold it. Times are RFC 3339 in UTC."""
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _plain(int(value)) if value == value.to_integral_value() else float(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {_plain_text(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _json_lines(result: Result, *, terminal: bool) -> Iterator[str]:
    bodies = [type_ == "JSON" for type_ in result.types]
    for row in result.rows():
        record = {
            name: orjson.Fragment(value) if body and value is not None else _plain(value)
            for name, value, body in zip(result.columns, row, bodies, strict=True)
        }
        line = orjson.dumps(record).decode()
        yield escape_json(line) if terminal else line


def _markdown(value: Any) -> str:
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}", cell(value))


def _is_number(type_: str) -> bool:
    return type_.startswith("DECIMAL") or type_.endswith(("INT", "INTEGER", "DOUBLE", "FLOAT"))


def _fitting(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> int:
    """How many columns, from the left, have room: all if they can be squeezed in, else at ease."""
    widest = [
        max([len(name), *(len(row[index]) for row in rows)]) for index, name in enumerate(columns)
    ]
    for least in (COLUMN_MIN, COLUMN_EASY):
        ends = accumulate(min(each, least) + _GAP for each in widest)
        fitting = sum(end - _GAP <= width for end in ends)
        if fitting == len(columns):
            break
    return max(fitting, 1)


def _notes(result: Result, shown: int, cut: bool, fitting: int) -> Iterator[str]:
    yield f"the first {shown:,} rows; -o csv has them all" if cut else counted(shown, "row")
    left = [cell(name) for name in result.columns[fitting:]]
    if left:
        yield (
            f"no room for {counted(len(left), 'column')}: {', '.join(left)}; "
            "name the ones to see, or take -o jsonl"
        )
