"""`get`: from the question and the trace to the text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb

from ingest.log.current import Snapshot
from ingest.log.state import StoredState
from reports.kubectl.get import nothing_found, render
from reports.kubectl.listing import GetOptions
from reports.kubectl.state import Question, listings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def get(
    snapshot: Snapshot, at: str | None, question: Question, options: GetOptions
) -> tuple[str, str]:
    """What `kubectl get` writes to standard output and standard error at a time."""
    with duckdb.connect() as connection:
        state = StoredState(snapshot, connection, at)
        found = listings(state, question)
    now = _EPOCH + timedelta(microseconds=state.time)
    return render(found, options, now), nothing_found(found, options)
