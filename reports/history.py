"""The history as lines of JSON: one version each, in the order in which they came into force."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from ingest.log.current import Snapshot
from ingest.log.history_reader import read_history

COLUMNS = ("rv", "type", "api_group", "api_version", "kind", "namespace", "name", "object")


def history_lines(snapshot: Snapshot, *, partial: bool = False) -> Iterator[str]:
    """Yield a line for each version: rv, type, apiVersion, kind, namespace, name and object.

    With `partial`, also the versions whose body was not seen; their object is null.
    """
    for batch in read_history(snapshot, COLUMNS):
        columns = [batch.column(name).to_pylist() for name in COLUMNS]
        for rv, type_, _group, api_version, kind, namespace, name, body in zip(
            *columns, strict=True
        ):
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
