"""A log of a few rows that tests write by hand, with the columns that the report reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa

START = datetime(2026, 11, 21, 3, tzinfo=UTC)
START_MS = START.timestamp() * 1000

_TABLES = """
CREATE TABLE events (
    component TEXT, "user" TEXT, user_agent TEXT DEFAULT 'kubectl/v1.36.2', resource TEXT,
    received TIMESTAMPTZ, answered TIMESTAMPTZ, code INT, reason TEXT, outcome TEXT,
    doubted TEXT);
CREATE TABLE history (
    api_group TEXT, resource TEXT, namespace TEXT, name TEXT, uid TEXT, position BIGINT,
    type TEXT DEFAULT 'PUT', known TEXT DEFAULT 'observed', valid_from TIMESTAMPTZ,
    valid_to TIMESTAMPTZ, object TEXT);
CREATE TABLE pod_lifecycles (
    namespace TEXT, name TEXT, uid TEXT, node TEXT, owner_chain TEXT, created TIMESTAMPTZ,
    delete_requested TIMESTAMPTZ, restarts BIGINT DEFAULT 0, ended TEXT, deleted_by TEXT,
    deleted_by_user TEXT);
CREATE TABLE pod_phases (
    namespace TEXT, name TEXT, uid TEXT, valid_from TIMESTAMPTZ, valid_to TIMESTAMPTZ, phase TEXT,
    reason TEXT, is_ready BOOLEAN DEFAULT false, node TEXT);
CREATE TABLE scheduling_decisions (
    decision BIGINT, namespace TEXT DEFAULT 'shop', name TEXT, uid TEXT, event TEXT, node TEXT,
    message TEXT, verdict TEXT DEFAULT 'equal', plugin TEXT, cause TEXT, because TEXT,
    recorded_at TIMESTAMPTZ);
CREATE TABLE scheduling_scores (
    decision BIGINT, node TEXT, plugin TEXT, reason TEXT, weighted BIGINT);
CREATE TABLE anomalies (name TEXT, severity TEXT, source TEXT, count BIGINT);
"""


def at(seconds: float) -> datetime:
    """So many seconds after the log began."""
    return START + timedelta(seconds=seconds)


def at_ms(seconds: float) -> float:
    """The same in milliseconds since the epoch."""
    return START_MS + seconds * 1000


class TinyLog:
    """Tables instead of views; nothing is to be prepared."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute(_TABLES)

    def prepare(self, query: str) -> None:
        """The tables are there already."""

    def add(self, table: str, **values: Any) -> None:
        """Insert one row."""
        columns = ", ".join(f'"{column}"' for column in values)
        places = ", ".join("?" for _ in values)
        row = list(values.values())
        self.connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", row)

    def event(self, second: float, component: str = "kubectl", **values: Any) -> None:
        """A write that was answered at once."""
        row = {"user": "alice", "resource": "pods", "outcome": "written", "code": 200} | values
        when = at(second)
        self.add("events", component=component, received=when, answered=when, **row)

    def pod(self, name: str, owner_chain: str | None = None, **values: Any) -> None:
        """A pod of the namespace shop."""
        row = {"namespace": "shop", "uid": f"uid-{name}", "created": at(0)} | values
        self.add("pod_lifecycles", name=name, owner_chain=owner_chain, **row)

    def phase(
        self, name: str, begins: float, ends: float | None, phase: str, **values: Any
    ) -> None:
        """A stretch of a pod's life."""
        row = {"namespace": "shop", "uid": f"uid-{name}", "node": "node-1"} | values
        until = None if ends is None else at(ends)
        self.add("pod_phases", name=name, valid_from=at(begins), valid_to=until, phase=phase, **row)

    def version(
        self, resource: str, position: int, ends: int | None, spec: Any, status: Any, **values: Any
    ) -> None:
        """A version of a workload, which came into force so many seconds after the start."""
        row = {
            "api_group": "batch" if resource == "jobs" else "apps",
            "namespace": "shop",
            "name": "web",
            "uid": "uid-web",
            "object": json.dumps({"spec": spec, "status": status}),
        } | values
        until = None if ends is None else at(ends)
        position_and_time = {"position": position, "valid_from": at(position), "valid_to": until}
        self.add("history", resource=resource, **position_and_time, **row)

    def rows(self, section: str) -> pa.Table:
        """What a section's query gives."""
        query = files("reports.sections").joinpath(f"{section}.sql").read_text()
        return self.connection.sql(query).to_arrow_table()
