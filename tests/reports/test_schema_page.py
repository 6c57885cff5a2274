"""The schema page is made from the declarations and says something of every column."""

import re
from pathlib import Path

from ingest.log.connection import Log
from reports.schema_page import markdown, schema, text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "schema.md"


def test_the_page_in_docs_is_the_one_that_the_declarations_make() -> None:
    assert PAGE.read_text() == markdown(schema()), "run `make docs`"


def test_every_column_is_explained() -> None:
    for part in schema():
        for column in part.columns:
            assert column.doc, (part.title, column.name)
            assert column.type, (part.title, column.name)


def test_declared_types_are_those_of_the_views(tmp_path: Path) -> None:
    from ingest.log.views import resource_views

    with Log(tmp_path, {}) as log:
        log.prepare_all()
        found = {
            (view, column): type_.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
            for view, column, type_ in log.connection.execute(
                "SELECT table_name, column_name, data_type FROM duckdb_columns() "
                "WHERE schema_name = 'main'"
            ).fetchall()
        }
    declared = {
        (view.name, column.name): column.type
        for view in resource_views(())
        for column in view.at_time()
    }
    assert {key: found[key] for key in declared} == declared


def test_the_text_fits_80_columns() -> None:
    assert max(len(line) for line in text(schema()).splitlines()) <= 80


def test_every_view_is_named() -> None:
    page = markdown(schema())
    with Log(Path(), {}) as log:
        names = [name for name in log.views.all if re.fullmatch(r"\w+", name)]
        log.prepare_all()
        views = {row[0] for row in log.connection.execute("SHOW TABLES").fetchall()}
    for name in views & set(names):
        assert name.removesuffix("_history") in page
