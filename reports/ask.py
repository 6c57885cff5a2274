"""`sql`: from a query and a trace to the printed result."""

from __future__ import annotations

from typing import IO

from ingest.log.connection import Log
from ingest.log.current import Snapshot
from reports.query import run_sql
from reports.tables import print_result


def ask(snapshot: Snapshot, at: str | None, query: str, form: str, out: IO[str]) -> None:
    """Print the results of a query's statements, one after the other.

    Raises QueryError, OutputError and TimeError.
    """
    with Log.of(snapshot, at) as log:
        for result in run_sql(log, query):
            print_result(result, form, out)
