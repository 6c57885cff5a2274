"""The history as lines of JSON: one version each, in the order in which they came into force."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import orjson

from engine.schema.resources import storage_key
from ingest.log.current import Snapshot
from ingest.log.history_reader import read_history
from ingest.log.state import StoredState
from reports.kubectl.question import Question, wanted
from reports.kubectl.state import known_resources

COLUMNS = (
    "resource",
    "rv",
    "type",
    "api_group",
    "api_version",
    "kind",
    "namespace",
    "name",
    "object",
)


Store = tuple[str, str]
"""The group and the name of the resource that objects are stored as."""


def stores(snapshot: Snapshot, resources: str) -> frozenset[Store]:
    """Where the objects of `cm,deploy` and such are stored. Raises UnknownResourceError."""
    with duckdb.connect() as connection:
        known = known_resources(StoredState(snapshot, connection))
    asked = wanted(Question([resources]), known)
    return frozenset(storage_key(each.resource.group, each.resource.name) for each in asked)


def history_lines(
    snapshot: Snapshot, *, partial: bool = False, of: frozenset[Store] | None = None
) -> Iterator[str]:
    """Yield a line for each version: rv, type, apiVersion, kind, namespace, name and object.

    With `partial`, also the versions whose body was not seen; their object is null. With `of`, only
    the objects in these stores.
    """
    for batch in read_history(snapshot, COLUMNS):
        columns = [batch.column(name).to_pylist() for name in COLUMNS]
        for resource, rv, type_, group, api_version, kind, namespace, name, body in zip(
            *columns, strict=True
        ):
            if of is not None and (group, resource) not in of:
                continue
            if body is None and type_ == "PUT" and not partial:
                continue
            head = orjson.dumps(
                {
                    "rv": rv,
                    "type": type_,
                    "apiVersion": api_version,
                    "kind": kind,
                    "namespace": namespace,
                    "name": name,
                }
            ).decode()
            yield f'{head[:-1]},"object":{_on_one_line(body)}}}'


def _on_one_line(body: str | None) -> str:
    """The body as it was recorded, unless it was spread over lines."""
    if body is None:
        return "null"
    return body if "\n" not in body else orjson.dumps(orjson.loads(body)).decode()
