"""A trace opened for SQL: a DuckDB in memory whose views read the live Parquet files, and no more.

The connection can't reach the network, other files or extensions, and its settings are locked. It
could still be told to overwrite the live files, since DuckDB knows no files that are for reading
only: so what a user wrote is to be run by `reports.query`, which lets nothing but queries through.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import duckdb

from engine.errors import KubeRewindError
from ingest.log.asof import Files, Position, Timeline
from ingest.log.current import Snapshot
from ingest.log.resources import ObjectType, literal
from ingest.log.times import TimeError
from ingest.log.views import (
    VERSIONS_AT,
    custom_resources,
    live_views,
    parquet,
    render_views,
)

_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    # A query must not find the Python variables of its caller.
    "python_enable_replacements": "false",
    "memory_limit": "70%",
}


class Log:
    """A cluster's log, history and state at a time, for SQL.

    `at` is what `--at` takes (see `ingest.log.times`); None is the end of the trace. `span` is as
    in `ingest.log.current.Current`. The files must
    stay in place while it is open: keep the snapshot. Raises TimeError.
    """

    def __init__(
        self,
        folder: Path,
        files: Files,
        at: str | None = None,
        span: tuple[int, int] | None = None,
    ) -> None:
        # What does not fit into memory goes here, for the user alone and gone in the end.
        self._scratch = TemporaryDirectory(prefix="kuberewind-")
        root = _without_wildcards(folder.absolute(), Path(self._scratch.name))
        self.files: Files = {
            table: [replace(file, path=str(root / file.path)) for file in live]
            for table, live in files.items()
        }
        self.timeline = Timeline(self.files, span)
        paths = [file.path for live in self.files.values() for file in live]
        self.connection = _locked(paths, self._scratch.name)
        # A query that is being planned asks for positions: by another connection to the same data.
        self._reader = self.connection.cursor()
        self._positions: dict[str | None, Position] = {}
        self._made: set[str] = set()
        self.custom: list[ObjectType] = []
        try:
            self.position = self.position_at(at)
        except KubeRewindError:
            self.close()
            raise
        self.views = live_views(self.files, self.timeline, self.position, self.custom)
        self.connection.execute("CREATE SCHEMA stored")

    @classmethod
    def of(cls, snapshot: Snapshot, at: str | None = None) -> Log:
        """The log of a snapshot's tables."""
        current = snapshot.current
        files = {name: snapshot.files(name) for name in current.tables}
        return cls(snapshot.folder, files, at, current.span)

    def position_at(self, text: str | None) -> Position:
        """The position of the state at a time. Raises TimeError."""
        if text not in self._positions:
            self._positions[text] = self.timeline.position(text, self._reader)
        return self._positions[text]

    def prepare(self, query: str) -> None:
        """Make the views that a query names; those of custom resources only after `discover`."""
        self._make(definition.name for definition in self.views.needed(query))

    def discover(self) -> None:
        """Learn the custom resources, which takes a look at all of the history."""
        self.custom = _custom_types(self.files, self.connection)
        self.views = live_views(self.files, self.timeline, self.position, self.custom)

    def prepare_all(self) -> None:
        """Make every view."""
        self.discover()
        self._make(self.views.all)

    def document(self, names: Iterable[str]) -> None:
        """Make these views, with their documentation as comments."""
        for name in names:
            self.prepare(name)
            for comment in self.views.all[name].comments():
                self.connection.execute(comment)

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()
        self.connection.close()
        self._scratch.cleanup()

    def __enter__(self) -> Log:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _make(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self._made:
                continue
            if name == VERSIONS_AT:
                self._offer_positions()
            self.connection.execute(self.views.all[name].create())
            self._made.add(name)

    def _offer_positions(self) -> None:
        """Make the two functions that `stored.versions_at` calls. DuckDB imports numpy for them."""

        def position_at(text: str | None) -> int:
            if text is None:
                raise TimeError("NULL is no time: write a text, such as pods_at('03:01')")
            return self.position_at(text)

        def files_at(text: str | None) -> list[str]:
            segment = self.timeline.segment_of(position_at(text))
            return [] if segment is None else segment.paths

        make = partial(self.connection.create_function, null_handling="special")
        make("position_at", position_at, ["VARCHAR"], "BIGINT")
        make("files_at", files_at, ["VARCHAR"], "VARCHAR[]")


def views_script(folder: Path, files: Files) -> str:
    """The script views.sql for a cluster's folder; see `ingest.log.views.render_views`."""
    with Log(folder, files) as log:
        log.discover()
        return render_views(files, log.custom)


def _without_wildcards(folder: Path, scratch: Path) -> Path:
    """The folder by a name in which DuckDB finds no pattern: it has no other way to read it."""
    if not set("*?[") & set(str(folder)):
        return folder
    link = scratch / "cluster"
    link.symlink_to(folder, target_is_directory=True)
    return link


def _locked(paths: list[str], scratch: str) -> duckdb.DuckDBPyConnection:
    """A connection that can reach these files and nothing else."""
    connection = duckdb.connect(config={**_SETTINGS, "temp_directory": scratch})
    listed = ", ".join(literal(path) for path in paths)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_paths = [{listed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _custom_types(files: Files, connection: duckdb.DuckDBPyConnection) -> list[ObjectType]:
    """The custom resources that the history shows, sorted."""
    paths = [file.path for file in files.get("history", ())]
    if not paths:
        return []
    found = connection.execute(
        "SELECT api_group, resource, any_value(kind), bool_or(namespace IS NOT NULL) "
        f"FROM {parquet(paths)} GROUP BY ALL"
    )
    return custom_resources(ObjectType(*row) for row in found.fetchall())
