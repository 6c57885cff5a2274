"""`views.sql` in a cluster's folder: the same views for any DuckDB, without kuberewind."""

from __future__ import annotations

from pathlib import Path

from ingest.log.connection import views_script
from ingest.log.current import Snapshot
from ingest.log.durable import write_atomically

VIEWS_FILE = "views.sql"


def write_views(snapshot: Snapshot) -> Path:
    """Write the views over the files of a snapshot, by paths relative to the cluster's folder."""
    tables = {name: snapshot.files(name) for name in snapshot.current.tables}
    path = snapshot.folder / VIEWS_FILE
    write_atomically(path, views_script(snapshot.folder, tables).encode())
    return path
