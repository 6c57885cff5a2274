"""What a user's SQL may do: ask, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from engine.errors import KubeRewindError
from ingest.log.connection import Log
from reports.query import QueryError, run_sql
from tests.ingest.log.opened import put, write


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    body = {"status": {"phase": "Running"}}
    widget = put(2, {}, api_group="example.com", resource="widgets", kind="Widget")
    with write(tmp_path / "cluster", [put(1, body), widget]).open() as opened:
        yield opened


def rows(log: Log, text: str) -> list[list[tuple[object, ...]]]:
    return [list(result.rows()) for result in run_sql(log, text)]


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("SELECT name FROM pods", ("web",)),
        ("FROM pods SELECT name;  -- a remark", ("web",)),
        ("SELECT 'é;' AS \"ü;\" /* ; */ ; /* é; */", ("é;",)),
        ("SELECT 1 -- a remark", (1,)),
        ("WITH p AS (FROM pods) SELECT count(*) FROM p", (1,)),
        ("VALUES (1, 2)", (1, 2)),
        ("PIVOT (SELECT phase FROM pods) ON phase USING count(*)", (1,)),
        ("SELECT name FROM pods_at('-0s')", ("web",)),
        ("SELECT name FROM widgets", ("web",)),
        ("SELECT name FROM query('FROM widgets_at(''now'')')", ("web",)),
    ],
)
def test_a_query_is_answered(log: Log, query: str, row: tuple[object, ...]) -> None:
    assert rows(log, query) == [[row]]


def test_several_queries_are_answered_in_turn(log: Log) -> None:
    assert rows(log, "SELECT 1; SELECT ';' AS x;") == [[(1,)], [(";",)]]


def test_views_are_listed_with_those_of_custom_resources(log: Log) -> None:
    listed = {name for (name,) in rows(log, "SHOW TABLES")[0]}
    assert {"pods", "pods_history", "events", "pod_lifecycles", "widgets"} <= listed


def test_a_view_is_described(log: Log) -> None:
    (columns,) = rows(log, "DESCRIBE pods")
    assert ("restarts", "BIGINT") in [row[:2] for row in columns]


@pytest.mark.parametrize("form", ["EXPLAIN", "EXPLAIN ANALYZE"])
def test_a_plan_is_explained(log: Log, form: str) -> None:
    ((_, plan),) = rows(log, f"{form} SELECT name FROM pods")[0]
    assert "│" in str(plan)


def live_file(log: Log) -> str:
    return log.files["history"][0].path


WRITE = "COPY (SELECT 1) TO '{file}' (FORMAT parquet, USE_TMP_FILE false)"


@pytest.mark.parametrize(
    "query",
    [
        WRITE,
        f"WITH w AS ({WRITE}) FROM w",
        f"SELECT * FROM (WITH w AS ({WRITE}) FROM w)",
        f"EXPLAIN ANALYZE {WRITE}",
        f"EXPLAIN ANALYZE WITH w AS ({WRITE}) FROM w",
        f"EXPLAIN /* ) */ ANALYZE {WRITE}",
        "FROM query('WITH w AS (COPY (SELECT 1) TO ''{file}'' (USE_TMP_FILE false)) FROM w')",
        f"SELECT 1) AS a; {WRITE}; SELECT * FROM (SELECT 2",
        f"PREPARE p AS {WRITE}",
        "EXPORT DATABASE '{folder}/out'",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/out.db'",
        "ATTACH ':memory:' AS m",
        "CREATE TABLE t AS SELECT 1",
        "CREATE OR REPLACE VIEW pods AS SELECT 1",
        "WITH w AS (INSERT INTO t VALUES (1) RETURNING *) FROM w",
        "DROP VIEW pods",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET enable_external_access",
        "PRAGMA enable_profiling",
        "CALL enable_logging('QueryLog', storage = 'file', storage_path = '{folder}/log')",
        "FROM enable_profiling(format = 'json', save_location = '{folder}/profile')",
        "CREATE SECRET s (TYPE http)",
        "FROM read_text('{other}')",
        "FROM read_csv('{other}')",
        "FROM read_parquet('{other}')",
        "FROM '{other}'",
        "FROM query_table('{other}')",
        "FROM glob('{folder}/*')",
        "FROM read_text('{file}/../../../other.csv')",
        "FROM parquet_metadata('{other}')",
        "FROM sniff_csv('{other}')",
        "FROM read_json('http://127.0.0.1:9/x')",
        "FROM read_parquet('s3://bucket/x')",
        "SELECT * FROM WRITE",
    ],
)
def test_nothing_else_is_read_or_written(log: Log, tmp_path: Path, query: str) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    text = query.format(file=live_file(log), folder=tmp_path, other=other)
    with pytest.raises(KubeRewindError) as raised:
        rows(log, text)
    assert "\n" not in str(raised.value)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert rows(log, "SELECT name FROM pods") == [[("web",)]]


def test_a_variable_of_the_program_is_no_table(log: Log) -> None:
    secret = duckdb.sql("SELECT 1 AS a")
    assert secret is not None
    with pytest.raises(QueryError, match="there is no view secret"):
        rows(log, "FROM secret")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "there is no query"),
        ("-- nothing", "there is no query"),
        ("SELEC 1", "syntax error at or near"),
        ("FROM podz", r"there is no view podz: did you mean pods\?"),
        ("FROM gizmos_at('now')", "there is no view gizmos_at"),
        ("SELECT nme FROM pods", 'Referenced column "nme" not found.*; Candidate bindings: "name"'),
        ("FROM pods_at('yesterday')", "'yesterday' is no time: write"),
        ("FROM pods_at(NULL)", "NULL is no time: write"),
        ("FROM pods_at('1969-01-01')", "is before the trace, which begins at"),
        ("SELECT error('a' || chr(10) || 'b')", "a"),
        (
            "DELETE FROM pods",
            "only queries can be run here, and this is a statement of kind DELETE",
        ),
    ],
)
def test_an_error_is_one_line(log: Log, query: str, told: str) -> None:
    with pytest.raises(QueryError, match=told) as raised:
        rows(log, query)
    assert "\n" not in str(raised.value)
