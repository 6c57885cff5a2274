"""Results of queries as text and files."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.log.connection import Log
from reports.query import run_sql
from reports.tables import COLUMN_MIN, ROWS_MAX, OutputError, print_result


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log(tmp_path, {}) as opened:
        yield opened


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(log: Log, query: str, form: str, out: io.StringIO | None = None) -> str:
    out = out or io.StringIO()
    for result in run_sql(log, query):
        print_result(result, form, out)
    return out.getvalue()


def as_parquet(log: Log, query: str) -> pa.Table:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw)
    (result,) = run_sql(log, query)
    print_result(result, "parquet", out)
    assert not out.closed
    return pq.read_table(io.BytesIO(raw.getvalue()))


VALUES = (
    "SELECT TIMESTAMPTZ '2026-11-21 04:00:00.5+01' AS t, MAP {'a': 'b,\"'} AS m, [1, NULL] AS l, "
    "'{\"x\": [1.10]}'::JSON AS j, NULL AS n, 170141183460469231731687303715884105727 AS h, "
    "1.50::DECIMAL(4, 2) AS d, true AS b, 'nan'::DOUBLE AS f, "
    "[TIMESTAMPTZ '2026-11-21 00:00Z'] AS ts"
)


def test_json_holds_values_of_every_kind(log: Log) -> None:
    assert json.loads(printed(log, VALUES, "json")) == [
        {
            "t": "2026-11-21T03:00:00.500000Z",
            "m": {"a": 'b,"'},
            "l": [1, None],
            "j": {"x": [1.1]},
            "n": None,
            "h": "170141183460469231731687303715884105727",
            "d": 1.5,
            "b": True,
            "f": None,
            "ts": ["2026-11-21T00:00:00Z"],
        }
    ]


def test_a_body_is_printed_byte_for_byte(log: Log) -> None:
    assert printed(log, "SELECT '{\"x\": [1.10]}'::JSON AS j", "jsonl") == '{"j":{"x": [1.10]}}\n'


def test_csv_holds_values_of_every_kind(log: Log) -> None:
    (row,) = csv.DictReader(io.StringIO(printed(log, VALUES, "csv")))
    assert row == {
        "t": "2026-11-21T03:00:00.500000Z",
        "m": '{"a":"b,\\""}',
        "l": "[1,null]",
        "j": '{"x": [1.10]}',
        "n": "",
        "h": "170141183460469231731687303715884105727",
        "d": "1.5",
        "b": "true",
        "f": "",
        "ts": '["2026-11-21T00:00:00Z"]',
    }


def test_parquet_holds_the_true_types(log: Log) -> None:
    table = as_parquet(log, f"SELECT * FROM ({VALUES}) CROSS JOIN range(3)")
    assert table.num_rows == 3
    assert str(table.schema.field("t").type) == "timestamp[us, tz=UTC]"
    assert table.column("m").to_pylist()[0] == [("a", 'b,"')]


def test_parquet_of_no_rows_still_has_columns(log: Log) -> None:
    table = as_parquet(log, "SELECT 1 AS a WHERE false")
    assert (table.num_rows, table.column_names) == (0, ["a"])


def test_parquet_is_not_printed_on_a_terminal(log: Log) -> None:
    with pytest.raises(OutputError, match="send it to a file"):
        printed(log, "SELECT 1", "parquet", Terminal())


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("json", "[]\n"),
        ("jsonl", ""),
        ("csv", "a,b\n"),
        ("md", "| a | b |\n| ---: | --- |\n"),
    ],
)
def test_no_rows_are_printed_as_none(log: Log, form: str, text: str) -> None:
    assert printed(log, "SELECT 1 AS a, '' AS b WHERE false", form) == text


def test_a_form_that_is_not_there_is_refused_with_those_that_are(log: Log) -> None:
    with pytest.raises(OutputError, match="table, csv, json, jsonl, parquet, md"):
        printed(log, "SELECT 1", "xml")


def test_a_table_fits_80_columns_and_names_what_it_leaves_out(log: Log) -> None:
    columns = ", ".join(f"repeat('{n % 10}', 30) AS column_{n}" for n in range(12))
    text = printed(log, f"SELECT {columns}", "table")
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "no room for 9 columns: column_3, column_4," in text


def test_columns_are_squeezed_before_one_is_left_out(log: Log) -> None:
    columns = ", ".join(f"repeat('{n}', {2 * COLUMN_MIN}) AS c{n}" for n in range(6))
    text = printed(log, f"SELECT {columns}", "table")
    assert "no room" not in text
    assert text.count("5") - 1 == 2 * COLUMN_MIN


def test_a_table_says_how_many_rows_it_has(log: Log) -> None:
    assert printed(log, "SELECT 1 AS a", "table").endswith("1 row\n")
    assert printed(log, "SELECT 1 AS a WHERE false", "table").endswith("0 rows\n")


def test_a_table_says_when_it_is_cut(log: Log) -> None:
    text = printed(log, f"FROM range({ROWS_MAX + 1})", "table")
    assert text.endswith("the first 10,000 rows; -o csv has them all\n")


HOSTILE = (
    "SELECT '<b>|[x](y)*' || chr(27) || '[2J' || chr(155) || '31m' || chr(10) || 'z' AS \"[red]a\""
)


@pytest.mark.parametrize("form", ["table", "md", "json", "jsonl", "csv"])
def test_a_terminal_gets_no_control_characters(log: Log, form: str) -> None:
    text = printed(log, HOSTILE, form, Terminal())
    own = "\x1b[1m", "\x1b[2m", "\x1b[0m"
    for code in own:
        text = text.replace(code, "")
    assert not {"\x1b", "\x9b", "\r"} & set(text)


def test_a_table_takes_no_markup_from_data(log: Log) -> None:
    assert "[red]a" in printed(log, HOSTILE, "table")


def test_markdown_and_html_are_escaped(log: Log) -> None:
    assert printed(log, HOSTILE, "md") == (
        "| \\[red\\]a |\n| --- |\n| \\<b\\>\\|\\[x\\](y)\\*^\\[\\[2J\\\\x9b31m z |\n"
    )


def test_no_color_is_respected(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in printed(log, "SELECT 1 AS a", "table", Terminal())


def test_output_to_a_file_has_no_colours(log: Log) -> None:
    assert "\x1b" not in printed(log, "SELECT 1 AS a", "table")


def test_columns_of_one_name_are_told_apart(log: Log) -> None:
    assert json.loads(printed(log, "SELECT 1 AS a, 2 AS a", "jsonl")) == {"a": 1, "a_1": 2}
