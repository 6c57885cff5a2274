"""`sql`: from a query and a trace to the printed result."""

from __future__ import annotations

from typing import IO

from ingest.log.beyond import beyond_the_end
from ingest.log.connection import Log
from ingest.log.current import VERIFIED, Snapshot
from reports.interrupt import interruptible
from reports.query import run_sql
from reports.tables import print_result

_NOT_VERIFIED = (
    "note: no decisions of a scheduler are kept here; kuberewind replay --verify --only scheduler "
    "asks the model about those that the record holds"
)


def ask(
    snapshot: Snapshot, at: str | None, query: str, form: str, out: IO[str], err: IO[str]
) -> None:
    """Print the results of a query's statements, one after the other; notes go to `err`.

    Raises QueryError, OutputError and TimeError.
    """
    with Log.of(snapshot, at) as log, interruptible(log.connection.interrupt):
        results = run_sql(log, query)
        if beyond := beyond_the_end(at, log.timeline, log.connection):
            err.write(f"{beyond}\n")
        if "scheduling_" in query and not any(map(snapshot.files, VERIFIED)):
            err.write(f"{_NOT_VERIFIED}\n")
        for result in results:
            print_result(result, form, out)
