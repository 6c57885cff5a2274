"""`get`: from the question and the trace to the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from engine.schema.resource import Resource
from ingest.log.beyond import beyond_the_end
from ingest.log.current import Snapshot
from ingest.log.state import StoredState
from reports.kubectl.get import nothing_found, render
from reports.kubectl.listing import GetOptions
from reports.kubectl.question import Question
from reports.kubectl.state import Found, find
from reports.kubectl.terminal import escape_line

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes to standard output and standard error, and the exit status.

    The status is 1, as kubectl's is, where something that was asked for by name is not there.
    """

    out: str
    err: str
    status: int


def get(snapshot: Snapshot, at: str | None, question: Question, options: GetOptions) -> Answer:
    """What `kubectl get` answers at a time, and notes on what the log does not hold."""
    with duckdb.connect() as connection:
        state = StoredState(snapshot, connection, at)
        found = find(state, question)
        beyond = beyond_the_end(at, state.timeline, connection)
    now = _EPOCH + timedelta(microseconds=state.time)
    # Of one object that is not there kubectl prints the error alone, of several an empty List.
    silent = options.single and bool(found.errors)
    out = "" if silent else render(found.listings, options, now)
    lines = [*map(escape_line, _told(found, options)), *([beyond] if beyond else [])]
    return Answer(out, "".join(f"{line}\n" for line in lines), 1 if found.errors else 0)


def _told(found: Found, options: GetOptions) -> Iterator[str]:
    """Lines for standard error: kubectl's, and ours on objects without a body."""
    yield from found.errors
    if found.unseen:
        more = any(listing.objects for listing in found.listings)
        yield _unseen(found.unseen, more=more)
    elif not found.errors:
        # kubectl's own words, where a table would be empty.
        yield from nothing_found(found.listings, options).splitlines()


def _unseen(unseen: Sequence[tuple[Resource, int]], *, more: bool) -> str:
    *others, last = (
        f"{count:,} {resource.singular if count == 1 else resource.name}"
        for resource, count in unseen
    )
    who = f"{', '.join(others)} and {last}" if others else last
    one = sum(count for _, count in unseen) == 1
    what = "is known to exist, its body is" if one else "are known to exist, their bodies are"
    names = ",".join(resource.qualified_name for resource, _ in unseen)
    return (
        f"note: {who}{' more' if more else ''} {what} not in the log "
        f"(kuberewind history {names} --partial)"
    )
